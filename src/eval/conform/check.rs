//! One body against one level of a schema, and everything inside it.

use std::cell::RefCell;

use super::{
    json,
    level::{Argument, Level, Nested},
    literal,
};
use crate::{
    addr::Name,
    config::{Attribute, Block, Body, Module, Release},
    diag::{Diagnostic, did_you_mean},
    schema::{Nesting, Renamed},
    source::{Place, Sources, Span},
    syntax::ExprKind,
    value::Type,
};

/// What one resource, data source or provider configuration is held against.
pub(super) struct Check<'a> {
    pub(super) sources: &'a Sources,
    pub(super) module: &'a Module,
    /// The release of the provider the schema is of, as far as that matters.
    pub(super) release: Release,
    /// Former names of its arguments.
    pub(super) rows: Vec<&'static Renamed>,
    /// Whether the provider is written with the older kit: its resources have an `id` that may be configured, they say.
    pub(super) older_kit: bool,
    pub(super) managed: bool,
    /// Whether the schema is Terraform's own.
    pub(super) is_own: bool,
    /// Of what an override file has a word in, Terraform passes over what the schema does not have.
    pub(super) overridden: bool,
    pub(super) found: RefCell<Vec<Diagnostic>>,
    /// What the provider says, once nothing else is wrong.
    pub(super) later: RefCell<Vec<Diagnostic>>,
}

