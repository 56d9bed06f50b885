//! What exists in accounts, beside what is configured: each site is a root module that nobody judges, after all others. What
//! a configuration manages is recognised in it, and does not stand there a second time.

mod made;
mod managed;
mod pools;
mod routes;
mod transit;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use ecow::EcoString;

use self::{made::Maker, managed::Managed};
use super::{RootModule, World, network::Vpc};
use crate::{
    account::{Asked, Configured, Facts, Site, provider_key},
    addr::{InstanceAddr, InstanceKey, Mode, name},
    diag::Diagnostic,
    eval::identity,
    source::Sources,
    value::{IdentityClass, Value},
};
pub(super) use pools::Pool;

/// The resources that are a VPC.
pub(super) const VPCS: [&str; 2] = ["aws_vpc", "aws_default_vpc"];

/// What is known of things in accounts, beside their instances.
#[derive(Debug, Default)]
pub(super) struct Existing {
    /// What a configuration manages, by its id in the account.
    managed: HashMap<EcoString, Arc<InstanceAddr>>,
    /// A managed instance and one in the account that may be the same: what that hangs on.
    doubts: HashMap<(Arc<InstanceAddr>, Arc<InstanceAddr>), Value>,
    /// The pools of IPAM that accounts told of, by id.
    pools: BTreeMap<EcoString, Arc<Pool>>,
    /// The accounts each root module works in, by its index.
    accounts: Vec<BTreeSet<String>>,
}

impl Existing {
    /// Why a managed instance and one in the account may be the same; nothing when they are certainly two.
    pub(super) fn doubt(&self, one: &Arc<InstanceAddr>, other: &Arc<InstanceAddr>) -> Option<&Value> {
        if self.doubts.is_empty() {
            return None;
        }
        self.doubts.get(&(Arc::clone(one), Arc::clone(other)))
    }

    /// The pool that a range is taken from, where an account told of it.
    pub(super) fn pool(&self, id: &Value) -> Option<Arc<Pool>> {
        self.pools.get(id.as_str()?).cloned()
    }

    /// Whether a root module works in an account.
    pub(super) fn works_in(&self, root: usize, account: &str) -> bool {
        self.accounts.get(root).is_some_and(|accounts| accounts.contains(account))
    }
}

impl World {
    /// Puts what exists beside what is configured. Tells which facts are not of the account that they are taken for, and
    /// what accounts did not tell.
    pub fn add_existing(&mut self, sources: &Sources, facts: &Facts) -> Vec<Diagnostic> {
        if facts.is_empty() {
            return Vec::new();
        }
        let problems = self.other_accounts(facts);
        if !problems.is_empty() {
            return problems;
        }
        let mut existing = Existing { accounts: vec![BTreeSet::new(); self.root_modules.len()], ..Existing::default() };
        let mut used = BTreeSet::new();
        for (root, module) in self.root_modules.iter().enumerate() {
            for site in sites_of(module, facts) {
                used.insert((site.account.as_str(), site.region.as_str()));
                existing.accounts[root].insert(site.account.clone());
            }
        }
        let mut problems = of_nobody(self, facts, &used);
        problems.extend(facts.sites().filter_map(incomplete));
        existing.pools = pools::pools(facts);
        let mut made = Vec::new();
        let of_pools = pools::sites_of_pools(facts);
        for site in facts.sites().chain(&of_pools) {
            let managed = Managed::of(self, facts, site);
            made.push(Maker::new(site, managed).root_module(sources, &mut existing));
        }
        self.existing = existing;
        self.root_modules.extend(made);
        problems
    }

    /// The root modules that are judged; those of accounts come after them.
    #[must_use]
    pub fn judged(&self) -> &[RootModule] {
        let judged = self.root_modules.partition_point(|root| root.account.is_none());
        self.root_modules.get(..judged).unwrap_or_default()
    }

    /// The VPC an id names: one that is managed, or one that is only in an account.
    #[must_use]
    pub fn vpc_named(&self, id: &Value) -> Option<Vpc> {
        let is_one = |addr: &Arc<InstanceAddr>| {
            let keys = addr.module.0.iter().map(|(_, key)| key).chain([&addr.key]);
            addr.mode == Mode::Managed && keys.into_iter().all(|key| *key != InstanceKey::Unknown)
        };
        let is_id = identity(id).is_none_or(|(_, class)| class == IdentityClass::Id);
        let named = || VPCS.iter().find_map(|ty| self.named(ty, id));
        if is_id { named().filter(is_one).map(Vpc) } else { None }
    }

