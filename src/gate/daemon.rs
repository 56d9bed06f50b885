//! Whether the docker daemon of this machine is stuck. One that is down refuses at once, and docker says so; one that hangs takes
//! connections and says nothing, and docker waits for it without an end.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpStream, ToSocketAddrs},
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

/// Where a daemon of this machine listens.
enum Near {
    Socket(PathBuf),
    /// An address of the loopback, with its port.
    Loopback(String),
}

/// Whether it takes a connection and does not answer by then. Nothing is said of a daemon elsewhere, which may be slow.
pub(super) fn is_stuck(surroundings: &Surroundings, until: Instant) -> bool {
    let Some(socket) = socket(surroundings) else { return false };
    let (sender, receiver) = mpsc::channel();
    // With a full queue even connecting waits, so it is left behind.
    thread::spawn(move || sender.send(near_ping(&socket)));
    let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    matches!(receiver.recv_timeout(left), Err(mpsc::RecvTimeoutError::Timeout))
}

fn near_ping(near: &Near) -> std::io::Result<usize> {
    match near {
        Near::Socket(socket) => ping(UnixStream::connect(socket)?),
        Near::Loopback(address) => ping(TcpStream::connect(address)?),
    }
}

/// Ends when the daemon answers, or hangs up, or is not there.
fn ping(mut stream: impl Read + Write) -> std::io::Result<usize> {
    stream.write_all(PING)?;
    stream.read(&mut [0])
}

/// The socket that docker uses, as far as it is of this machine and follows from the environment.
fn socket(surroundings: &Surroundings) -> Option<Near> {
    let Some(host) = surroundings.variable("DOCKER_HOST") else {
        return (!has_context(surroundings)).then(|| Near::Socket(PathBuf::from(USUAL)));
    };
    if let Some(socket) = host.strip_prefix("unix://") {
        return Some(Near::Socket(PathBuf::from(socket)));
    }
    // Under TLS it has to be spoken to otherwise.
    let is_plain = ["DOCKER_TLS", "DOCKER_TLS_VERIFY"].iter().all(|name| surroundings.variable(name).is_none());
    let address = host.strip_prefix("tcp://").filter(|_| is_plain)?;
    let (name, _) = address.rsplit_once(':')?;
    // Names are not asked for: that may take as long as a daemon.
    let is_loopback = || address.to_socket_addrs().is_ok_and(|mut all| all.all(|address| address.ip().is_loopback()));
    let is_number = name.parse::<std::net::Ipv4Addr>().is_ok() || name.starts_with('[');
    (name == "localhost" || is_number && is_loopback()).then(|| Near::Loopback(address.to_owned()))
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

    #[test]
    fn one_on_the_loopback_is_near_too() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut surroundings = Surroundings::default();
        surroundings.variables.insert("DOCKER_HOST".to_owned(), format!("tcp://{address}"));
        assert!(is_stuck(&surroundings, Instant::now() + Duration::from_millis(300)));
        surroundings.variables.insert("DOCKER_TLS_VERIFY".to_owned(), "1".to_owned());
        assert!(!is_stuck(&surroundings, Instant::now() + Duration::from_millis(300)));
    }
}
