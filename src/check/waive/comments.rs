//! Waivers that stand in comments of the configuration and of variable files.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    directive::{self, Directive, MARK},
    target::{Items, Target},
};
use crate::{
    check::{Waiver, Within},
    config::{Repository, RootModule, folders_of},
    diag::Diagnostic,
    source::{Place, SourceFile, Sources, Span, offset},
    syntax::Tree,
};

/// More waivers in one file than any person writes.
const MOST: usize = 1_000;

/// The waivers in comments, by file and place; and what is wrong with those that are none.
#[derive(Debug, Default)]
pub(in crate::check) struct Comments {
    pub(super) waivers: Vec<Arc<Waiver>>,
    pub(super) problems: Vec<Diagnostic>,
}

/// Reads the comments of everything that these root modules are made of.
pub(in crate::check) fn of(sources: &Sources, repository: &Repository, roots: &[&RootModule]) -> Comments {
    // A variable file is read once for each root module and workspace.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut found: BTreeMap<String, Comments> = BTreeMap::new();
    for tree in trees(repository, roots) {
        let file = sources.get(tree.file);
        if tree.is_json || !file.text.contains(MARK) || !seen.insert(file.path.to_string()) {
            continue;
        }
        found.insert(file.path.to_string(), in_file(tree, &file));
    }
    let mut all = Comments::default();
    for comments in found.into_values() {
        all.waivers.extend(comments.waivers);
        all.problems.extend(comments.problems);
    }
    all
}

fn trees<'r>(repository: &'r Repository, roots: &[&'r RootModule]) -> Vec<&'r Tree> {
    let folders: BTreeSet<Box<str>> = roots.iter().flat_map(|root| folders_of(repository, root)).collect();
    let modules = folders.iter().filter_map(|folder| repository.modules.get(folder)).flat_map(|module| &module.trees);
    modules.chain(roots.iter().flat_map(|root| root.variable_trees.iter())).collect()
}

fn in_file(tree: &Tree, file: &SourceFile) -> Comments {
    let mut found = Comments::default();
    let mut items = None;
    let texts = tree.comments.iter().map(|comment| (comment.span, file.slice(comment.span)));
    let directives = texts.filter_map(|(span, text)| directive::read(text).map(|(read, at)| (span, read, at)));
    for (count, (comment, directive, at)) in directives.enumerate() {
        let at = moved(at, comment);
        if count == MOST {
            let detail = format!(
                "No more than {MOST} waivers count in one file. Write those that reach further into the settings."
            );
            found.problems.push(Diagnostic::warning("Too many waivers", detail, tree.at(at)));
            break;
        }
        let items = items.get_or_insert_with(|| Items::of(tree, file));
        let target = items.target(comment);
        found.add(directive, target, &Standing { tree, file, comment, at });
    }
    found
}

/// Where a directive stands.
struct Standing<'t> {
    tree: &'t Tree,
    file: &'t SourceFile,
    comment: Span,
    /// The directive without the comment's marks.
    at: Span,
}

impl Standing<'_> {
    fn place(&self, inside: Span) -> Place {
        self.tree.at(moved(inside, self.comment))
    }
}

fn moved(inside: Span, comment: Span) -> Span {
    Span::new(inside.start + comment.start, inside.end + comment.start)
}

impl Comments {
    fn add(&mut self, directive: Directive, target: Option<Target>, standing: &Standing<'_>) {
        let wrong = directive.wrong.iter();
        self.problems.extend(wrong.map(|(detail, span)| invalid(detail, standing.place(*span))));
        if !directive.wrong.is_empty() {
            return;
        }
        let place = standing.tree.at(standing.at);
        let Some(target) = target else {
            let detail = "This waiver stands on nothing. Write it behind an argument or the first line of a block, on the line \
                          above one, or with an empty line below it at the top of a file.";
            self.problems.push(invalid(detail, place));
            return;
        };
        let span = match target {
            Target::File => Span::new(0, offset(standing.file.text.len())),
            Target::Item(span) => span,
        };
        let path = standing.file.path.clone();
        for (check, at) in directive.checks {
            self.waivers.push(Arc::new(Waiver {
                check,
                check_at: standing.place(at),
                within: Some(Within { path: path.clone(), span }),
                root_module: None,
                workspace: None,
                stage: None,
                address: None,
                reason: directive.reason.clone().unwrap_or_default(),
                until: directive.until,
                owner: directive.owner.clone(),
                place,
            }));
        }
    }
}

fn invalid(detail: &str, place: Place) -> Diagnostic {
    Diagnostic::warning("Invalid waiver", format!("{detail} Until then it waives nothing."), place)
}
