//! One directory, read and decoded. Touches no other directory, so any number can be loaded at once.

use std::path::Path;

use super::{
    decode::{Decoder, extraneous_property},
    files, lower, merge,
    model::{Block, Body, Module},
    refactorings, references,
};
use crate::{
    diag::{Diagnostic, did_you_mean},
    source::{FileId, Sources},
    syntax::{self, Tree},
};

const BLOCK_TYPES: [&str; 13] = [
    "terraform",
    "provider",
    "variable",
    "locals",
    "output",
    "module",
    "resource",
    "data",
    "ephemeral",
    "check",
    "moved",
    "removed",
    "import",
];

/// Loads the module in a directory, a key as in [`super::Repository::modules`].
#[must_use]
pub fn load_module(sources: &Sources, dir: &str) -> Module {
    let mut module = Module { dir: dir.into(), ..Module::default() };
    let path = sources.root().join(dir);
    let listing = match files::list(sources, &path) {
        Ok(listing) => listing,
        Err(error) => {
            let detail = format!("Module directory {dir} does not exist or cannot be read: {error}.");
            module.diagnostics.push(Diagnostic::placeless("Failed to read module directory", detail));
            return module;
        }
    };
    let mut reading = Reading { sources, dir: &path, trees: Vec::new(), problems: Vec::new() };
    let primary = reading.blocks(&listing.primary);
    let overrides = reading.blocks(&listing.overrides);
    let Reading { trees, problems, .. } = reading;
    let mut decoder = Decoder { sources, dir, trees: &trees, problems };
    let declared = merge::merge(&mut decoder, primary, overrides);
    decoder.module(declared, &mut module);
    module.diagnostics = decoder.problems;
    module.trees = trees;
    references::check(&mut module);
    refactorings::check(sources, &mut module);
    module
}

struct Reading<'a> {
    sources: &'a Sources,
    dir: &'a Path,
    trees: Vec<Tree>,
    problems: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn blocks(&mut self, names: &[String]) -> Vec<Block> {
        names.iter().flat_map(|name| self.file(name)).collect()
    }

    fn file(&mut self, name: &str) -> Vec<Block> {
        let Some(file) = files::read(self.sources, &self.dir.join(name), &mut self.problems) else {
            return Vec::new();
        };
        let body = self.parse(file, name.ends_with(".json"));
        self.expect_top_level(&body, name.ends_with(".json"));
        body.blocks
    }

    fn parse(&mut self, file: FileId, json: bool) -> Body {
        let text = self.sources.get(file);
        let index = crate::source::offset(self.trees.len());
        let parsed = if json { syntax::parse_json(file, &text.text) } else { syntax::parse(file, &text.text) };
        self.problems.extend(parsed.diagnostics);
        let body = lower::configuration(index, &parsed.tree, &mut self.problems);
        self.trees.push(parsed.tree);
        body
    }

    fn expect_top_level(&mut self, body: &Body, json: bool) {
        for attribute in &body.attributes {
            if json {
                let known = BLOCK_TYPES.into_iter();
                self.problems.push(extraneous_property(&attribute.name, known, attribute.name_at));
                continue;
            }
            let detail = format!("An argument named {:?} is not expected here.", attribute.name.as_str());
            self.problems.push(Diagnostic::error("Unsupported argument", detail, attribute.name_at));
        }
        for block in body.blocks.iter().filter(|b| !BLOCK_TYPES.contains(&b.ty.as_str())) {
            let ty = block.ty.as_str();
            let detail = format!("Blocks of type {ty:?} are not expected here.{}", did_you_mean(ty, BLOCK_TYPES));
            self.problems.push(Diagnostic::error("Unsupported block type", detail, block.header));
        }
    }
}
