//! An evaluated root module as a picture: what stands in which zone and subnet, what leads where, and what is found.
//!
//! Three steps, each knowing nothing of the next: [`read`] makes a model of instances, `layout` gives everything in it a
//! rectangle, `svg` writes. The picture depends on nothing but the model, so it is the same every time.

mod edge;
mod layout;
mod lettering;
mod model;
mod network;
mod outside;
mod palette;
mod read;
mod standing;
mod svg;

use crate::{check::Reported, world::World};

/// The picture of one root module, by its index; findings are those about it.
#[must_use]
pub fn diagram(world: &World, root: usize, findings: &[Reported]) -> Option<String> {
    let module = world.root_modules.get(root)?;
    let findings = findings.iter().filter(|reported| reported.finding.root_module == module.path);
    let model = read::model(module, &findings.collect::<Vec<_>>());
    Some(svg::write(&layout::layout(&model)))
}
