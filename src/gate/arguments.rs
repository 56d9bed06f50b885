//! What follows `--` on the command line: Terraform's own arguments, as far as the gate has to understand them.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::config::CommandLineValue;

/// Values of variables, as they are given to a plan.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    pub vars: Vec<(String, String)>,
    /// As written: relative to the root module.
    pub var_files: Vec<PathBuf>,
    pub order: Vec<CommandLineValue>,
}

/// Arguments, taken apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TerraformArguments {
    /// What is handed on as it is.
    pub rest: Vec<String>,
    pub given: Given,
    /// `-out`, or the plan that an apply names; relative to the root module.
    pub plan: Option<PathBuf>,
    pub destroy: bool,
    /// Whether 2 means that there are changes.
    pub detailed: bool,
    pub auto_approve: bool,
}

/// Options that say the same of a plan and of an apply.
const OF_BOTH: [&str; 4] = ["lock-timeout", "parallelism", "no-color", "compact-warnings"];

impl TerraformArguments {
    /// Takes them apart.
    ///
    /// # Errors
    /// When one would lead around the gate.
    pub fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut read = Self::default();
        let mut left = arguments.iter();
        while let Some(argument) = left.next() {
            let Some((name, value)) = option(argument) else {
                read.plan = Some(PathBuf::from(argument));
                continue;
            };
            match (name, value) {
                ("var" | "var-file", value) => {
                    read.rest.push(argument.clone());
                    let value = value.map(str::to_owned).or_else(|| {
                        let next = left.next()?;
                        read.rest.push(next.clone());
                        Some(next.clone())
                    });
                    read.value(name, &value.unwrap_or_default());
                }
                ("out", value) => {
                    let value = value.map(str::to_owned).or_else(|| left.next().cloned());
                    read.plan = value.map(PathBuf::from);
                }
                ("auto-approve", None) => read.auto_approve = true,
                ("input", Some("false" | "0")) => {}
                _ => {
                    refuse(argument, name, value)?;
                    read.destroy |= name == "destroy" && value != Some("false");
                    read.detailed |= name == "detailed-exitcode" && value != Some("false");
                    read.rest.push(argument.clone());
                }
            }
        }
        Ok(read)
    }

    fn value(&mut self, name: &str, value: &str) {
        if name == "var-file" {
            self.given.order.push(CommandLineValue::File(self.given.var_files.len()));
            self.given.var_files.push(PathBuf::from(value));
        } else if let Some((variable, value)) = value.split_once('=') {
            // Terraform tells what is wrong with any other.
            self.given.order.push(CommandLineValue::Var(self.given.vars.len()));
            self.given.vars.push((variable.trim().to_owned(), value.to_owned()));
        }
    }

    /// What of a plan's arguments an apply of it is given too.
    #[must_use]
    pub fn of_apply(&self) -> Vec<String> {
        let is_of_both = |argument: &&String| option(argument).is_some_and(|(name, _)| OF_BOTH.contains(&name));
        self.rest.iter().filter(is_of_both).cloned().collect()
    }

    /// Where the plan is, below the root module unless it is absolute.
    #[must_use]
    pub fn plan_file(&self, folder: &Path, usual: &str) -> PathBuf {
        crate::source::normalise(&folder.join(self.plan.as_deref().unwrap_or(Path::new(usual))))
    }
}

/// The name and value of `-name`, `--name`, `-name=value`.
fn option(argument: &str) -> Option<(&str, Option<&str>)> {
    let text = argument.strip_prefix("--").or_else(|| argument.strip_prefix('-'))?;
    Some(text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value))))
}

fn refuse(argument: &str, name: &str, value: Option<&str>) -> Result<(), Failure> {
    let why = match (name, value) {
        ("chdir", _) => "the root module is the argument before --",
        ("lock", Some("false" | "0")) => "without the lock somebody else may apply at the same time",
        ("input", _) => "Terraform asks nothing here, give the values of variables with -var or in a file",
        ("state" | "state-out" | "backup", _) => "the state is where the backend of the root module says",
        _ => return Ok(()),
    };
    Err(Failure::Argument { argument: argument.to_owned(), why })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> TerraformArguments {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        TerraformArguments::read(&words).expect("allowed")
    }

    #[test]
    fn arguments_are_taken_apart() {
        let found = read("-var a=1=2 -var-file=b.tfvars -target=module.x -out p.bin --var=c=3 -detailed-exitcode -lock-timeout=5s");
        assert_eq!(found.given.vars, [("a".to_owned(), "1=2".to_owned()), ("c".to_owned(), "3".to_owned())]);
        assert_eq!(found.given.var_files, [PathBuf::from("b.tfvars")]);
        let (var, file) = (CommandLineValue::Var, CommandLineValue::File);
        assert_eq!(found.given.order, [var(0), file(0), var(1)]);
        assert_eq!(found.plan_file(Path::new("/r/m"), "tfplan"), Path::new("/r/m/p.bin"));
        let rest = "-var a=1=2 -var-file=b.tfvars -target=module.x --var=c=3 -detailed-exitcode -lock-timeout=5s";
        assert_eq!(found.rest.join(" "), rest);
        assert!(found.detailed && !found.destroy && !found.auto_approve);
        assert_eq!(found.of_apply(), ["-lock-timeout=5s"]);
    }

    #[test]
    fn a_plan_that_an_apply_names() {
        let found = read("-auto-approve -input=false ../x.bin");
        assert!(found.auto_approve && found.rest.is_empty());
        assert_eq!(found.plan_file(Path::new("/r/m"), "tfplan"), Path::new("/r/x.bin"));
        assert_eq!(read("-destroy").plan_file(Path::new("/r/m"), "tfplan"), Path::new("/r/m/tfplan"));
    }

    #[test]
    fn what_leads_around_the_gate() {
        for argument in ["-chdir=x", "-lock=false", "-input=true", "-state=x", "--state-out=x"] {
            let read = TerraformArguments::read(&[argument.to_owned()]);
            assert!(matches!(read, Err(Failure::Argument { .. })), "{argument}");
        }
    }
}