impl Check<'_> {
    fn error(&self, summary: impl Into<String>, detail: impl Into<String>, at: Place) {
        self.found.borrow_mut().push(Diagnostic::error(summary, detail, at));
    }

    fn later(&self, summary: &str, detail: String, at: Place) {
        self.later.borrow_mut().push(Diagnostic::error(summary, detail, at));
    }

    /// Whether everything that the schema does not have is a mistake.
    const fn is_strict(&self) -> bool {
        matches!(self.release, Release::Known | Release::Open)
    }

    /// `at` is where the body begins: its opening brace, in JSON its end.
    pub(super) fn body(&self, level: Level, body: &Body, at: Place, is_outermost: bool) {
        let (body, problems) = json::with_blocks(self.module, level, body);
        self.found.borrow_mut().extend(problems);
        for attribute in &body.attributes {
            self.attribute(level, attribute, is_outermost);
        }
        for block in &body.blocks {
            self.block(level, &body, block, is_outermost);
            if self.is_strict() && level.nested(&block.ty).is_some_and(|nested| nested.level.is_deprecated()) {
                self.deprecated(&block.ty, at);
            }
        }
        if is_outermost && self.is_strict() && level.is_deprecated() {
            let detail = "This type is deprecated in this version of the provider.";
            self.later.borrow_mut().push(Diagnostic::warning("Deprecated Resource", detail, at));
        }
        if self.is_strict() {
            self.missing(level, &body, at, is_outermost);
            self.counts(level, &body, at);
        }
    }

    fn attribute(&self, level: Level, attribute: &Attribute, is_outermost: bool) {
        match level.argument(&attribute.name) {
            Some(argument) => self.known(&argument, attribute, is_outermost),
            None => self.unsupported(level, attribute, is_outermost),
        }
    }

    fn known(&self, argument: &Argument, attribute: &Attribute, is_outermost: bool) {
        let at = self.module.place(attribute.value);
        let name = attribute.name.as_str();
        if literal::is_null(self.module, attribute.value) {
            if argument.required && self.is_strict() {
                let detail = format!("The argument {name:?} is required, but no definition was found.");
                self.error("Missing required argument", detail, at);
            }
            return;
        }
        if let Some(wrong) =
            literal::of(self.module, attribute.value).and_then(|value| literal::mismatch(&value, name, &argument.ty))
        {
            self.error("Incorrect attribute value type", wrong, at);
        }
        if !self.is_strict() {
            return;
        }
        if argument.computed && !argument.optional && !argument.required {
            self.read_only(name, at);
        } else if is_outermost && name == "id" && argument.computed && self.managed && self.older_kit {
            let detail = "\"id\" is decided by the provider and cannot be configured.".to_owned();
            self.later("Invalid or unknown key", detail, at);
        } else if argument.deprecated {
            self.deprecated(name, at);
        }
    }

    fn read_only(&self, name: &str, at: Place) {
        if self.is_own {
            let detail = "It is decided by Terraform.".to_owned();
            return self.later(&format!("{name:?} attribute is read-only"), detail, at);
        }
        if self.older_kit {
            let detail = format!(
                "Can't configure a value for {name:?}: its value will be decided automatically based on the result of applying this configuration."
            );
            return self.later("Value for unconfigurable attribute", detail, at);
        }
        let detail = format!("{name:?} is read-only: the provider decides its value. Remove this line.");
        self.later("Invalid Configuration for Read-Only Attribute", detail, at);
    }

    fn deprecated(&self, name: &str, at: Place) {
        let detail = format!("{name} is deprecated in this version of the provider.");
        self.later.borrow_mut().push(Diagnostic::warning("Argument is deprecated", detail, at));
    }

    fn unsupported(&self, level: Level, attribute: &Attribute, is_outermost: bool) {
        let name = attribute.name.as_str();
        let is_json = self.module.tree(attribute.value).is_json;
        if is_json && (name == "//" || name == "dynamic") {
            return;
        }
        let former = self.renamed(attribute.name).filter(|_| is_outermost);
        let is_added = self.release == Release::Open && is_outermost && self.release.may_have(name);
        if former.is_none() && (!self.is_strict() || is_added) {
            return;
        }
        if is_json {
            let known = level.arguments().into_iter().chain(level.blocks());
            let hint = former.unwrap_or_else(|| did_you_mean(name, known));
            let detail = format!("No argument or block type is named {name:?}.{hint}");
            return self.error("Extraneous JSON object property", detail, attribute.name_at);
        }
        let hint = match former {
            Some(hint) => hint,
            None if level.nested(name).is_some() => format!(" Did you mean to define a block of type {name:?}?"),
            None => did_you_mean(name, level.arguments()),
        };
        let detail = format!("An argument named {name:?} is not expected here.{hint}");
        self.surplus(is_outermost, "Unsupported argument", detail, attribute.name_at);
    }

    fn surplus(&self, is_outermost: bool, summary: &str, detail: String, at: Place) {
        if is_outermost && self.overridden {
            self.found.borrow_mut().push(Diagnostic::warning(summary, detail, at));
        } else {
            self.error(summary, detail, at);
        }
    }

    /// What became of an argument or block of this name, to go on with in a message.
    fn renamed(&self, written: Name) -> Option<String> {
        let is_it = |row: &&&Renamed| row.former.split('.').next() == Some(written.as_str());
        let rows: Vec<&&Renamed> = self.rows.iter().filter(is_it).collect();
        let removed_in = rows.first()?.removed_in;
        let names: Vec<String> = rows.iter().map(|row| format!("\"{}\"", row.name)).collect();
        Some(format!(" Since version {removed_in} of the provider it is {}.", names.join(" and ")))
    }

    fn block(&self, level: Level, body: &Body, block: &Block, is_outermost: bool) {
        if block.ty == "dynamic" {
            return self.dynamic(level, block);
        }
        if let Some(nested) = level.nested(&block.ty) {
            self.labels(nested, block);
            return self.body(nested.level, &block.body, self.opening(block), false);
        }
        match level.argument(&block.ty).as_ref().and_then(|argument| fields(&argument.ty)) {
            Some(fields) if body.attribute_of(block.ty).is_none() => self.fields(&fields, &block.body),
            _ => self.unsupported_block(level, block, is_outermost),
        }
    }

    fn unsupported_block(&self, level: Level, block: &Block, is_outermost: bool) {
        let ty = block.ty.as_str();
        let former = self.renamed(block.ty).filter(|_| is_outermost);
        let hint = match former {
            Some(hint) => hint,
            None if !self.is_strict() => return,
            None if level.argument(ty).is_some() => {
                format!(" Did you mean to define argument {ty:?}? If so, use the equals sign to assign it a value.")
            }
            None => did_you_mean(ty, level.blocks()),
        };
        let detail = format!("Blocks of type {ty:?} are not expected here.{hint}");
        self.surplus(is_outermost, "Unsupported block type", detail, block.header);
    }

    fn labels(&self, nested: Nested, block: &Block) {
        let (ty, wanted) = (block.ty.as_str(), usize::from(nested.nesting == Nesting::Map));
        if let Some((_, at)) = block.labels.get(wanted) {
            let detail = format!("No labels are expected for {ty} blocks.");
            self.error(format!("Extraneous label for {ty}"), detail, *at);
        } else if block.labels.len() < wanted {
            let detail = format!("All {ty} blocks must have 1 labels (key).");
            self.error(format!("Missing key for {ty}"), detail, self.opening(block));
        }
    }

    /// An attribute of objects that is written as blocks.
    fn fields(&self, names: &[Name], body: &Body) {
        for attribute in body.attributes.iter().filter(|a| !names.contains(&a.name)) {
            let name = attribute.name.as_str();
            let hint = did_you_mean(name, names.iter().map(|name| name.as_str()));
            let detail = format!("An argument named {name:?} is not expected here.{hint}");
            if self.is_strict() {
                self.error("Unsupported argument", detail, attribute.name_at);
            }
        }
    }

    fn dynamic(&self, level: Level, block: &Block) {
        let Some((ty, label_at)) = block.labels.first() else {
            let detail = "All dynamic blocks must have 1 labels (type).";
            return self.error("Missing type for dynamic", detail, self.opening(block));
        };
        self.parts_of_dynamic(block);
        let for_each = block.body.attribute("for_each");
        let makes_none = for_each.is_some_and(|a| literal::length(self.module, a.value) == Some(0));
        let content = block.body.blocks_of("content").next().filter(|_| !makes_none);
        if let Some(nested) = level.nested(ty) {
            if let Some(content) = content {
                self.body(nested.level, &content.body, self.opening(content), false);
            }
        } else if let Some(fields) = level.argument(ty).as_ref().and_then(|argument| fields(&argument.ty)) {
            content.iter().for_each(|content| self.fields(&fields, &content.body));
        } else if self.is_strict() {
            let hint = did_you_mean(ty, level.blocks());
            let detail = format!("Blocks of type \"{ty}\" are not expected here.{hint}");
            self.error("Unsupported block type", detail, *label_at);
        }
    }

    fn parts_of_dynamic(&self, block: &Block) {
        const KNOWN: [&str; 3] = ["for_each", "iterator", "labels"];
        for attribute in block.body.attributes.iter().filter(|a| !KNOWN.contains(&a.name.as_str())) {
            let name = attribute.name.as_str();
            let detail = format!("An argument named {name:?} is not expected here.{}", did_you_mean(name, KNOWN));
            self.error("Unsupported argument", detail, attribute.name_at);
        }
        for nested in block.body.blocks.iter().filter(|nested| nested.ty != "content") {
            let ty = nested.ty.as_str();
            let detail = format!("Blocks of type {ty:?} are not expected here.{}", did_you_mean(ty, ["content"]));
            self.error("Unsupported block type", detail, nested.header);
        }
        for content in block.body.blocks_of("content").skip(1) {
            let detail = "Only one nested content block is allowed for each dynamic block.";
            self.error("Extraneous dynamic content block", detail, content.header);
        }
        let Some(iterator) = block.body.attribute("iterator") else { return };
        let tree = self.module.tree(iterator.value);
        if !tree.is_json && !matches!(tree.kind(iterator.value.id), ExprKind::Name(_)) {
            let detail = "The name of an iterator is a bare word, without quotes and without calculation.";
            self.error("Invalid expression", detail, tree.place(iterator.value.id));
        }
    }

    fn missing(&self, level: Level, body: &Body, at: Place, is_outermost: bool) {
        for name in level.required().iter().filter(|name| body.attribute_of(**name).is_none()) {
            // Written under its former name, which has been told.
            let is_former = |row: &&&Renamed| row.name == name.as_str() && body.attribute(row.former).is_some();
            if is_outermost && self.rows.iter().any(|row| is_former(&row)) {
                continue;
            }
            // Its blocks stand for it.
            if body.blocks_of(name).next().is_some() {
                continue;
            }
            let detail = format!("The argument \"{name}\" is required, but no definition was found.");
            self.error("Missing required argument", detail, at);
        }
    }

    fn counts(&self, level: Level, body: &Body, at: Place) {
        for nested in level.all_nested() {
            let is_single = matches!(nested.nesting, Nesting::Single | Nesting::Group);
            if nested.min == 0 && nested.max == 0 && !is_single {
                continue;
            }
            let written = self.written(nested.name, body);
            if is_single {
                self.single(nested, &written, at);
            } else {
                self.bounded(nested, &written, at);
            }
        }
    }

    /// The blocks of a type: where each is headed and begins; and whether there may be others.
    fn written(&self, ty: Name, body: &Body) -> (Vec<(Place, Place)>, bool) {
        let (mut places, mut is_open) = (Vec::new(), false);
        for block in &body.blocks {
            if block.ty == ty {
                places.push((block.header, self.opening(block)));
            } else if block.ty == "dynamic" && block.labels.first().is_some_and(|(label, _)| *label == ty) {
                let for_each = block.body.attribute("for_each");
                let count = for_each.and_then(|a| literal::length(self.module, a.value));
                let content = block.body.blocks_of("content").next();
                let (Some(count), Some(content)) = (count, content) else {
                    is_open = true;
                    continue;
                };
                // More than a schema ever allows need not be counted.
                let place = (content.header, self.opening(content));
                places.extend(std::iter::repeat_n(place, count.min(MOST_COUNTED)));
            }
        }
        // In JSON there may be blocks behind `dynamic`.
        is_open |= body.attribute("dynamic").is_some();
        (places, is_open)
    }

    fn single(&self, nested: Nested, (places, is_open): &(Vec<(Place, Place)>, bool), at: Place) {
        let name = nested.name;
        if let [(first, _), (second, _), ..] = places.as_slice() {
            let detail = format!(
                "Only one block of type \"{name}\" is allowed. Previous definition was at {}.",
                self.sources.describe(*first)
            );
            self.error(format!("Duplicate {name} block"), detail, *second);
        }
        if places.is_empty() && !is_open && nested.min > 0 {
            self.error(format!("Missing {name} block"), format!("A {name} block is required here."), at);
        }
    }

    fn bounded(&self, nested: Nested, (places, is_open): &(Vec<(Place, Place)>, bool), at: Place) {
        let name = nested.name;
        let bound = |items: u32| usize::try_from(items).unwrap_or(usize::MAX);
        if places.len() < bound(nested.min) && !is_open {
            let detail = format!("At least {} \"{name}\" blocks are required.", nested.min);
            self.error(format!("Insufficient {name} blocks"), detail, at);
        }
        if nested.max > 0
            && !is_open
            && let Some((_, further)) = places.get(bound(nested.max))
        {
            let detail = format!("No more than {} \"{name}\" blocks are allowed", nested.max);
            self.error(format!("Too many {name} blocks"), detail, *further);
        }
    }

    fn opening(&self, block: &Block) -> Place {
        opening(self.sources, block.header, block.at)
    }
}

/// Blocks of a type that are counted one by one.
const MOST_COUNTED: usize = 1_000;

/// Where the body of a block begins, by its header and the whole block: its opening brace, in JSON its closing one.
pub(in crate::eval) fn opening(sources: &Sources, header: Place, whole: Place) -> Place {
    let file = sources.get(header.file);
    if file.slice(header.span) == "{" {
        let end = whole.span.end;
        return Place::new(header.file, Span::new(end.saturating_sub(1), end));
    }
    let rest = Span::new(header.span.end, whole.span.end.max(header.span.end));
    let skipped = file.slice(rest).find('{').and_then(|at| u32::try_from(at).ok());
    skipped.map_or(header, |skipped| {
        let start = header.span.end.saturating_add(skipped);
        Place::new(header.file, Span::new(start, start.saturating_add(1)))
    })
}

/// The names of the fields of an attribute that may be written as blocks.
fn fields(ty: &Type) -> Option<Vec<Name>> {
    let (Type::List(element) | Type::Set(element)) = ty else { return None };
    let Type::Object(fields) = &**element else { return None };
    Some(fields.iter().map(|field| crate::addr::name(&field.name)).collect())
}
