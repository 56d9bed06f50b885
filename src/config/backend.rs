//! The effective backend of a root module: its block after overrides, completed by the `-backend-config` files and
//! pairs that its make files hand to `terraform init`.

use std::path::Path;

use ecow::EcoString;

use super::{
    backend_schema,
    commands::Commands,
    decode::{Decoder, backend_arguments},
    files, initialized, lower,
    model::{Backend, BackendArgument, BackendKind, Block, Module},
};
use crate::{
    addr::{Name, name},
    diag::Diagnostic,
    source::{Place, Sources, Span},
    syntax,
    value::{Value, What},
};

/// One `-backend-config` as it is handed to `terraform init`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Setting {
    /// A file, or `key=value`.
    pub text: String,
    /// Whether everything in the text is known; what is not is in it as written.
    pub resolved: bool,
    pub at: Place,
}

/// A store of a provider's making, in Terraform 1.15 and later.
const STATE_STORE: &str = "state_store";

/// Works out the backend of a root module. Never runs anything.
pub(super) fn effective(
    sources: &Sources,
    module: &Module,
    commands: &Commands,
    problems: &mut Vec<Diagnostic>,
) -> Backend {
    let (runs, init) = commands.of(sources, module, problems);
    let Some(block) = &module.backend else {
        let file = module.trees.first().map(|tree| Place::new(tree.file, Span::default()));
        let generated = |file: &EcoString| ecow::eco_format!("{file} makes it when terragrunt runs");
        let partial = runs.terragrunt.as_ref().map(generated);
        return Backend { at: file.unwrap_or(Backend::default().at), partial, runs, ..Backend::default() };
    };
    let mut completing = Completing {
        sources,
        dir: &sources.root().join(&*module.dir),
        problems,
        gaps: Vec::new(),
        several_files: false,
    };
    let mut backend = Backend { runs, ..completing.written(module, block) };
    if block.ty == STATE_STORE {
        completing.gaps.push("a state store is the provider's own, and may lock or not".to_owned());
    } else if let BackendKind::Named(ty) = backend.kind {
        completing.problems.extend(backend_schema::check(block, ty));
        completing.settings(&mut backend, ty, &init);
    }
    let gaps = completing.gaps;
    backend.partial = (!gaps.is_empty()).then(|| EcoString::from(gaps.join("; ")));
    backend
}

struct Completing<'a> {
    sources: &'a Sources,
    dir: &'a Path,
    problems: &'a mut Vec<Diagnostic>,
    /// Why the backend is not wholly known.
    gaps: Vec<String>,
    /// Whether several files may complete it.
    several_files: bool,
}

