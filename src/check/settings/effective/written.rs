//! Where something is written in the file of settings.

use super::{BlockName, settings_file};
use crate::{
    source::{Place, Sources},
    syntax::{self, Block, Body, Tree},
};

/// The tree of the settings; none where there is no file.
pub(super) struct Written(Option<Tree>);

impl Written {
    pub(super) fn read(sources: &Sources) -> Self {
        let file = settings_file(sources);
        Self(file.map(|file| syntax::parse(file, &sources.get(file).text).tree))
    }

    /// The place of an argument's value, at the top or in a block.
    pub(super) fn argument(&self, block: Option<BlockName<'_>>, argument: &str) -> Option<Place> {
        let tree = self.0.as_ref()?;
        let body = match block {
            None => &tree.body,
            Some(name) => &find(&tree.body, name)?.body,
        };
        Some(tree.place(body.attribute(argument)?.value))
    }
}

fn find<'t>(body: &'t Body, (ty, label): BlockName<'_>) -> Option<&'t Block> {
    let has_label =
        |block: &&Block| label.is_none_or(|label| block.labels.first().is_some_and(|first| first.text == label));
    body.blocks.iter().filter(|block| block.ty == ty).find(has_label)
}
