//! Asks AWS accounts what Terraform cannot know. Nothing but read-only calls of EC2 is made, by the cargo feature `live`;
//! without it this room only knows which questions there would be, and which permissions they need.

#[cfg(feature = "live")]
mod ask;
#[cfg(feature = "live")]
mod calls;
#[cfg(feature = "live")]
mod failure;
mod policy;
#[cfg(feature = "live")]
mod translate;

#[cfg(feature = "live")]
pub use ask::ask;
pub use policy::{ACTIONS, policy};

use crate::{
    account::{Asked, Configured, provider_key},
    value::Value,
    world::{RootModule, World},
};

/// One provider configuration: whom to ask, and where.
#[derive(Clone, Debug)]
pub struct Question {
    pub asked: Asked,
    /// Its attributes; null where nobody wrote it.
    provider: Value,
}

/// Why nobody was asked.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    #[error(
        "the account asked is {account} ({region}), and the provider configuration {provider} of {root_module} {instead}; use credentials of that account, or judge the stages of this account alone"
    )]
    OtherAccount { account: String, region: String, provider: String, root_module: String, instead: String },
    #[error(
        "{root_module} does not say the region of its provider configuration {provider}, and neither AWS_REGION nor the profile does"
    )]
    NoRegion { root_module: String, provider: String },
    #[error("cannot tell which account {root_module} works in: {why}")]
    NoAccount { root_module: String, why: String },
    #[error("cannot start: {0}")]
    Runtime(#[from] std::io::Error),
}

/// The provider configurations of the root modules, each once.
#[must_use]
pub fn questions(world: &World) -> Vec<Question> {
    world.judged().iter().flat_map(of_root).collect()
}

fn of_root(module: &RootModule) -> Vec<Question> {
    let configured = module.providers.iter().filter(|provider| provider.name == "aws");
    let mut questions: Vec<Question> = configured
        .map(|provider| {
            let key = provider_key(&provider.module, provider.name, provider.alias);
            let asked = Asked { root_module: module.id.to_string(), provider: key };
            Question { asked, provider: provider.attrs.clone() }
        })
        .collect();
    let needs_unwritten = module.instances.iter().any(|i| i.provider.is_none() && i.addr.ty.starts_with("aws_"))
        || module.data.iter().any(|data| data.provider.is_none() && data.ty.starts_with("aws_"));
    let unwritten = Asked { root_module: module.id.to_string(), provider: "aws".to_owned() };
    if needs_unwritten && !questions.iter().any(|question| question.asked == unwritten) {
        questions.push(Question { asked: unwritten, provider: Value::null(crate::value::Type::Any) });
    }
    questions
}

impl Question {
    /// What its attributes say.
    #[must_use]
    pub const fn configured(&self) -> Configured<'_> {
        Configured(Some(&self.provider))
    }
}