impl Completing<'_> {
    /// The block as written.
    fn written(&mut self, module: &Module, block: &Block) -> Backend {
        let kind = match block.labels.first() {
            Some((ty, _)) if block.ty == "backend" => BackendKind::Named(*ty),
            _ if block.ty == STATE_STORE => BackendKind::Named(block.ty),
            _ => BackendKind::Cloud,
        };
        let mut decoder =
            Decoder { sources: self.sources, dir: &module.dir, trees: &module.trees, problems: Vec::new() };
        let arguments = backend_arguments(&mut decoder, &block.body, What::Backend);
        self.problems.append(&mut decoder.problems);
        Backend { kind, arguments, at: block.header, ..Backend::default() }
    }

    fn settings(&mut self, backend: &mut Backend, ty: Name, commands: &[Vec<Setting>]) {
        let settings = self.agreed(commands);
        for setting in &settings {
            self.apply(backend, setting);
        }
        backend.init = settings.iter().filter(|s| s.resolved).map(|s| s.text.as_str().into()).collect();
        if commands.is_empty() && !missing(backend, ty).is_empty() {
            self.lone_file(backend);
        }
        environment(backend, ty);
        self.initialized(backend, ty, commands);
        let missing = missing(backend, ty);
        if let Some(file) = backend.runs.terragrunt.as_ref().filter(|_| !missing.is_empty()) {
            self.gaps.push(format!("{file} completes it when terragrunt runs"));
        } else if !missing.is_empty() && self.gaps.is_empty() {
            self.gaps.push(format!("{} not set, and no -backend-config was found that sets it", missing.join(", ")));
        }
    }

    /// What all commands that initialize this root module say alike. Where they differ, which one was run is not known.
    fn agreed(&mut self, commands: &[Vec<Setting>]) -> Vec<Setting> {
        let Some((first, others)) = commands.split_first() else { return Vec::new() };
        let said_by = |setting: &Setting, command: &[Setting]| command.iter().any(|other| other.text == setting.text);
        let differing = others.iter().flatten().chain(first).find(|s| !commands.iter().all(|c| said_by(s, c)));
        if let Some(setting) = differing {
            let at = self.sources.describe(setting.at);
            self.gaps.push(format!(
                "-backend-config={} at {at} is given by some init commands and not by others",
                setting.text
            ));
        }
        first.iter().filter(|setting| others.iter().all(|command| said_by(setting, command))).cloned().collect()
    }

    /// What `terraform init` has noted, where nothing else says it. With several commands it is not known which one that was.
    fn initialized(&mut self, backend: &mut Backend, ty: Name, commands: &[Vec<Setting>]) {
        let is_open = |(_, argument): &(Name, BackendArgument)| !argument.value.is_known();
        let lacks = !missing(backend, ty).is_empty() || !self.gaps.is_empty();
        if !lacks || commands.len() > 1 || self.several_files {
            return;
        }
        let Some(noted) = initialized::arguments(self.sources, self.dir, ty, self.problems) else { return };
        backend.arguments.retain(|argument| !is_open(argument));
        for (name, argument) in noted.into_iter().filter(|(name, _)| !is_set(backend, name)).collect::<Vec<_>>() {
            set(backend, name, argument);
        }
        self.gaps.clear();
    }

    fn apply(&mut self, backend: &mut Backend, setting: &Setting) {
        match setting.text.split_once('=') {
            Some((key, value)) if setting.resolved => {
                let argument = BackendArgument { value: from_text(value), what: What::CommandLine, at: setting.at };
                set(backend, name(key.trim()), argument);
            }
            Some((key, value)) => self.gap(backend, key.trim(), value, setting.at),
            None if setting.resolved => self.file(backend, &setting.text, setting.at),
            None => self.unresolved(setting),
        }
    }

    /// A pair with a value that is not known: the argument is set, to something.
    fn gap(&mut self, backend: &mut Backend, key: &str, value: &str, at: Place) {
        let because = crate::value::Because::PartialBackend(value.into());
        let value_of = Value::unknown(crate::value::Type::String, because);
        set(backend, name(key), BackendArgument { value: value_of, what: What::CommandLine, at });
        self.gaps.push(format!("{key} is {value}, at {}", self.sources.describe(at)));
    }

    fn unresolved(&mut self, setting: &Setting) {
        let at = self.sources.describe(setting.at);
        self.gaps.push(format!("-backend-config={} at {at} could not be resolved", setting.text));
    }

    fn file(&mut self, backend: &mut Backend, path: &str, at: Place) {
        let absolute = self.dir.join(path);
        if !absolute.is_file() {
            let at = self.sources.describe(at);
            self.gaps.push(format!("-backend-config={path} at {at} names a file that is not there"));
            return;
        }
        for (name, argument) in self.read(&absolute) {
            set(backend, name, argument);
        }
    }

    fn read(&mut self, path: &Path) -> Vec<(Name, BackendArgument)> {
        let Some(file) = files::read(self.sources, path, self.problems) else {
            self.gaps.push(format!("{} could not be read", self.sources.display(path)));
            return Vec::new();
        };
        let text = self.sources.get(file);
        let parsed = if text.path.ends_with(".json") {
            syntax::parse_json(file, &text.text)
        } else {
            syntax::parse(file, &text.text)
        };
        let body = lower::assignments(0, &parsed.tree);
        let trees = [parsed.tree];
        let mut decoder = Decoder { sources: self.sources, dir: "", trees: &trees, problems: parsed.diagnostics };
        let arguments = backend_arguments(&mut decoder, &body, What::BackendFile);
        self.problems.append(&mut decoder.problems);
        arguments
    }

    /// One `*.tfbackend` beside an incomplete block is what completes it; of several, which one is not known.
    fn lone_file(&mut self, backend: &mut Backend) {
        let names = files::names_in(self.dir, |name| name.ends_with(".tfbackend")).unwrap_or_default();
        match names.as_slice() {
            [] => {}
            [only] => {
                for (name, argument) in self.read(&self.dir.join(only)) {
                    set(backend, name, argument);
                }
                backend.init.push(only.as_str().into());
            }
            several => {
                self.several_files = true;
                self.gaps.push(format!("no command says which of {} is used", several.join(", ")));
            }
        }
    }
}

/// Arguments that backends read from the environment when nothing else sets them.
const ENVIRONMENT: [(&str, &str, &str); 12] = [
    ("s3", "AWS_REGION", "region"),
    ("s3", "AWS_DEFAULT_REGION", "region"),
    ("s3", "AWS_SSE_CUSTOMER_KEY", "sse_customer_key"),
    ("http", "TF_HTTP_ADDRESS", "address"),
    ("http", "TF_HTTP_UPDATE_METHOD", "update_method"),
    ("http", "TF_HTTP_LOCK_ADDRESS", "lock_address"),
    ("http", "TF_HTTP_LOCK_METHOD", "lock_method"),
    ("http", "TF_HTTP_UNLOCK_ADDRESS", "unlock_address"),
    ("http", "TF_HTTP_UNLOCK_METHOD", "unlock_method"),
    ("http", "TF_HTTP_RETRY_MAX", "retry_max"),
    ("http", "TF_HTTP_RETRY_WAIT_MIN", "retry_wait_min"),
    ("http", "TF_HTTP_RETRY_WAIT_MAX", "retry_wait_max"),
];

fn environment(backend: &mut Backend, ty: Name) {
    for (of, variable, argument) in ENVIRONMENT {
        let given = backend.runs.environment.iter().find(|(known, ..)| ty == of && *known == variable);
        let Some((_, value, at)) = given.filter(|_| !is_set(backend, argument)) else { continue };
        let argument_value = BackendArgument { value: Value::string(value.clone()), what: What::CommandLine, at: *at };
        set(backend, name(argument), argument_value);
    }
}

fn is_set(backend: &Backend, wanted: &str) -> bool {
    backend.arguments.iter().any(|(name, argument)| *name == wanted && !argument.value.is_null())
}

fn set(backend: &mut Backend, name: Name, argument: BackendArgument) {
    match backend.arguments.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => *known = argument,
        None => backend.arguments.push((name, argument)),
    }
}

/// The value of a `key=value` pair. Its type is the backend's to say; only flags are told apart from text.
fn from_text(text: &str) -> Value {
    match text {
        "true" => Value::bool(true),
        "false" => Value::bool(false),
        text => Value::string(text),
    }
}

/// What a backend of this type cannot do without and nothing sets.
fn missing(backend: &Backend, ty: Name) -> Vec<&'static str> {
    backend_schema::required(ty).iter().copied().filter(|wanted| !is_set(backend, wanted)).collect()
}