    /// The instance of a type that an id names.
    pub(super) fn named(&self, ty: &str, id: &Value) -> Option<Arc<InstanceAddr>> {
        if let Some((addr, _)) = identity(id) {
            return (addr.ty == ty).then_some(addr);
        }
        let id = id.as_str()?;
        if let Some(addr) = self.existing.managed.get(id) {
            return (addr.ty == ty).then(|| Arc::clone(addr));
        }
        let found = self.with_known_value((name(ty), name("id")), id);
        let (root, i) = found.first()?;
        Some(Arc::clone(&self.root_modules.get(*root)?.instances.get(*i)?.addr))
    }

    /// Facts that were asked with a provider configuration that works elsewhere.
    fn other_accounts(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for module in &self.root_modules {
            for provider in module.providers.iter().filter(|provider| provider.name == "aws") {
                let asked = asked(module, provider);
                let own = facts.sites().find(|site| site.asked_for.contains(&asked));
                let Some(site) = own else { continue };
                let configured = Configured(Some(&provider.attrs));
                let Err(instead) = configured.allows(&site.account) else { continue };
                let detail = format!(
                    "The facts of {} are of the account {}, and the provider configuration {} {instead}. Nothing is judged by facts of another account.",
                    module.shown(),
                    site.account,
                    asked.provider
                );
                found.push(Diagnostic::error("Facts of another account", detail, provider.at));
            }
        }
        found
    }
}

/// The name of a provider configuration among facts.
pub(super) fn asked(module: &RootModule, provider: &super::Provider) -> Asked {
    let provider = provider_key(&provider.module, provider.name, provider.alias);
    Asked { root_module: module.id.to_string(), provider }
}

/// The sites that a root module works in: those of its AWS provider configurations, or of the one that nobody wrote.
fn sites_of<'f>(module: &RootModule, facts: &'f Facts) -> Vec<&'f Site> {
    let configured = module.providers.iter().filter(|provider| provider.name == "aws");
    let mut sites: Vec<&Site> = configured
        .filter_map(|provider| facts.site(&asked(module, provider), Configured(Some(&provider.attrs)), None))
        .collect();
    sites.extend(facts.site(&unwritten(module), Configured(None), None));
    sites
}

/// The provider configuration that nobody wrote.
pub(super) fn unwritten(module: &RootModule) -> Asked {
    Asked { root_module: module.id.to_string(), provider: "aws".to_owned() }
}

/// Documents no site of which is one that a root module works in.
fn of_nobody(world: &World, facts: &Facts, used: &BTreeSet<(&str, &str)>) -> Vec<Diagnostic> {
    if world.root_modules.is_empty() {
        return Vec::new();
    }
    let strange = facts.recorded.iter().filter(|recorded| {
        !recorded.sites.iter().any(|site| used.contains(&(site.account.as_str(), site.region.as_str())))
    });
    let told = strange.map(|recorded| {
        let sites: Vec<String> = recorded.sites.iter().map(shown).collect();
        let of = if sites.is_empty() { "no account at all".to_owned() } else { sites.join(", ") };
        let detail = format!(
            "{} tells of {of}, and no root module that is judged works there. Nothing is judged by facts of another account.",
            recorded.source
        );
        Diagnostic::placeless("Facts of another account", detail)
    });
    told.collect()
}

/// As messages name a site.
pub(super) fn shown(site: &Site) -> String {
    format!("account {} ({})", site.account, site.region)
}

/// What a site did not tell.
fn incomplete(site: &Site) -> Option<Diagnostic> {
    let untold: Vec<String> = site.untold.iter().map(crate::account::Untold::sentence).collect();
    let detail = format!(
        "Of {} not everything is known: {}. What that would decide stays undecided. `infralint live policy` prints the permissions that are needed.",
        shown(site),
        untold.join("; ")
    );
    (!untold.is_empty()).then(|| Diagnostic::new(crate::diag::Level::Warning, "Facts are incomplete", detail, None))
}
