//! `terraform`: required versions and providers, and the block that says where the state is kept.

use indexmap::map::Entry;

use super::{Decoder, body::Spec};
use crate::{
    addr::Name,
    config::model::{Attribute, Block, Expr, Module, RequiredProvider},
    config::semver,
    syntax::{ExprKind, ObjectItem, ObjectKey},
    value::{Type, convert},
};
use ecow::EcoString;

const SPEC: Spec = Spec {
    arguments: &["required_version", "experiments", "language"],
    required: &[],
    // `state_store` is there since Terraform 1.15.
    blocks: &[
        ("backend", &["type"]),
        ("cloud", &[]),
        ("required_providers", &[]),
        ("provider_meta", &["provider"]),
        ("state_store", &["type"]),
    ],
};

impl Decoder<'_> {
    /// Decodes all `terraform` blocks of a module; yields the `backend` or `cloud` block.
    pub(super) fn terraform(&mut self, blocks: &[Block], module: &mut Module) -> Option<Block> {
        for block in blocks {
            self.expect_labels(block, &[]);
            self.expect(&block.body, block.header, &SPEC);
            if let Some(attribute) = block.body.attribute("required_version") {
                let at = self.place(attribute.value);
                let wanted = self.version_constraint(attribute.value);
                if wanted.as_deref().is_some_and(|text| !semver::is_met_since_one(text)) {
                    let detail = format!(
                        "This configuration does not support Terraform version 1.11.4, nor any other since 1.0: {}. To proceed, update \
                         this version constraint.",
                        wanted.as_deref().unwrap_or_default()
                    );
                    self.error("Unsupported Terraform Core version", detail, attribute.name_at);
                }
                module.required_versions.extend(wanted.map(|text| (text, at)));
            }
            if let Some(attribute) = block.body.attribute("experiments") {
                let detail = "Experimental features are intended only for gathering early feedback on new language designs, and so \
                              are available only in alpha releases of Terraform.";
                self.error("Module uses experimental features", detail, attribute.name_at);
            }
            self.language(block);
            for nested in block.body.blocks_of("required_providers") {
                self.required_providers(nested, module);
            }
        }
        self.provider_meta_once(blocks);
        let labelled =
            |b: &&Block| b.ty == "cloud" || b.ty == "state_store" || (b.ty == "backend" && !b.labels.is_empty());
        blocks.iter().flat_map(|b| &b.body.blocks).find(labelled).cloned()
    }

    /// There is one edition of the language.
    fn language(&mut self, block: &Block) {
        let Some(edition) = block.body.attribute("language").map(|a| a.value) else { return };
        let at = self.place(edition);
        match self.keyword(edition) {
            Some(word) if word == "TF2021" => {}
            Some(_) => {
                let detail = "Terraform v1.11.4 only supports language edition TF2021.";
                self.error("Unsupported language edition", detail, at);
            }
            None if self.is_json(edition) => {}
            None => {
                let detail = "The language argument expects a bare language edition keyword. Terraform v1.11.4 supports only \
                              language edition TF2021, which is the default.";
                self.error("Invalid language edition", detail, at);
            }
        }
    }

    fn provider_meta_once(&mut self, blocks: &[Block]) {
        let mut seen: Vec<(Name, crate::source::Place)> = Vec::new();
        for meta in blocks.iter().flat_map(|block| block.body.blocks_of("provider_meta")) {
            let Some((provider, _)) = meta.labels.first().copied() else { continue };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == provider).copied() {
                let detail = format!(
                    "A provider_meta block for provider {:?} was already declared at {}. Providers may only have one provider_meta \
                     block per module.",
                    provider.as_str(),
                    self.sources.describe(first)
                );
                self.duplicate("Duplicate provider_meta block", detail, meta.header, first);
            }
            seen.push((provider, meta.header));
        }
    }

    fn required_providers(&mut self, block: &Block, module: &mut Module) {
        self.no_blocks(&block.body);
        for attribute in &block.body.attributes {
            let required = self.required_provider(attribute);
            if let Entry::Vacant(entry) = module.required_providers.entry(attribute.name) {
                entry.insert(required);
            }
        }
    }

    fn required_provider(&mut self, attribute: &Attribute) -> RequiredProvider {
        let name = attribute.name.as_str();
        if name.chars().any(char::is_uppercase) {
            let detail = format!(
                "Provider names must be normalized. Replace {name:?} with {:?} to fix this error.",
                name.to_lowercase()
            );
            self.error("Invalid provider local name", detail, attribute.name_at);
        }
        let at = self.place(attribute.value);
        let mut required = RequiredProvider { source: None, version: None, aliases: Vec::new(), at };
        let tree = self.tree(attribute.value);
        match tree.kind(attribute.value.id) {
            ExprKind::Object(items) => {
                for item in tree.items(items) {
                    self.required_provider_entry(attribute, item, &mut required);
                }
            }
            ExprKind::Error => {}
            _ => required.version = self.version_constraint(attribute.value),
        }
        required
    }

    fn required_provider_entry(&mut self, provider: &Attribute, item: &ObjectItem, required: &mut RequiredProvider) {
        let object = provider.value;
        let value = Expr { tree: object.tree, id: item.value };
        let tree = self.tree(object);
        let key = match item.key {
            ObjectKey::Name(name) => EcoString::from(name.as_str()),
            ObjectKey::Expr(id) => match tree.kind(id) {
                ExprKind::String(text) => tree.str(text).clone(),
                _ => EcoString::new(),
            },
        };
        let text = match tree.kind(value.id) {
            ExprKind::String(text) => Some(tree.str(text).clone()),
            _ => None,
        };
        match (key.as_str(), text) {
            ("source", Some(text)) => {
                if let Some((summary, detail)) = wrong_source(&text) {
                    self.error(summary, detail, self.place(value));
                }
                required.source = Some(text);
            }
            ("version", Some(_)) => required.version = self.version_constraint(value),
            ("source", None) => {
                self.error("Invalid source", "Source must be specified as a string.", self.place(value))
            }
            ("version", None) => {
                self.error("Invalid version constraint", "Version must be specified as a string.", self.place(value));
            }
            ("configuration_aliases", _) => required.aliases = self.configuration_aliases(provider, value),
            _ => {
                let detail = "required_providers objects can only contain \"version\", \"source\" and \"configuration_aliases\" \
                              attributes. To configure a provider, use a \"provider\" block.";
                self.error("Invalid required_providers object", detail, self.tree(object).at(item.key_span));
            }
        }
    }

    fn configuration_aliases(&mut self, provider: &Attribute, list: Expr) -> Vec<Name> {
        let mut aliases = Vec::new();
        let tree = self.tree(list);
        let ExprKind::Tuple(items) = tree.kind(list.id) else {
            self.error("Invalid expression", "A static list expression is required.", self.place(list));
            return aliases;
        };
        for id in tree.list(items) {
            let alias = Expr { tree: list.tree, id: *id };
            let owner = match tree.kind(*id) {
                ExprKind::Attr(of, _) => self.keyword(Expr { tree: list.tree, id: of }),
                ExprKind::String(text) if self.is_json(list) => tree.str(text).split('.').next().map(crate::addr::name),
                _ => None,
            };
            match owner {
                Some(owner) if owner == provider.name => match tree.kind(*id) {
                    ExprKind::Attr(_, alias) => aliases.push(alias),
                    ExprKind::String(text) => {
                        aliases.extend(tree.str(text).split_once('.').map(|(_, alias)| crate::addr::name(alias)));
                    }
                    _ => {}
                },
                Some(owner) => {
                    let detail = format!(
                        "Configuration aliases must be prefixed with the provider name. Expected {:?}, but found {:?}.",
                        provider.name.as_str(),
                        owner.as_str()
                    );
                    self.error("Invalid configuration_aliases value", detail, self.place(alias));
                }
                None => self.not_a_reference(alias),
            }
        }
        aliases
    }

    /// A version constraint, also when it is malformed: that has been reported.
    pub(super) fn version_constraint(&mut self, expr: Expr) -> Option<EcoString> {
        let value = self.constant(expr);
        // What stands in its way has been told, and what is merely not worked out here is nobody's mistake.
        if !value.is_known() || value.is_error() {
            return None;
        }
        let text = convert(&value, &Type::String).ok().and_then(|value| value.as_str().cloned());
        let Some(text) = text else {
            self.error("Invalid version constraint", "A text is required for a version constraint.", self.place(expr));
            return None;
        };
        if !text.split(',').all(|part| is_constraint(part.trim())) {
            let detail = "This string does not use correct version constraint syntax.";
            self.error("Invalid version constraint", detail, self.place(expr));
        }
        Some(text)
    }
}

