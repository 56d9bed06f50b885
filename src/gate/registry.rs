//! Whether an image's registry can be reached at all: an engine tries for a minute before it says that it cannot.

use std::{
    net::{TcpStream, ToSocketAddrs},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Where docker.io's images are.
const DOCKER_HUB: &str = "registry-1.docker.io";

/// Whether somebody takes connections where the image is said to be.
///
/// # Errors
/// When nobody does by then; why, in words.
pub(super) fn answers(image: &str, until: Instant) -> Result<(), String> {
    let host = host(image);
    let address = if host.contains(':') { host.clone() } else { format!("{host}:443") };
    let (sender, receiver) = mpsc::channel();
    // Asking for the address of a name cannot be given up, so it is left behind.
    thread::spawn(move || sender.send(connect(&address, until)));
    let told = receiver.recv_timeout(left(until)).unwrap_or_else(|_| Err("it does not answer".to_owned()));
    told.map_err(|why| format!("its registry {host} cannot be reached ({why})"))
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn connect(address: &str, until: Instant) -> Result<(), String> {
    let mut last = "its name has no address".to_owned();
    for address in address.to_socket_addrs().map_err(|error| error.to_string())? {
        match TcpStream::connect_timeout(&address, left(until)) {
            Ok(_) => return Ok(()),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

/// The host of an image's name, as engines read it: a first part with a dot or a port.
fn host(image: &str) -> String {
    match image.split_once('/') {
        Some(("docker.io" | "index.docker.io", _)) => DOCKER_HUB.to_owned(),
        Some((first, _)) if first.contains(['.', ':']) => first.to_owned(),
        _ => DOCKER_HUB.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let cases = [
            ("docker.io/hashicorp/terraform:1@sha256:x", DOCKER_HUB),
            ("hashicorp/terraform@sha256:x", DOCKER_HUB),
            ("ghcr.io/a/b@sha256:x", "ghcr.io"),
            ("10.0.0.1:5000/b@sha256:x", "10.0.0.1:5000"),
        ];
        for (image, expected) in cases {
            assert_eq!(host(image), expected, "{image}");
        }
    }

    #[test]
    fn a_registry_that_is_there_and_one_that_is_not() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let image = format!("{}/t@sha256:x", listener.local_addr().expect("an address"));
        let soon = || Instant::now() + Duration::from_secs(1);
        assert_eq!(answers(&image, soon()), Ok(()));
        drop(listener);
        let told = answers(&image, soon()).expect_err("nobody is there");
        assert!(told.contains("cannot be reached (Connection refused"), "{told}");
    }
}
