//! Local values that depend on themselves, found without evaluating: a file with one is wrong whoever reads it.

use std::collections::HashMap;

use super::{
    Declared, Local, RuleFile,
    walk::{Mention, mentions},
};
use crate::{addr::Name, diag::Diagnostic, syntax::Tree};

/// The cycles among the locals of a file and of each of its policies.
pub(super) fn cycles(file: &RuleFile) -> Vec<Diagnostic> {
    let blocks = std::iter::once(&file.locals).chain(file.policies.iter().map(|policy| &policy.locals));
    blocks.flat_map(|locals| Search::of(&file.tree, locals).cycles()).collect()
}

/// How far a local was looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// It lies on the way that is being followed.
    OnTheWay,
    Whole,
}

/// Follows the locals of one block. Those outside of it cannot refer back.
struct Search<'f> {
    tree: &'f Tree,
    locals: &'f Declared<Local>,
    refers_to: HashMap<Name, Vec<Name>>,
}

impl<'f> Search<'f> {
    fn of(tree: &'f Tree, locals: &'f Declared<Local>) -> Self {
        let refers_to = locals.iter().map(|(name, local)| (*name, referred(tree, local, locals))).collect();
        Self { tree, locals, refers_to }
    }

    fn cycles(&self) -> Vec<Diagnostic> {
        let mut seen: HashMap<Name, Seen> = HashMap::new();
        let mut found = Vec::new();
        for start in self.locals.keys().filter(|name| self.refers_to.get(*name).is_some_and(|to| !to.is_empty())) {
            self.follow(*start, &mut seen, &mut found);
        }
        found
    }

    /// Depth first, with a way of its own: chains may be as long as a file.
    fn follow(&self, start: Name, seen: &mut HashMap<Name, Seen>, found: &mut Vec<Diagnostic>) {
        if seen.contains_key(&start) {
            return;
        }
        seen.insert(start, Seen::OnTheWay);
        let mut way = vec![(start, 0)];
        while let Some((name, next)) = way.last_mut() {
            let to = self.refers_to.get(name).and_then(|to| to.get(*next)).copied();
            *next += 1;
            let Some(to) = to else {
                seen.insert(*name, Seen::Whole);
                way.pop();
                continue;
            };
            match seen.get(&to) {
                None => {
                    seen.insert(to, Seen::OnTheWay);
                    way.push((to, 0));
                }
                Some(Seen::OnTheWay) => {
                    let circle = way.iter().map(|(name, _)| *name).skip_while(|name| *name != to);
                    found.extend(self.told(&circle.collect::<Vec<_>>()));
                }
                Some(Seen::Whole) => {}
            }
        }
    }

    fn told(&self, circle: &[Name]) -> Option<Diagnostic> {
        let (first, rest) = circle.split_first()?;
        let at = |name: &Name| self.locals.get(name).map(|local| self.tree.at(local.name_at));
        let way: Vec<String> = circle.iter().chain([first]).map(|name| format!("local.{name}")).collect();
        let detail = format!("These local values depend on each other: {}.", way.join(" → "));
        let found = Diagnostic::error("Cycle in local values", detail, at(first)?);
        Some(rest.iter().filter_map(at).fold(found, |found, at| found.with_label(at, "on the way")))
    }
}

/// The locals of the same block that a local refers to.
fn referred(tree: &Tree, local: &Local, of: &Declared<Local>) -> Vec<Name> {
    let name = |mention: Mention| match mention {
        Mention::Name { root, attr: Some(attr), .. } if root == "local" && of.contains_key(&attr) => Some(attr),
        _ => None,
    };
    mentions(tree, local.value).into_iter().filter_map(name).collect()
}
