//! Modules that call themselves, directly or through others. Terraform follows such calls until a path becomes too
//! long; here the call that closes the circle is reported and cut, so that nothing downstream can go round.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Module, ModuleSource};
use crate::{addr::Name, diag::Diagnostic, source::Sources};

/// Reports and cuts every call that leads back to a module it was reached from.
pub(super) fn cut(sources: &Sources, loaded: &mut BTreeMap<Box<str>, Module>, roots: &BTreeSet<Box<str>>) {
    let starts: Vec<Box<str>> = roots.iter().chain(loaded.keys()).cloned().collect();
    let mut search = Search { loaded, done: BTreeSet::new(), back: Vec::new() };
    for start in &starts {
        search.from(start);
    }
    for (dir, call, circle) in search.back {
        if let Some(module) = loaded.get_mut(&dir) {
            cut_call(sources, module, call, &circle);
        }
    }
}

fn cut_call(sources: &Sources, module: &mut Module, name: Name, circle: &[Box<str>]) {
    let Some(call) = module.calls.get_mut(&name) else { return };
    let ModuleSource::Local { written, .. } = &call.source else { return };
    let way = circle.join(" -> ");
    let detail = format!(
        "The call of module {:?} at {} leads back to where it came from: {way}. Terraform cannot install such modules; remove one \
         of these calls.",
        name.as_str(),
        sources.describe(call.header),
    );
    module.diagnostics.push(Diagnostic::error("Module calls itself", detail, call.source_at));
    call.source = ModuleSource::Missing(written.clone());
}

/// A depth-first search without recursion: chains of modules may be long.
struct Search<'m> {
    loaded: &'m BTreeMap<Box<str>, Module>,
    done: BTreeSet<Box<str>>,
    /// Calls that close a circle, with the directories of the circle.
    back: Vec<(Box<str>, Name, Vec<Box<str>>)>,
}

impl Search<'_> {
    fn from(&mut self, start: &str) {
        if self.done.contains(start) {
            return;
        }
        let mut path: Vec<(Box<str>, usize)> = vec![(start.into(), 0)];
        while let Some((dir, next)) = path.last_mut() {
            let call = self.loaded.get(dir).and_then(|module| module.calls.values().nth(*next));
            *next += 1;
            let Some(call) = call else {
                let (dir, _) = (dir.clone(), path.pop());
                self.done.insert(dir);
                continue;
            };
            let ModuleSource::Local { dir: target, .. } = &call.source else { continue };
            if let Some(at) = path.iter().position(|(dir, _)| dir == target) {
                let mut circle: Vec<Box<str>> = path.iter().skip(at).map(|(dir, _)| dir.clone()).collect();
                circle.push(target.clone());
                let from = path.last().map(|(dir, _)| dir.clone()).unwrap_or_default();
                self.back.push((from, call.name, circle));
            } else if !self.done.contains(target) {
                path.push((target.clone(), 0));
            }
        }
    }
}
