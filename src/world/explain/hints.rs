//! What somebody may have meant by an address that stands for nothing.

use std::rc::Rc;

use super::{Here, Wrong, address::named, prefix};
use crate::{
    addr::{Mode, Name},
    diag::{closest, did_you_mean},
    eval::{Item, Node, RefStep, Root},
};

/// Things that are listed; of more only these.
const LISTED: usize = 12;

impl<'r> Here<'_, 'r, '_> {
    fn module_name(&self) -> String {
        if self.node.path.is_root() { "the root module".to_owned() } else { self.node.path.to_string() }
    }

    pub(super) fn undeclared<'n>(
        &self,
        what: &str,
        kind: &str,
        name: Name,
        known: impl Iterator<Item = &'n Name>,
    ) -> Wrong {
        let names: Vec<&str> = known.map(Name::as_str).collect();
        let hint = did_you_mean(&name, names.iter().copied());
        let list = listed(what, &names, |name| format!("{kind}.{name}"));
        Wrong::Said(format!("{} has no {what} \"{name}\".{hint}{list}", self.module_name()))
    }

    pub(super) fn no_call(&self, name: Name) -> Wrong {
        self.undeclared("module call", "module", name, self.node.module.calls.keys())
    }

    /// `rest` is the name of the output, and what follows it: a resource may have been meant.
    pub(super) fn no_output(&self, address: &str, node: &Node<'_>, rest: &[RefStep]) -> Wrong {
        let names: Vec<String> = rest.iter().map_while(named).take(2).map(|name| name.to_string()).collect();
        let outputs: Vec<&str> = node.module.outputs.keys().map(Name::as_str).collect();
        let managed = node.module.resources.keys().filter(|(mode, ..)| *mode == Mode::Managed);
        let resources: Vec<String> = managed.map(|(_, ty, name)| format!("{ty}.{name}")).collect();
        let output = names.first().map(String::as_str).unwrap_or_default();
        let whole = names.join(".");
        let meant =
            closest(output, outputs.iter().copied()).or_else(|| closest(&whole, resources.iter().map(String::as_str)));
        let hint = meant.map(|meant| format!(" Did you mean \"{address}.{meant}\"?")).unwrap_or_default();
        let list = listed("output", &outputs, |name| format!("{address}.{name}"));
        Wrong::Said(format!("{address} has no output \"{output}\", and no resource \"{whole}\".{hint}{list}"))
    }

    pub(super) fn no_instance(&self, address: &str, items: &[Item]) -> Wrong {
        let address = format!("{}{address}", prefix(&self.node.path));
        let all: Vec<String> = items.iter().map(|item| format!("{address}{}", item.key)).collect();
        match all.as_slice() {
            [] => Wrong::Said(format!("{address} has no instances: its count or for_each says so.")),
            [only] if *only == address => {
                Wrong::Said(format!("{address} has no count or for_each, so it takes no key."))
            }
            _ => Wrong::Said(format!("{address} has no such instance.{}", listed_whole(&all))),
        }
    }

    /// An address of which not even the beginning is known.
    pub(super) fn unknown(&self) -> Wrong {
        let names = || self.steps.iter().map_while(named).map(|name| name.to_string());
        let typed: Vec<String> = names().take(if self.is_of_data() { 3 } else { 2 }).collect();
        let typed = format!("{}{}", prefix(&self.node.path), typed.join("."));
        let mut known = Vec::new();
        addresses(self.root, &self.root.node(), &mut known);
        let here: Vec<&String> = known.iter().collect();
        let hint = did_you_mean(&typed, here.iter().map(|address| address.as_str()));
        let elsewhere: Vec<String> =
            known.iter().filter(|address| address.ends_with(&format!(".{typed}"))).cloned().collect();
        let list = match elsewhere.as_slice() {
            [] => String::new(),
            all => format!(" Further in there is {}.", some(all)),
        };
        Wrong::Said(format!("there is no \"{typed}\" in {}.{hint}{list}", self.module_name()))
    }

    fn is_of_data(&self) -> bool {
        self.name(0).is_some_and(|first| matches!(first.as_str(), "data" | "ephemeral" | "resource"))
    }
}

/// Something is asked of a repeated block that only one of its instances has.
pub(super) fn choose_instance(address: &str, addresses: &[String]) -> Wrong {
    match addresses {
        [] => Wrong::Said(format!("{address} has no instances: its count or for_each says so.")),
        all => Wrong::Said(format!("{address} has several instances: say which one.{}", listed_whole(all))),
    }
}

/// The addresses of all resources, without the keys of their instances.
fn addresses<'r>(root: &Root<'r>, node: &Rc<Node<'r>>, known: &mut Vec<String>) {
    for (mode, ty, name) in node.module.resources.keys() {
        let mode = match mode {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        };
        known.push(format!("{}{mode}{ty}.{name}", prefix(&node.path)));
    }
    for index in 0..node.module.calls.len() {
        let calls = root.calls(node, index);
        for child in calls.iter().flat_map(|calls| &calls.nodes) {
            addresses(root, child, known);
        }
    }
}

fn listed(what: &str, names: &[&str], shown: impl Fn(&str) -> String) -> String {
    let all: Vec<String> = names.iter().map(|name| shown(name)).collect();
    match all.as_slice() {
        [] => format!(" It has no {what} at all."),
        all => listed_whole(all),
    }
}

fn listed_whole(all: &[String]) -> String {
    format!(" There is: {}.", some(all))
}

fn some(all: &[String]) -> String {
    let shown = all.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
