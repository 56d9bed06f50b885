//! `infralint schema`.

use std::path::{Path, PathBuf};

use super::{
    Failure,
    args::{SchemaArgs, SchemaCommand, SchemaImportArgs},
    environment::Environment,
    output,
};
use crate::{
    config::locked_versions,
    schema::{self, EXTENSION, Library, compile::Document},
    source::{Sources, find_root},
};

/// Where a project keeps schemas, under its root.
const OF_PROJECT: &str = ".infralint/schemas";

/// The folders schemas are looked for in: the project's, then the cache.
pub(super) fn folders(environment: &Environment, start: &Path) -> Vec<PathBuf> {
    let project = find_root(start).join(OF_PROJECT);
    std::iter::once(project).chain(environment.cache.as_ref().map(|cache| cache.join("schemas"))).collect()
}

pub(super) fn run(args: &SchemaArgs, environment: &Environment) -> Result<u8, Failure> {
    match &args.command {
        SchemaCommand::Import(args) => import(args, environment),
        SchemaCommand::List => list(environment),
    }
}

fn list(environment: &Environment) -> Result<u8, Failure> {
    let (library, problems) = Library::read(&folders(environment, &environment.folder));
    let embedded = schema::aws().header();
    let mut text = format!("{} {}  embedded\n", embedded.source, embedded.version);
    for imported in library.imported() {
        let header = imported.provider.header();
        text.push_str(&format!("{} {}  {}\n", header.source, header.version, imported.file.display()));
    }
    output::print(&text)?;
    for problem in &problems {
        output::remark(&format!("{}: {}\n", problem.file.display(), problem.why));
    }
    Ok(if problems.is_empty() { 0 } else { super::COULD_NOT })
}

fn import(args: &SchemaImportArgs, environment: &Environment) -> Result<u8, Failure> {
    let from = environment.absolute(&args.from);
    let to = match (args.project, folders(environment, &environment.folder).as_slice()) {
        (true, [project, ..]) | (false, [_, project]) => project.clone(),
        _ => return Err(Failure::new("there is no cache folder, so import with --project")),
    };
    std::fs::create_dir_all(&to).map_err(|error| Failure::new(format!("cannot make {}: {error}", to.display())))?;
    let mut text = String::new();
    for file in json_files(&from)? {
        text.push_str(&import_file(&file, args.provider_version.as_deref(), &to)?);
    }
    output::print(&text)?;
    Ok(0)
}

/// The file itself, or the JSON files of a folder.
fn json_files(from: &Path) -> Result<Vec<PathBuf>, Failure> {
    if from.is_file() {
        return Ok(vec![from.to_path_buf()]);
    }
    let unreadable = |error| Failure::new(format!("cannot read {}: {error}", from.display()));
    let entries = std::fs::read_dir(from).map_err(unreadable)?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(format!(
            "there is no .json file in {}; write one with `terraform providers schema -json`",
            from.display()
        )));
    }
    Ok(files)
}

/// Compiles every provider of a file, with the versions of the lock file beside it.
fn import_file(file: &Path, version: Option<&str>, to: &Path) -> Result<String, Failure> {
    let of_file = |why: String| Failure::new(format!("{}: {why}", file.display()));
    let json = std::fs::read_to_string(file).map_err(|error| of_file(error.to_string()))?;
    let document = Document::parse(&json).map_err(|error| of_file(error.to_string()))?;
    let folder = file.parent().unwrap_or(file);
    let locked = locked_versions(&Sources::new(find_root(folder)), folder);
    let mut text = String::new();
    for source in document.sources() {
        let of_lock = locked.iter().find(|(locked, _)| locked == source).map(|(_, version)| version.as_str());
        let Some(version) = version.or(of_lock) else {
            let why = format!(
                "which version of {source} it is of stands in no .terraform.lock.hcl beside it; say it with --provider-version"
            );
            return Err(of_file(why));
        };
        let compiled = document.compile(source, version).map_err(|error| of_file(error.to_string()))?;
        let name = format!("{}@{version}.{EXTENSION}", source.replace('/', "+"));
        let path = to.join(name);
        std::fs::write(&path, compiled)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
        text.push_str(&format!("{source} {version}  {}\n", path.display()));
    }
    Ok(text)
}
