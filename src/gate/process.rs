//! Running a program with its signals handed on.

use std::{
    ffi::OsString,
    io::Read,
    os::unix::process::{CommandExt, ExitStatusExt},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
    iterator::Signals as Pending,
};

use super::Failure;

/// How often a running program is looked after.
const TICK: Duration = Duration::from_millis(10);

/// A program with its arguments.
#[derive(Debug, Default)]
pub struct Invocation {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    pub folder: PathBuf,
    /// Set for it, beside what it inherits. No secrets stand here: those are inherited.
    pub set: Vec<(String, String)>,
    /// Not inherited.
    pub unset: Vec<String>,
    /// Whether it has the terminal, and with it the keys that interrupt.
    pub terminal: bool,
    pub output: Output,
}

/// Where the standard output of a program goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Output {
    #[default]
    Passed,
    Kept,
    /// To the standard error.
    Aside,
}

/// How a program ended, and what it wrote where that was asked for.
#[derive(Debug)]
pub struct Ended {
    /// As a shell has it: 128 and the signal where one ended it.
    pub code: u8,
    pub output: Vec<u8>,
}

/// Signals that are handed on while a program runs, and have their usual effect else.
#[derive(Debug)]
pub struct Signals {
    pending: Pending,
    idle: Arc<AtomicBool>,
}

impl Signals {
    /// Takes over SIGINT, SIGTERM and SIGHUP.
    ///
    /// # Errors
    /// When the system does not let it.
    pub fn take() -> std::io::Result<Self> {
        let idle = Arc::new(AtomicBool::new(true));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            flag::register_conditional_default(signal, Arc::clone(&idle))?;
        }
        Ok(Self { pending: Pending::new([SIGINT, SIGTERM, SIGHUP])?, idle })
    }

    /// Runs a program to its end.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&mut self, invocation: &Invocation) -> Result<Ended, Failure> {
        self.idle.store(false, Ordering::SeqCst);
        let ended = self.watched(invocation);
        self.idle.store(true, Ordering::SeqCst);
        ended.map_err(|error| Failure::Start { program: invocation.program.clone(), error })
    }

    fn watched(&mut self, invocation: &Invocation) -> std::io::Result<Ended> {
        let mut child = command(invocation).spawn()?;
        let reader = child.stdout.take().map(|mut from| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                from.read_to_end(&mut bytes).map(|_| bytes)
            })
        });
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            for signal in self.pending.pending() {
                hand_on(&child, signal);
            }
            thread::sleep(TICK);
        };
        let output = match reader {
            Some(reader) => {
                reader.join().unwrap_or_else(|_| Err(std::io::Error::other("reading its output failed")))?
            }
            None => Vec::new(),
        };
        Ok(Ended { code: code(status), output })
    }
}

/// Terraform unlocks its state on SIGINT and SIGTERM. A closed terminal (SIGHUP) would end it without; it gets SIGINT too.
fn hand_on(child: &Child, signal: i32) {
    let signal = if signal == SIGTERM { Signal::TERM } else { Signal::INT };
    // Whoever has just ended needs no signal.
    let _ended = kill_process(Pid::from_child(child), signal);
}

fn command(invocation: &Invocation) -> Command {
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.arguments).current_dir(&invocation.folder);
    command.envs(invocation.set.iter().map(|(name, value)| (name, value)));
    invocation.unset.iter().for_each(|name| {
        command.env_remove(name);
    });
    match invocation.output {
        Output::Passed => {}
        Output::Kept => {
            command.stdout(Stdio::piped());
        }
        Output::Aside => {
            command.stdout(std::io::stderr());
        }
    }
    if !invocation.terminal {
        // In a group of its own: keys that interrupt reach us alone, and are handed on once.
        command.stdin(Stdio::null()).process_group(0);
    }
    command
}

fn code(status: ExitStatus) -> u8 {
    let of_signal = || status.signal().map(|signal| 128 + signal);
    status.code().or_else(of_signal).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Runs a program that is to answer soon; what it wrote to either stream, or nothing when it takes too long.
pub(super) fn asked(program: &PathBuf, arguments: &[&str]) -> std::io::Result<Answer> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let (mut child, start) = (command.spawn()?, Instant::now());
    loop {
        if child.try_wait()?.is_some() {
            return Ok(Answer::of(child.wait_with_output()?));
        }
        if start.elapsed() >= PATIENCE {
            break;
        }
        thread::sleep(TICK);
    }
    child.kill()?;
    child.wait()?;
    Ok(Answer { good: false, late: true, text: String::new(), complaint: LATE.to_owned() })
}

/// How long an engine may take to answer: machines are busy, and a local daemon that hangs is told apart before.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is said of a program that does not answer in time.
pub(super) const LATE: &str = "it was asked, and says nothing";

/// What a program answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) good: bool,
    /// Whether it did not answer in time.
    pub(super) late: bool,
    pub(super) text: String,
    /// The last line of its complaint.
    pub(super) complaint: String,
}

impl Answer {
    fn of(output: std::process::Output) -> Self {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let complaint = complaint.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        Self {
            good: output.status.success(),
            late: false,
            text: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            complaint: complaint.to_owned(),
        }
    }
}
