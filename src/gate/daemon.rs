//! Whether the docker daemon of this machine is stuck. One that is down refuses at once, and docker says so; one that hangs takes
//! connections and says nothing, and docker waits for it without an end.

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::Surroundings;

/// Where docker asks if nothing says otherwise.
const USUAL: &str = "/var/run/docker.sock";
/// The shortest question there is.
const PING: &[u8] = b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";

/// Whether it takes a connection and does not answer by then. Nothing is said of a daemon elsewhere.
pub(super) fn is_stuck(surroundings: &Surroundings, until: Instant) -> bool {
    let Some(socket) = socket(surroundings) else { return false };
    let (sender, receiver) = mpsc::channel();
    // With a full queue even connecting waits, so it is left behind.
    thread::spawn(move || sender.send(ping(&socket)));
    let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    matches!(receiver.recv_timeout(left), Err(mpsc::RecvTimeoutError::Timeout))
}

/// Ends when the daemon answers, or hangs up, or is not there.
fn ping(socket: &PathBuf) -> std::io::Result<usize> {
    let mut stream = UnixStream::connect(socket)?;
    stream.write_all(PING)?;
    stream.read(&mut [0])
}

/// The socket that docker uses, as far as it is of this machine and follows from the environment.
fn socket(surroundings: &Surroundings) -> Option<PathBuf> {
    if let Some(host) = surroundings.variable("DOCKER_HOST") {
        return host.strip_prefix("unix://").map(PathBuf::from);
    }
    (!has_context(surroundings)).then(|| PathBuf::from(USUAL))
}

/// Whether a context names the daemon.
fn has_context(surroundings: &Surroundings) -> bool {
    let of_home = || Some(PathBuf::from(surroundings.variable("HOME")?).join(".docker"));
    let folder = surroundings.variable("DOCKER_CONFIG").map(PathBuf::from).or_else(of_home);
    let config = folder.and_then(|folder| fs::read_to_string(folder.join("config.json")).ok());
    surroundings.variable("DOCKER_CONTEXT").is_some() || config.is_some_and(|text| text.contains("\"currentContext\""))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn at(socket: &std::path::Path) -> Surroundings {
        let variables = [("DOCKER_HOST".to_owned(), format!("unix://{}", socket.display()))];
        Surroundings { variables: variables.into(), terminal: false }
    }

    #[test]
    fn stuck_and_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("sock");
        let soon = || Instant::now() + Duration::from_millis(300);
        assert!(!is_stuck(&at(&socket), soon()), "nobody is there");
        let listener = UnixListener::bind(&socket).expect("a socket");
        assert!(is_stuck(&at(&socket), soon()), "nobody answers");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                drop((&stream).write_all(b"HTTP/1.0 200 OK\r\n\r\nOK"));
            }
        });
        assert!(!is_stuck(&at(&socket), Instant::now() + Duration::from_secs(20)), "it answers");
        let mut elsewhere = at(&socket);
        elsewhere.variables.insert("DOCKER_HOST".to_owned(), "tcp://10.0.0.1:2375".to_owned());
        assert!(!is_stuck(&elsewhere, soon()));
    }
}