/// What is wrong with the address of a provider.
fn wrong_source(source: &str) -> Option<(&'static str, String)> {
    let parts: Vec<&str> = source.split('/').collect();
    let well_formed = (1..=3).contains(&parts.len()) && parts.iter().all(|part| !part.is_empty());
    let Some((ty, before)) = parts.split_last().filter(|_| well_formed) else {
        let detail = "The \"source\" attribute must be in the format \"[hostname/][namespace/]name\"".to_owned();
        return Some(("Invalid provider source string", detail));
    };
    let rule = "must contain only letters, digits, and dashes, and may not use leading or trailing dashes";
    if !is_part(ty) {
        return Some(("Invalid provider type", format!("Invalid provider type {ty:?} in source {source:?}: {rule}")));
    }
    // `-` is the namespace of providers that had none.
    if let Some(namespace) = before.last().filter(|namespace| !is_part(namespace) && **namespace != "-") {
        let detail = format!("Invalid provider namespace {namespace:?} in source {source:?}: {rule}");
        return Some(("Invalid provider namespace", detail));
    }
    if let [host, _] = before
        && host.split('.').any(str::is_empty)
    {
        let detail = format!("Invalid provider source hostname {host:?} in source {source:?}: a part of it is empty.");
        return Some(("Invalid provider source hostname", detail));
    }
    let name = ty.strip_prefix("terraform-provider-").filter(|_| !before.is_empty())?;
    let detail = format!(
        "Provider source {source:?} has a type with the prefix \"terraform-provider-\", which isn't valid. It belongs to the names of \
         repositories, not of providers.\n\nDid you mean {:?}?",
        [before, &[name]].concat().join("/")
    );
    Some(("Invalid provider type", detail))
}

