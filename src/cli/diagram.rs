//! `infralint diagram`.

use super::{Failure, args::DiagramArgs, environment::Environment, output, request::request};
use crate::{
    check::{Request, Session},
    config::LoadOptions,
    diagram::diagram,
    source::find_root,
};

pub(super) fn run(
    args: &DiagramArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let dir = environment.absolute(&args.root);
    let shown = args.root.display();
    if !dir.is_dir() {
        return Err(Failure::new(format!("{shown}: there is no such folder.")));
    }
    let root = find_root(&dir);
    let request = |path: &std::path::Path, shallow| {
        let usual = request(&args.judging, vec![path.to_owned()], (environment, matches));
        Request { load: LoadOptions { shallow, ..usual.load }, ..usual }
    };
    // Judged among all others of the repository, since some rules look at them too.
    let whole = Session::open(root.clone(), request(&root, false));
    let picture = drawn(&whole, &dir).or_else(|| drawn(&Session::open(root, request(&dir, true)), &dir));
    let picture = picture.ok_or_else(|| {
        Failure::new(format!(
            "{shown}: this folder is no root module that could be evaluated; `infralint check {shown}` says why."
        ))
    })?;
    match &args.output {
        Some(file) => output::save(&environment.absolute(file), &picture)?,
        None => output::print(&picture)?,
    }
    Ok(0)
}

fn drawn(session: &Session, dir: &std::path::Path) -> Option<String> {
    let path = session.sources().display(dir);
    let world = session.world()?;
    let root = world.root_modules.iter().position(|root| *root.path == *path)?;
    diagram(world, root, &session.report().findings)
}
