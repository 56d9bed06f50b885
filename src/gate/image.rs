//! The image that Terraform is in.

use std::{fs::File, io, path::Path, time::Instant};

use super::{
    Engine, Failure, Signals, Surroundings, evidence,
    process::{Invocation, LATE, Output, asked},
    registry,
};

/// What is taken where the settings name nothing: the same image as in `bin/terraform`.
pub const DEFAULT_IMAGE: &str =
    "docker.io/hashicorp/terraform:1.11.4@sha256:5820b87995595425074f881500a037b0ccd41158d0d9b44d78f5f120612f2d3d";

/// What `bin/build-terraform-image` builds: taken where the default one is not here.
pub const LOCAL_IMAGE: &str = "localhost/infralint-terraform:1.11.4";

/// An image that is here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    pub name: String,
    /// The id that the engine has for its contents; of a Terraform on the path, the hash of the file.
    pub digest: String,
}

/// What the search for an image comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FoundImage {
    Here(Image),
    /// Not here; its registry answers, as far as can be told.
    ToPull(String),
}

impl FoundImage {
    /// Looks for the image; nothing is pulled. Its registry has to answer by then.
    ///
    /// # Errors
    /// When it is not pinned, or neither here nor to be pulled.
    pub fn find(
        engine: &Engine,
        wanted: Option<&str>,
        surroundings: &Surroundings,
        until: Instant,
    ) -> Result<Self, Failure> {
        if let Engine::Terraform(program) = engine {
            return of_program(program).map(Self::Here);
        }
        let name = wanted.unwrap_or(DEFAULT_IMAGE);
        if !is_pinned(name) {
            return Err(Failure::NotPinned { name: name.to_owned() });
        }
        let candidates = if wanted.is_some() { vec![name] } else { vec![name, LOCAL_IMAGE] };
        for name in candidates {
            if let Some(image) = inspect(engine, name)? {
                return Ok(Self::Here(image));
            }
        }
        if is_local(name) {
            return Err(Failure::NotBuilt { name: name.to_owned() });
        }
        if surroundings.engine_is_near() {
            registry::answers(name, until).map_err(|said| missing(name, &said))?;
        }
        Ok(Self::ToPull(name.to_owned()))
    }

    /// The image, which is pulled where it is not here.
    ///
    /// # Errors
    /// When it cannot be pulled.
    pub fn here(self, engine: &Engine, signals: &mut Signals) -> Result<Image, Failure> {
        let name = match self {
            Self::Here(image) => return Ok(image),
            Self::ToPull(name) => name,
        };
        pull(engine, &name, signals)?;
        inspect(engine, &name)?.ok_or_else(|| missing(&name, "it was pulled, and is not here"))
    }
}

/// By its contents, or built here, where nobody else can change what the name means.
fn is_pinned(name: &str) -> bool {
    is_local(name) || name.split_once("@sha256:").is_some_and(|(_, digest)| is_digest(digest))
}

fn is_local(name: &str) -> bool {
    name.starts_with("localhost/") || name.strip_prefix("sha256:").is_some_and(is_digest)
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn inspect(engine: &Engine, name: &str) -> Result<Option<Image>, Failure> {
    let program = engine.program();
    let start = |error| Failure::Start { program: program.clone(), error };
    let answer = asked(program, &["image", "inspect", "--format", "{{.Id}}", name]).map_err(start)?;
    if answer.late {
        return Err(missing(name, LATE));
    }
    let digest = format!("sha256:{}", answer.text.trim_start_matches("sha256:"));
    Ok((answer.good && !answer.text.is_empty()).then(|| Image { name: name.to_owned(), digest }))
}

/// It takes a while, so what the engine tells of it is passed on, aside: whoever reads the output reads Terraform's alone.
fn pull(engine: &Engine, name: &str, signals: &mut Signals) -> Result<(), Failure> {
    let pull = Invocation {
        program: engine.program().clone(),
        arguments: ["pull", name].map(Into::into).to_vec(),
        folder: "/".into(),
        output: Output::Aside,
        ..Invocation::default()
    };
    let ended = signals.run(&pull)?;
    if ended.code == 0 { Ok(()) } else { Err(missing(name, "the engine could not pull it")) }
}

fn missing(name: &str, said: &str) -> Failure {
    Failure::NoImage { name: name.to_owned(), said: said.to_owned(), local: LOCAL_IMAGE }
}

fn of_program(program: &Path) -> Result<Image, Failure> {
    let hashed = File::open(program).and_then(|file| evidence::sha256_of(io::BufReader::with_capacity(1 << 20, file)));
    let failed = |error| Failure::File { doing: "cannot read", path: program.to_path_buf(), error };
    let digest = format!("sha256:{}", hashed.map_err(failed)?);
    Ok(Image { name: program.to_string_lossy().into_owned(), digest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pinned() {
        let digest = "5820b87995595425074f881500a037b0ccd41158d0d9b44d78f5f120612f2d3d";
        let cases = [
            (DEFAULT_IMAGE.to_owned(), true),
            (LOCAL_IMAGE.to_owned(), true),
            (format!("sha256:{digest}"), true),
            ("hashicorp/terraform:1.11.4".to_owned(), false),
            ("hashicorp/terraform@sha256:short".to_owned(), false),
            ("hashicorp/terraform".to_owned(), false),
        ];
        for (name, expected) in cases {
            assert_eq!(is_pinned(&name), expected, "{name}");
        }
    }

    /// The script and the gate run the same Terraform.
    #[test]
    fn the_script_has_the_same_image() {
        let script = include_str!("../../bin/terraform");
        assert!(script.contains(&format!("default_image={DEFAULT_IMAGE}\n")));
    }
}
