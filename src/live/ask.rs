//! Who is asked: one client for each profile and region, on one thread; the account before anything else.

use std::{collections::BTreeMap, time::Duration};

use aws_config::{
    BehaviorVersion, Region, profile::ProfileFileCredentialsProvider, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_sdk_ec2::{Client, config::Builder, types::Filter};

use super::{LiveError, Question, calls, failure::untold};
use crate::account::{Asked, Site};

/// Until a connection stands, for one attempt, and for a call with all its attempts.
const CONNECT: Duration = Duration::from_secs(5);
const ATTEMPT: Duration = Duration::from_secs(20);
const CALL: Duration = Duration::from_secs(90);
const ATTEMPTS: u32 = 4;

/// Asks what the questions are about; `progress` hears of whom.
///
/// # Errors
/// When an account is another one than its provider configuration means, or it cannot be told which it is. Calls that do
/// not answer are no errors: what they would tell is not in the facts, and why.
pub fn ask(questions: &[Question], progress: &dyn Fn(&str)) -> Result<Vec<Site>, LiveError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(ask_all(questions, progress))
}

/// Where a question is asked: the profile and the region, as far as the configuration names them.
type Where = (Option<String>, Option<String>);

async fn ask_all(questions: &[Question], progress: &dyn Fn(&str)) -> Result<Vec<Site>, LiveError> {
    let mut by_place: BTreeMap<Where, Vec<&Question>> = BTreeMap::new();
    for question in questions {
        let configured = question.configured();
        let place = (configured.profile().map(str::to_owned), configured.region().map(str::to_owned));
        by_place.entry(place).or_default().push(question);
    }
    let mut sites: BTreeMap<(String, String), (Client, Vec<Asked>)> = BTreeMap::new();
    for (place, asking) in &by_place {
        let Some(first) = asking.first() else { continue };
        let client = client(place).await;
        let region = client.config().region().map(ToString::to_string).ok_or_else(|| no_region(first))?;
        progress(&format!("asking for the account of {} ({region})", first.asked.root_module));
        let account = account(&client).await.map_err(|why| no_account(first, why))?;
        for question in asking {
            compare(question, &account, &region)?;
        }
        let asked = asking.iter().map(|question| question.asked.clone());
        sites.entry((account, region)).or_insert_with(|| (client, Vec::new())).1.extend(asked);
    }
    let mut told = Vec::new();
    for ((account, region), (client, asked_for)) in sites {
        progress(&format!("asking account {account} ({region})"));
        told.push(calls::site(&client, Site { account, region, asked_for, ..Site::default() }).await);
    }
    Ok(told)
}

async fn client((profile, region): &Where) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(CALL)
        .build();
    // Adaptive: a client that is throttled slows down.
    let retries = RetryConfig::adaptive().with_max_attempts(ATTEMPTS);
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts).retry_config(retries);
    if let Some(region) = region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = profile {
        // As in the provider, a profile that is named counts more than the environment.
        let of_profile = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(of_profile);
    }
    Client::new(&loader.load().await)
}

/// The account that credentials are of, without asking STS. Where the account does not tell of itself, its default
/// security groups do.
async fn account(client: &Client) -> Result<String, String> {
    let once = Builder::new().retry_config(RetryConfig::standard().with_max_attempts(1));
    let options = client.describe_vpc_block_public_access_options().customize().config_override(once).send().await;
    let first = match options {
        Ok(told) => told.vpc_block_public_access_options.and_then(|options| options.aws_account_id),
        // Credentials that are not taken here are taken nowhere.
        Err(error) if error.as_service_error().is_none() => {
            return Err(untold("ec2:DescribeVpcBlockPublicAccessOptions", &error).sentence());
        }
        Err(_) => None,
    };
    if let Some(account) = first {
        return Ok(account);
    }
    let filter = Filter::builder().name("group-name").values("default").build();
    match client.describe_security_groups().filters(filter).send().await {
        Ok(told) => {
            let owner = told.security_groups.into_iter().flatten().find_map(|group| group.owner_id);
            owner.ok_or_else(|| "it does not tell of itself, and there is no security group".to_owned())
        }
        Err(error) => Err(untold("ec2:DescribeSecurityGroups", &error).sentence()),
    }
}

fn compare(question: &Question, account: &str, region: &str) -> Result<(), LiveError> {
    question.configured().allows(account).map_err(|instead| LiveError::OtherAccount {
        account: account.to_owned(),
        region: region.to_owned(),
        provider: question.asked.provider.clone(),
        root_module: question.asked.root_module.clone(),
        instead,
    })
}

fn no_region(question: &Question) -> LiveError {
    let Asked { root_module, provider } = question.asked.clone();
    LiveError::NoRegion { root_module, provider }
}

fn no_account(question: &Question, why: String) -> LiveError {
    LiveError::NoAccount { root_module: question.asked.root_module.clone(), why }
}
