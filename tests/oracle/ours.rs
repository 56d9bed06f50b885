//! What infralint makes of a case.

use std::{fs, path::Path};

use infralint::{
    config::{self, LoadOptions, Repository},
    diag::Diagnostic,
    eval::{Context, ModuleScope, Root, evaluate},
    source::Sources,
    syntax::parse_expression,
    value::{Kind, Marks, Number, Value},
    world,
};
use serde_json::{Map, Value as Json, json};

use super::{Case, errors, gathering, types};

/// A folder's module, in whose scope expressions are evaluated.
pub(crate) struct Module {
    sources: Sources,
    repository: Repository,
}

impl Module {
    pub(crate) fn load(folder: &Path) -> Self {
        let root = folder.canonicalize().expect("a folder");
        let options =
            LoadOptions { paths: vec![root.clone()], workspace: Some("default".into()), ..LoadOptions::default() };
        let sources = Sources::new(root);
        let repository = config::load(&sources, &options);
        Self { sources, repository }
    }

    /// The answers to expressions, one after the other, and the values they are of.
    pub(crate) fn answers(&self, expressions: &[&str]) -> Vec<Json> {
        let config = &self.repository.root_modules[0];
        let root = Root::new(Context::new(&self.sources), &self.repository, config);
        let node = root.node();
        let scope = ModuleScope::new(&root, &node);
        let one = |text: &&str| {
            root.cx.begin();
            let file = self.sources.add("case", *text);
            let (tree, id, mut told) = parse_expression(file, text);
            let value = evaluate(&root.cx, &scope, &tree, id);
            told.extend(root.cx.take_diagnostics());
            answer(Some(&value), told.iter(), |d| {
                d.place.filter(|at| at.file == file).map_or((-1, -1), |at| (at.span.start.into(), at.span.end.into()))
            })
        };
        expressions.iter().map(one).collect()
    }
}

/// The operands in a folder, as Terraform sees them at first and later.
pub(crate) struct Operands {
    planned: Module,
    validated: Module,
}

impl Operands {
    pub(crate) fn load(files: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("prelude.tf"), before_planning(files)).expect("a file");
        Self { planned: Module::load(files), validated: Module::load(folder.path()) }
    }

    /// The answers to expressions. Terraform plans only what is valid.
    pub(crate) fn answers(&self, expressions: &[&str]) -> Vec<Json> {
        let validated = self.validated.answers(expressions).into_iter();
        let both = validated.zip(self.planned.answers(expressions));
        both.map(|(first, then)| if first.get("errors").is_some() { first } else { then }).collect()
    }
}

