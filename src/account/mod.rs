//! What is known of accounts: facts that were asked of EC2 and recorded, and which of them a provider configuration means.
//!
//! Plain values: nothing here asks anybody. `live` records them; `eval` answers data sources from them, and `world` puts
//! what exists beside what is configured.

mod document;
mod filter;
mod provider;

use jiff::Timestamp;

pub use document::{
    Allocation, Asked, Association, Document, InternetGateway, IpamPool, NatGateway, PeeredVpc, Peering, PrefixEntry,
    PrefixList, Route, RouteTable, Site, Subnet, Tags, TransitAttachment, Untold, VERSION, Vpc, Why, Zone,
};
pub use filter::{Filter, Filtered, matching};
pub use provider::{Configured, in_arn};

use crate::addr::{ModulePath, Name};

/// Where facts are from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// A file, as it was typed.
    File(String),
    /// The account itself, in this run.
    Live,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(name) => f.write_str(name),
            Self::Live => f.write_str("the account that was asked"),
        }
    }
}

/// One document, and where it is from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    pub source: Source,
    pub at: Timestamp,
    pub sites: Vec<Site>,
}

/// All facts of a run.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Facts {
    pub recorded: Vec<Recorded>,
}

impl Facts {
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.recorded.is_empty()
    }

    /// All sites, by document.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.recorded.iter().flat_map(|recorded| &recorded.sites)
    }

    /// What is known of where a provider configuration works, `region` being what a resource says itself.
    ///
    /// Facts that were asked with this configuration count most. Else it is the account and the region that the
    /// configuration names; where it names no account, facts that were asked for nobody in particular count if they are
    /// all of one account.
    #[must_use]
    pub fn site(&self, asked: &Asked, provider: Configured<'_>, region: Option<&str>) -> Option<&Site> {
        if self.is_empty() {
            return None;
        }
        let own = self.sites().find(|site| site.asked_for.contains(asked));
        let account = own.map(|site| site.account.as_str()).or_else(|| provider.account());
        let account = account.or_else(|| self.only_account())?;
        match region.or_else(|| own.map(|site| site.region.as_str())).or_else(|| provider.region()) {
            Some(region) => self.sites().find(|site| site.account == account && site.region == region),
            None => None,
        }
    }

    /// The account, where facts of one only are here, and for nobody in particular.
    fn only_account(&self) -> Option<&str> {
        let first = self.sites().next()?;
        let alike = |site: &Site| site.account == first.account && site.asked_for.is_empty();
        self.sites().all(alike).then_some(first.account.as_str())
    }

    /// Two documents that tell of the same region of one account, as account and region.
    #[must_use]
    pub fn told_twice(&self) -> Option<&Site> {
        let mut seen = std::collections::BTreeSet::new();
        self.sites().find(|site| !seen.insert((&site.account, &site.region)))
    }
}

/// The name of a provider configuration: `aws`, `aws.east`, `module.dns.aws`.
#[must_use]
pub fn provider_key(module: &ModulePath, name: Name, alias: Option<Name>) -> String {
    let alias = alias.map(|alias| format!(".{alias}")).unwrap_or_default();
    if module.is_root() { format!("{name}{alias}") } else { format!("{module}.{name}{alias}") }
}

#[cfg(test)]
mod tests;
