//! What can be done about what is found: fixes, waivers, and names that were meant.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use super::{documents::Documents, publish, server::Client, text, uri, waiver};
use crate::{
    check::{Reported, Session},
    fix,
    policy::{Edit, Fix, PatchClass},
    source::{Place, Sources, Span, offset},
};

/// Everything that is safe to mend in a document at once.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.infralint");

pub(super) fn actions(
    session: &Session,
    (path, params): (&Path, &CodeActionParams),
    (client, documents): (Client, &Documents),
) -> Vec<CodeActionOrCommand> {
    let acting = Acting { session, path, params, client, documents };
    let mut actions = Vec::new();
    if acting.is_wanted(&CodeActionKind::QUICKFIX) {
        acting.fixes(&mut actions);
        acting.meant(&mut actions);
        acting.waivers(&mut actions);
    }
    if acting.is_wanted(&FIX_ALL) {
        actions.extend(acting.fix_all());
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

struct Acting<'a> {
    session: &'a Session,
    path: &'a Path,
    params: &'a CodeActionParams,
    client: Client,
    documents: &'a Documents,
}

impl Acting<'_> {
    fn sources(&self) -> &Sources {
        self.session.sources()
    }

    /// Without a wish everything is wanted that is about the position.
    fn is_wanted(&self, kind: &CodeActionKind) -> bool {
        let is_in = |wanted: &CodeActionKind| {
            kind.as_str().strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        match &self.params.context.only {
            Some(wanted) => wanted.iter().any(is_in),
            None => *kind != FIX_ALL,
        }
    }

    /// Whether a place is in this document, on a line that is asked about: the cursor seldom stands on the word that is marked.
    fn is_here(&self, place: Place) -> bool {
        let file = self.sources().get(place.file);
        let range = text::range(&file, place.span);
        self.sources().root().join(&*file.path) == self.path
            && range.start.line <= self.params.range.end.line
            && self.params.range.start.line <= range.end.line
    }

    fn here(&self) -> impl Iterator<Item = &Reported> {
        let is_here = |reported: &&Reported| {
            publish::places(self.sources(), &reported.finding).into_iter().any(|at| self.is_here(at))
        };
        publish::unwaived(self.session).filter(is_here)
    }

    /// The safe ones first; equal ones of several root modules once.
    fn fixes(&self, actions: &mut Vec<CodeAction>) {
        let mut known: Vec<(String, Fix)> = Vec::new();
        for reported in self.here() {
            let Ok(fix) = fix::proposed(self.sources(), &reported.finding) else { continue };
            let title = self.title(reported, &fix);
            if known.iter().all(|(_, other)| !self.is_same(other, &fix)) {
                known.push((title, fix));
            }
        }
        known.sort_by_key(|(_, fix)| fix.class == PatchClass::Review);
        for (title, fix) in known {
            let is_safe = fix.class == PatchClass::Safe;
            actions.push(CodeAction { is_preferred: Some(is_safe), ..self.action(title, &fix.edits) });
        }
    }

    fn is_same(&self, a: &Fix, b: &Fix) -> bool {
        let shown = |fix: &Fix| -> Vec<(Box<str>, Span, String)> {
            let edits = fix.edits.iter();
            edits.map(|edit| (self.sources().get(edit.at.file).path.clone(), edit.at.span, edit.text.clone())).collect()
        };
        shown(a) == shown(b)
    }

    fn title(&self, reported: &Reported, fix: &Fix) -> String {
        let patch = reported.finding.patch.as_ref().map(|patch| patch.text.trim()).unwrap_or_default();
        let mut lines = patch.lines();
        let first = lines.next().unwrap_or_default();
        let more = if lines.next().is_some() { " …" } else { "" };
        let check = &reported.finding.check;
        let elsewhere = self.elsewhere(&fix.edits);
        match fix.class {
            PatchClass::Safe => format!("Fix {check}: {first}{more}{elsewhere}"),
            PatchClass::Review => {
                format!(
                    "Fix {check}: {first}{more}{elsewhere} (review: costs money, restarts something or needs consent)"
                )
            }
        }
    }

    /// Names the other file that an action changes.
    fn elsewhere(&self, edits: &[Edit]) -> String {
        let mut paths = edits.iter().map(|edit| self.sources().get(edit.at.file).path.clone());
        let other = paths.find(|path| self.sources().root().join(&**path) != self.path);
        other.map(|path| format!(" in {path}")).unwrap_or_default()
    }

    fn action(&self, title: String, edits: &[Edit]) -> CodeAction {
        CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            edit: Some(self.edit(edits)),
            ..CodeAction::default()
        }
    }

    /// A comment above the block, or above a call that leads to it.
    fn waivers(&self, actions: &mut Vec<CodeAction>) {
        let mut titles: Vec<String> = Vec::new();
        for reported in self.here() {
            for proposed in waiver::proposed(self.session, &reported.finding) {
                let edit = Edit { at: proposed.at, text: proposed.text };
                let elsewhere = self.elsewhere(std::slice::from_ref(&edit));
                let title = format!("Waive {} on {}{elsewhere}", reported.finding.check, proposed.on);
                if !titles.contains(&title) {
                    titles.push(title.clone());
                    actions.push(self.action(title, &[edit]));
                }
            }
        }
    }

    /// Names that a diagnostic takes to be meant.
    fn meant(&self, actions: &mut Vec<CodeAction>) {
        for diagnostic in &self.session.report().diagnostics {
            let Some(place) = diagnostic.place.filter(|place| self.is_here(*place)) else { continue };
            let hint = diagnostic.detail.split("Did you mean \"").nth(1).and_then(|rest| rest.split('"').next());
            let Some(meant) = hint.filter(|meant| !meant.is_empty()) else { continue };
            let Some(at) = self.last_name(place) else { continue };
            let text =
                if self.sources().text_at(at).starts_with('"') { format!("\"{meant}\"") } else { meant.to_owned() };
            let action = self.action(format!("Write {meant}"), &[Edit { at, text }]);
            actions.push(CodeAction { is_preferred: Some(true), ..action });
        }
    }

    /// The name at the end of what is blamed: `nam` of `var.nam`. None where it is more than a name.
    fn last_name(&self, place: Place) -> Option<Place> {
        let blamed = self.sources().text_at(place);
        let name = blamed.rsplit('.').next()?;
        let bare = name.trim_matches('"');
        let is_name = !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        let start = place.span.end.checked_sub(offset(name.len()))?;
        is_name.then(|| Place::new(place.file, Span::new(start, place.span.end)))
    }

    /// All safe fixes that change this document alone, as far as they do not touch each other.
    fn fix_all(&self) -> Option<CodeAction> {
        let mut edits: Vec<Edit> = Vec::new();
        for reported in publish::unwaived(self.session) {
            let Ok(fix) = fix::proposed(self.sources(), &reported.finding) else { continue };
            let meets = |edit: &Edit| {
                edits
                    .iter()
                    .any(|other| other.at.span.start <= edit.at.span.end && edit.at.span.start <= other.at.span.end)
            };
            let is_free = !fix.edits.iter().any(meets);
            if fix.class == PatchClass::Safe && self.elsewhere(&fix.edits).is_empty() && is_free {
                edits.extend(fix.edits);
            }
        }
        let title = "Make all safe fixes of infralint in this file".to_owned();
        (!edits.is_empty()).then(|| CodeAction { kind: Some(FIX_ALL), ..self.action(title, &edits) })
    }

    fn edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        let mut by_path: BTreeMap<PathBuf, Vec<TextEdit>> = BTreeMap::new();
        for edit in edits {
            let file = self.sources().get(edit.at.file);
            let edits = by_path.entry(self.sources().root().join(&*file.path)).or_default();
            edits.push(TextEdit::new(text::range(&file, edit.at.span), edit.text.clone()));
        }
        let by_uri = by_path.into_iter().filter_map(|(path, edits)| Some((uri::of(&path)?, path, edits)));
        if !self.client.versioned_edits {
            #[expect(clippy::mutable_key_type, reason = "the protocol's map; URIs are not changed")]
            let changes: HashMap<_, _> = by_uri.map(|(uri, _, edits)| (uri, edits)).collect();
            return WorkspaceEdit::new(changes);
        }
        let documents = by_uri.map(|(uri, path, edits)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier {
                uri,
                version: self.documents.get(&path).map(|document| document.version),
            },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        });
        let document_changes = Some(DocumentChanges::Edits(documents.collect()));
        WorkspaceEdit { document_changes, ..WorkspaceEdit::default() }
    }
}