/// The operands as Terraform sees them when it validates: of `terraform_data` not even the types are known yet.
fn before_planning(files: &Path) -> String {
    let text = fs::read_to_string(files.join("prelude.tf")).expect("a file");
    let lines = text.lines().map(|line| match line.strip_prefix("  input = ") {
        Some(_) => "  input = jsondecode(timestamp())\n".to_owned(),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// The answers to cases that are whole files, beside those of a folder.
pub(crate) fn whole(folder: &Path, cases: &[Case]) -> Vec<Json> {
    let names: Vec<String> = (0..cases.len()).map(|i| format!("c{i:04}")).collect();
    for (name, case) in names.iter().zip(cases) {
        fs::write(folder.join(format!("{name}.tf")), case.file(name).0).expect("a file");
    }
    fs::write(folder.join("all.tf"), gathering(&names)).expect("a file");
    let Module { sources, repository } = Module::load(folder);
    let module = world::evaluate(&sources, &repository, 0);
    let of_loading = repository.diagnostics.iter().chain(repository.modules.values().flat_map(|m| &m.diagnostics));
    let all: Vec<&Diagnostic> =
        of_loading.chain(&repository.root_modules[0].diagnostics).chain(&module.diagnostics).collect();
    let input = module.instances.iter().find(|i| i.addr.to_string() == "terraform_data.cases");
    let input = input.and_then(|i| i.attrs.get("input"));
    let one = |(name, case): (&String, &Case)| {
        let (file, begin) = (format!("{name}.tf"), case.file(name).1 as i64);
        let of = |d: &Diagnostic, start: &str| d.place.is_some_and(|at| sources.get(at.file).path.starts_with(start));
        let of_module = case.module().map(|module| format!("{module}/"));
        let own = |d: &&&Diagnostic| of(d, &file) || of_module.as_ref().is_some_and(|module| of(d, module));
        answer(input.and_then(|all| all.get(name)), all.iter().filter(own).copied(), |d| {
            let at = d.place.filter(|_| of(d, &file)).map(|at| at.span);
            at.map_or((-1, -1), |at| (i64::from(at.start) - begin, i64::from(at.end) - begin))
        })
    };
    let answers = names.iter().zip(cases).map(one).collect();
    for name in &names {
        fs::remove_file(folder.join(format!("{name}.tf"))).expect("a file");
    }
    answers
}

fn answer<'d>(
    value: Option<&Value>,
    told: impl Iterator<Item = &'d Diagnostic>,
    place: impl Fn(&Diagnostic) -> (i64, i64),
) -> Json {
    let told: Vec<_> = told
        .filter(|d| d.is_error())
        .map(|d| {
            let (start, end) = place(d);
            // Terraform never says that a mistake is nowhere: it is at least one byte long.
            (d.summary.clone(), start, if end == start && end >= 0 { end + 1 } else { end })
        })
        .collect();
    match (told.is_empty(), value) {
        (false, _) => errors(told),
        (true, Some(value)) if value.is_error() => json!("an error that was not told"),
        (true, Some(value)) => shown(value),
        (true, None) => json!("no value"),
    }
}

/// A value as an answer.
pub(crate) fn shown(value: &Value) -> Json {
    inside(value, false)
}

/// A value inside one that is sensitive or not: being so twice says nothing new.
fn inside(value: &Value, sensitive: bool) -> Json {
    let marked = value.marks.has(Marks::SENSITIVE) && !sensitive;
    let sensitive = sensitive || marked;
    let all = |items: &[Value]| -> Json { items.iter().map(|item| inside(item, sensitive)).collect() };
    let entries = || -> Map<String, Json> {
        let entries = value.entries().unwrap_or_default().iter();
        entries.map(|(key, entry)| (key.to_string(), inside(entry, sensitive))).collect()
    };
    let plain = match &value.kind {
        Kind::Null(ty) => json!({ "null": types::of(ty) }),
        Kind::Bool(bool) => json!(bool),
        Kind::Number(number) => shown_number(number),
        Kind::String(text) => json!(text.as_str()),
        Kind::List(of) => json!({ "list": all(&of.items), "of": types::of(&of.element) }),
        Kind::Set(of) => json!({ "set": sorted(all(&of.items)), "of": types::of(&of.element) }),
        Kind::Tuple(items) => all(items),
        Kind::Map(of) => json!({ "map": entries(), "of": types::of(&of.element) }),
        Kind::Object(_) => json!({ "{}": entries() }),
        Kind::Unknown(unknown) => json!({ "?": types::of(&unknown.ty) }),
    };
    if marked { json!({ "~": plain }) } else { plain }
}

/// A number whole and small enough for everyone, or its text.
pub(crate) fn shown_number(number: &Number) -> Json {
    let text = number.to_string();
    match text.parse::<i64>() {
        Ok(small) if text != "-0" && small.unsigned_abs() < 1 << 53 => json!(small),
        _ if text == "-0" => json!(0),
        _ => json!({ "n": text }),
    }
}

/// The order of a set is of no meaning here.
pub(crate) fn sorted(items: Json) -> Json {
    let Json::Array(mut items) = items else { return items };
    items.sort_by_key(Json::to_string);
    Json::Array(items)
}
