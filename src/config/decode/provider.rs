//! `provider`.

use super::{Decoder, name};
use crate::{
    addr::Name,
    config::model::{Block, Module, ProviderConfig},
};

const RESERVED_ARGUMENTS: [&str; 4] = ["count", "for_each", "depends_on", "source"];
const RESERVED_BLOCKS: [&str; 2] = ["lifecycle", "locals"];

impl Decoder<'_> {
    /// `alias` is the block's, as merging has read it.
    pub(super) fn provider(&mut self, block: &Block, alias: Option<Name>, module: &mut Module) {
        if !self.expect_labels(block, &["name"]) {
            return;
        }
        let Some((name, _)) = block.labels.first().copied() else { return };
        self.provider_name(&name, block);
        self.provider_alias(block, alias);
        self.provider_reserved(block);
        self.provider_once(block, name, alias, module);
        let mut body = block.body.clone();
        body.attributes
            .retain(|a| a.name != "alias" && a.name != "version" && !RESERVED_ARGUMENTS.contains(&a.name.as_str()));
        body.blocks.retain(|b| !RESERVED_BLOCKS.contains(&b.ty.as_str()));
        module.providers.push(ProviderConfig { name, alias, header: block.header, at: block.at, body });
    }

    fn provider_name(&mut self, name: &str, block: &Block) {
        let valid = name.chars().all(|c| c.is_alphanumeric() || c == '-');
        if !valid || name.is_empty() || name.starts_with('-') || name.ends_with('-') {
            let detail = format!(
                "{name} is an invalid provider local name: must contain only letters, digits, and dashes, and may not use \
                 leading or trailing dashes"
            );
            self.error("Invalid provider local name", detail, block.header);
        }
    }

    fn provider_alias(&mut self, block: &Block, alias: Option<Name>) {
        let Some(attribute) = block.body.attribute("alias") else { return };
        match alias {
            None => {
                let text = self.constant_text(attribute.value);
                if text.is_some_and(|text| !name::is_valid(&text)) {
                    let detail = format!("An alias must be a valid name. {}", name::NAME_RULE);
                    self.error("Invalid provider configuration alias", detail, self.place(attribute.value));
                }
            }
            Some(alias) if !name::is_valid(&alias) => {
                let detail = format!("An alias must be a valid name. {}", name::NAME_RULE);
                self.error("Invalid provider configuration alias", detail, self.place(attribute.value));
            }
            Some(_) => {}
        }
    }

    fn provider_reserved(&mut self, block: &Block) {
        if let Some(version) = block.body.attribute("version") {
            let detail = "Terraform 0.13 and earlier allowed provider version constraints inside the provider configuration \
                          block, but that is now deprecated and will be removed in a future version of Terraform. To silence \
                          this warning, move the provider version constraint into the required_providers block.";
            let summary = "Version constraints inside provider configuration blocks are deprecated";
            self.warning(summary, detail, self.place(version.value));
        }
        for attribute in block.body.attributes.iter().filter(|a| RESERVED_ARGUMENTS.contains(&a.name.as_str())) {
            let detail = format!(
                "The provider argument name {:?} is reserved for use by Terraform in a future version.",
                attribute.name.as_str()
            );
            self.error("Reserved argument name in provider block", detail, attribute.name_at);
        }
        for nested in block.body.blocks.iter().filter(|b| RESERVED_BLOCKS.contains(&b.ty.as_str())) {
            self.reserved_block(nested, "provider");
        }
    }

    /// A nested block whose type is kept for later use. `holder` is the block it stands in.
    pub(super) fn reserved_block(&mut self, nested: &Block, holder: &str) {
        let detail = format!(
            "The block type name {:?} is reserved for use by Terraform in a future version.",
            nested.ty.as_str()
        );
        self.error(format!("Reserved block type name in {holder} block"), detail, nested.header);
    }

    fn provider_once(&mut self, block: &Block, name: Name, alias: Option<Name>, module: &Module) {
        let Some(first) = module.providers.iter().find(|p| p.name == name && p.alias == alias) else { return };
        let first = first.header;
        let at = self.sources.describe(first);
        let detail = match alias {
            None => format!(
                "A default (non-aliased) provider configuration for {:?} was already given at {at}. If multiple configurations \
                 are required, set the \"alias\" argument for alternative configurations.",
                name.as_str()
            ),
            Some(alias) => format!(
                "A provider configuration for {:?} with alias {:?} was already given at {at}. Each configuration for the same \
                 provider must have a distinct alias.",
                name.as_str(),
                alias.as_str()
            ),
        };
        self.duplicate("Duplicate provider configuration", detail, block.header, first);
    }
}
