//! Values given to the variables of a root module, in Terraform's order of precedence: environment,
//! `terraform.tfvars`, `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` by name, the files of the
//! workspace, the command line.

use std::path::{Path, PathBuf};

use super::{
    decode::Decoder,
    files, lower,
    model::{Attribute, CommandLineValue, Expr, Given, GivenValue, LoadOptions, Module, RootModule, Workspace},
};
use crate::{
    addr::{Name, name},
    diag::Diagnostic,
    source::{FileId, Place, Sources, Span, offset},
    syntax::{self, Tree},
    value::What,
};

/// The values of one root module, and the trees of the files they stand in.
#[derive(Debug, Default)]
pub(super) struct GivenValues {
    pub values: Vec<Given>,
    pub trees: Vec<Tree>,
    /// Which of the values are none, since they refer to something or call functions.
    refused: Vec<usize>,
}

/// What is given to every root module alike.
#[derive(Debug, Default)]
pub(super) struct CommandLine {
    environment: Vec<Given>,
    values: Vec<FromCommandLine>,
}

#[derive(Debug)]
enum FromCommandLine {
    Var(Given),
    File { file: FileId, names: Vec<(Name, Place)> },
}

impl CommandLine {
    pub(super) fn read(sources: &Sources, options: &LoadOptions, problems: &mut Vec<Diagnostic>) -> Self {
        let environment = options.env_vars.iter();
        let environment = environment
            .map(|(name, value)| text_value(sources, "TF_VAR_", (name, value), What::VariableEnvironment))
            .collect();
        let values = in_order(options).into_iter().filter_map(|value| match value {
            CommandLineValue::Var(i) => {
                let (name, value) = options.vars.get(i)?;
                let given = text_value(sources, "-var ", (name, value), What::VariableCommandLine);
                Some(FromCommandLine::Var(given))
            }
            CommandLineValue::File(i) => command_line_file(sources, options.var_files.get(i)?, problems),
        });
        Self { environment, values: values.collect() }
    }

    /// What no root module declares: the command line is given to all of them, so one is enough.
    pub(super) fn undeclared(&self, roots: &[RootModule]) -> Vec<Diagnostic> {
        if roots.is_empty() {
            return Vec::new();
        }
        let declared = |name: &Name| roots.iter().any(|root| root.module.variables.contains_key(name));
        let mut out = Vec::new();
        for value in &self.values {
            match value {
                FromCommandLine::Var(given) if !declared(&given.name) => out.push(undeclared_on_command_line(given)),
                FromCommandLine::Var(_) => {}
                FromCommandLine::File { names, .. } => {
                    let unknown = names.iter().filter(|(name, _)| !declared(name));
                    out.extend(unknown.map(|(name, at)| undeclared_in_file(*name, *at, "a variables file")));
                }
            }
        }
        out
    }
}

/// The values of the command line in their order; what the order does not name comes first.
fn in_order(options: &LoadOptions) -> Vec<CommandLineValue> {
    let files = (0..options.var_files.len()).map(CommandLineValue::File);
    let vars = (0..options.vars.len()).map(CommandLineValue::Var);
    let unnamed = files.chain(vars).filter(|value| !options.order.contains(value));
    unnamed.chain(options.order.iter().copied()).collect()
}

/// A value given as text, as a file of its own that holds `name=value`.
fn text_value(sources: &Sources, prefix: &str, (key, value): (&String, &String), what: What) -> Given {
    let lead = if what == What::VariableEnvironment { prefix } else { "" };
    let file = sources.add(format!("{prefix}{key}"), format!("{lead}{key}={value}"));
    let name_start = lead.len();
    let name_end = name_start + key.len();
    let span = |start, end| Place::new(file, Span::new(offset(start), offset(end)));
    Given {
        name: name(key),
        what,
        at: span(name_end + 1, name_end + 1 + value.len()),
        name_at: span(name_start, name_end),
        value: GivenValue::Text(value.as_str().into()),
    }
}

fn command_line_file(sources: &Sources, path: &PathBuf, problems: &mut Vec<Diagnostic>) -> Option<FromCommandLine> {
    if !sources.root().join(path).exists() {
        let detail = format!("Given variables file {} does not exist.", path.display());
        problems.push(Diagnostic::placeless("Failed to read variables file", detail));
        return None;
    }
    let file = files::read(sources, path, problems)?;
    let (tree, values, _) = assignments(sources, file, problems);
    let names = values.iter().map(|value| (value.name, value.name_at)).collect();
    drop(tree);
    Some(FromCommandLine::File { file, names })
}

/// Everything given to one root module.
pub(super) fn given(
    sources: &Sources,
    module: &Module,
    (command_line, workspace): (&CommandLine, Option<&Workspace>),
    problems: &mut Vec<Diagnostic>,
) -> GivenValues {
    let declared = |given: &&Given| module.variables.contains_key(&given.name);
    let mut out = GivenValues::default();
    out.values.extend(command_line.environment.iter().filter(declared).cloned());
    let dir = sources.root().join(&*module.dir);
    for name in automatic(&dir, problems) {
        if let Some(file) = files::read(sources, &dir.join(&name), problems) {
            let undeclared = out.file(sources, module, file, problems);
            problems.extend(undeclared.into_iter().map(|(variable, at)| undeclared_in_file(variable, at, &name)));
        }
    }
    for (path, named_at) in workspace.iter().flat_map(|workspace| &workspace.var_files) {
        let shown = path.display().to_string();
        if !dir.join(path).is_file() {
            let detail = format!("Given variables file {shown} does not exist in {}.", module.dir);
            problems.push(Diagnostic::error("Failed to read variables file", detail, *named_at));
        } else if let Some(file) = files::read(sources, &dir.join(path), problems) {
            let undeclared = out.file(sources, module, file, problems);
            problems.extend(undeclared.into_iter().map(|(variable, at)| undeclared_in_file(variable, at, &shown)));
        }
    }
    for value in &command_line.values {
        match value {
            FromCommandLine::Var(given) => out.values.extend(Some(given).filter(declared).cloned()),
            FromCommandLine::File { file, .. } => {
                // Its mistakes and its undeclared names are told once, not for every root module.
                out.file(sources, module, *file, &mut Vec::new());
            }
        }
    }
    problems.extend(out.without_value(module));
    out
}

