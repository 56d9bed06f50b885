//! Values for inputs from outside the policy files and the settings.

use std::path::{Path, PathBuf};

use super::{GivenInput, InputText, environment::Nothing};
use crate::{
    diag::Diagnostic,
    eval::{Context, evaluate},
    source::Sources,
    syntax,
};

/// Where values for inputs come from. `--input` counts more than the environment, that more than files.
#[derive(Clone, Debug, Default)]
pub struct InputSources {
    /// In the syntax of variable files; later ones count more.
    pub files: Vec<PathBuf>,
    /// `TFPOLICY_INPUT_<name>`, as name and value.
    pub environment: Vec<(String, String)>,
    /// Of the command line; later ones count more.
    pub given: Vec<(String, String)>,
}

impl InputSources {
    /// All values in rising precedence, and what is wrong with the files.
    #[must_use]
    pub fn read(&self, sources: &Sources) -> (Vec<GivenInput>, Vec<Diagnostic>) {
        let (mut given, mut diagnostics) = (Vec::new(), Vec::new());
        for file in &self.files {
            let (found, wrong) = read_file(sources, file);
            given.extend(found);
            diagnostics.extend(wrong);
        }
        let texts = self.environment.iter().chain(&self.given);
        given.extend(texts.map(|(name, text)| GivenInput {
            name: name.into(),
            value: InputText::Text(text.into()),
            at: None,
        }));
        (given, diagnostics)
    }
}

fn read_file(sources: &Sources, path: &Path) -> (Vec<GivenInput>, Vec<Diagnostic>) {
    let file = match sources.read(path) {
        Ok(file) => file,
        Err(error) => {
            let detail = format!("{} could not be read: {error}.", path.display());
            return (Vec::new(), vec![Diagnostic::placeless("Failed to read inputs", detail)]);
        }
    };
    let text = sources.get(file);
    let parsed = syntax::parse(file, &text.text);
    let cx = Context::new(sources);
    cx.report_all(parsed.diagnostics);
    for block in &parsed.tree.body.blocks {
        let detail = "A file of input values holds names and values only.";
        cx.error("Unexpected block", detail, parsed.tree.at(block.header));
    }
    let value = |argument: &syntax::Attribute| GivenInput {
        name: argument.name.as_str().into(),
        value: InputText::Value(evaluate(&cx, &Nothing, &parsed.tree, argument.value)),
        at: Some(parsed.tree.place(argument.value)),
    };
    let given = parsed.tree.body.attributes.iter().map(value).collect();
    (given, cx.take_diagnostics())
}