fn is_part(part: &str) -> bool {
    let valid = part.chars().all(|c| c.is_alphanumeric() || c == '-') && !part.contains("--");
    valid && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
}

/// `>= 1.2.3-beta+build`: an operator or none, and up to any number of dotted numbers.
fn is_constraint(text: &str) -> bool {
    let operators = ["~>", ">=", "<=", "!=", ">", "<", "="];
    let version = operators.iter().find_map(|op| text.strip_prefix(op)).unwrap_or(text).trim_start();
    let version = version.strip_prefix('v').unwrap_or(version);
    let numbers = version.split(['-', '+']).next().unwrap_or("");
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let suffix_is_plain = version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '~'));
    numbers.split('.').all(is_number) && suffix_is_plain
}

#[cfg(test)]
mod tests {
    use super::is_constraint;

    #[test]
    fn version_constraints() {
        let cases = [
            (">= 1.0", true),
            ("~> 5.0", true),
            ("1.2.3", true),
            ("!= 1.0.0-beta1", true),
            ("=1", true),
            ("bad", false),
            ("", false),
            (">= ", false),
            ("1..2", false),
            (">< 1", false),
            ("1.0 2.0", false),
        ];
        for (text, valid) in cases {
            assert_eq!(is_constraint(text), valid, "{text}");
        }
    }
}