/// Whether Terraform reads a variable file of this name by itself.
pub(super) fn is_automatic(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    stem == "terraform.tfvars" || (stem.ends_with(".auto.tfvars") && !name.starts_with('.'))
}

/// The variable files Terraform reads by itself, in its order.
fn automatic(dir: &Path, problems: &mut Vec<Diagnostic>) -> Vec<String> {
    match files::names_in(dir, is_automatic) {
        Ok(mut names) => {
            names.sort_by_key(|name| !name.starts_with("terraform.tfvars"));
            names
        }
        Err(error) => {
            let detail = format!("The folder {} could not be read: {error}.", dir.display());
            problems.push(Diagnostic::placeless("Failed to read module directory", detail));
            Vec::new()
        }
    }
}

impl GivenValues {
    /// Variables that need a value, and whose last one was refused: for Terraform they have none.
    fn without_value<'m>(&self, module: &'m Module) -> impl Iterator<Item = Diagnostic> + use<'m, '_> {
        let needing = module.variables.values().filter(|variable| variable.default.is_none());
        let is_refused = |name: Name| {
            let last = self.values.iter().rposition(|given| given.name == name);
            last.is_some_and(|last| self.refused.contains(&last))
        };
        needing.filter(move |variable| is_refused(variable.name)).map(|variable| {
            let detail = format!(
                "The root module input variable {:?} is not set, and has no default value: the value it is given was refused.",
                variable.name.as_str()
            );
            Diagnostic::error("No value for required variable", detail, variable.header)
        })
    }

    /// Adds the values of a file; yields those the module does not declare.
    fn file(
        &mut self,
        sources: &Sources,
        module: &Module,
        file: FileId,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<(Name, Place)> {
        let (tree, assignments, refused) = assignments(sources, file, problems);
        let index = offset(self.trees.len());
        let mut undeclared = Vec::new();
        for (Attribute { name, name_at, value }, refused) in assignments.into_iter().zip(refused) {
            if !module.variables.contains_key(&name) {
                undeclared.push((name, name_at));
                continue;
            }
            let at = tree.place(value.id);
            let value = GivenValue::Expr { tree: index, id: value.id };
            if refused {
                self.refused.push(self.values.len());
            }
            self.values.push(Given { name, what: What::VariableFile, at, name_at, value });
        }
        self.trees.push(tree);
        undeclared
    }
}

/// The assignments of a variable file. They hold constants only; the value of one that does not has been reported, and
/// is refused.
fn assignments(sources: &Sources, file: FileId, problems: &mut Vec<Diagnostic>) -> (Tree, Vec<Attribute>, Vec<bool>) {
    let text = sources.get(file);
    let parsed = if text.path.ends_with(".json") {
        syntax::parse_json_values(file, &text.text)
    } else {
        syntax::parse(file, &text.text)
    };
    let mut problems_here = parsed.diagnostics;
    let body = lower::assignments(0, &parsed.tree);
    for block in &body.blocks {
        problems_here.push(block_in_variable_file(block, &text.path));
    }
    let trees = [parsed.tree];
    let mut decoder = Decoder { sources, dir: "", trees: &trees, problems: problems_here };
    let is_refused = |attribute: &Attribute| {
        let before = decoder.problems.len();
        decoder.constant(Expr { tree: 0, id: attribute.value.id });
        decoder.problems.len() > before
    };
    let refused = body.attributes.iter().map(is_refused).collect();
    problems.append(&mut decoder.problems);
    let [tree] = trees;
    (tree, body.attributes, refused)
}

fn block_in_variable_file(block: &super::model::Block, path: &str) -> Diagnostic {
    match block.labels.first() {
        Some((variable, _)) if block.ty == "variable" => {
            let detail = format!(
                "A .tfvars file is used to assign values to variables that have already been declared in .tf files, not to declare \
                 new variables. To declare variable {:?}, place this block in one of your .tf files, such as variables.tf.\n\nTo set \
                 a value for this variable in {path}, use the definition syntax instead:\n    {variable} = <value>",
                variable.as_str()
            );
            Diagnostic::error("Variable declaration in .tfvars file", detail, block.header)
        }
        _ => {
            let summary = format!("Unexpected {:?} block", block.ty.as_str());
            Diagnostic::error(summary, "Blocks are not allowed here.", block.header)
        }
    }
}

fn undeclared_in_file(variable: Name, at: Place, file: &str) -> Diagnostic {
    let variable = variable.as_str();
    let detail = format!(
        "The root module does not declare a variable named {variable:?} but a value was found in {file}. If you meant to use this \
         value, add a \"variable\" block to the configuration.\n\nTo silence these warnings, use TF_VAR_... environment variables to \
         provide certain \"global\" settings to all configurations in your organization."
    );
    Diagnostic::warning("Value for undeclared variable", detail, at)
}

fn undeclared_on_command_line(given: &Given) -> Diagnostic {
    let detail = format!(
        "A variable named {:?} was assigned on the command line, but no root module declares a variable of that name. To use this \
         value, add a \"variable\" block to the configuration.",
        given.name.as_str()
    );
    Diagnostic::error("Value for undeclared variable", detail, given.name_at)
}
