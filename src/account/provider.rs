//! What a provider configuration says of the account and the region it works in.

use crate::value::Value;

/// A provider configuration's attributes.
#[derive(Clone, Copy, Debug)]
pub struct Configured<'v>(pub Option<&'v Value>);

impl<'v> Configured<'v> {
    fn get(self, name: &str) -> Option<&'v Value> {
        self.0?.get(name)
    }

    /// The region, where it is known.
    #[must_use]
    pub fn region(self) -> Option<&'v str> {
        self.get("region")?.as_str().map(|region| region.as_str())
    }

    /// The profile of the credentials file, where one is named.
    #[must_use]
    pub fn profile(self) -> Option<&'v str> {
        self.get("profile")?.as_str().map(|profile| profile.as_str()).filter(|profile| !profile.is_empty())
    }

    /// The account: that of the role it takes on, else the one account it allows.
    #[must_use]
    pub fn account(self) -> Option<&'v str> {
        match (self.role_account(), self.ids("allowed_account_ids").as_deref()) {
            (Some(account), _) => Some(account),
            (None, Some([only])) => Some(only),
            _ => None,
        }
    }

    /// Whether it works in an account, as far as it says. The error says what it says instead.
    ///
    /// # Errors
    /// When it works in another one.
    pub fn allows(self, account: &str) -> Result<(), String> {
        if let Some(of_role) = self.role_account().filter(|of_role| *of_role != account) {
            return Err(format!("takes on a role in {of_role}"));
        }
        let allowed = self.ids("allowed_account_ids").filter(|ids| !ids.is_empty());
        if let Some(allowed) = allowed.filter(|ids| !ids.contains(&account) && self.role_account().is_none()) {
            return Err(format!("allows {}", allowed.join(", ")));
        }
        match self.ids("forbidden_account_ids") {
            Some(forbidden) if forbidden.contains(&account) => Err(format!("forbids {account}")),
            _ => Ok(()),
        }
    }

    fn role_account(self) -> Option<&'v str> {
        let role = self.get("assume_role")?.items()?.first()?.get("role_arn")?.as_str()?;
        in_arn(role)
    }

    /// Account ids of which all are known.
    fn ids(self, name: &str) -> Option<Vec<&'v str>> {
        let ids = self.get(name)?.items()?;
        ids.iter().map(|id| id.as_str().map(|id| id.as_str())).collect()
    }
}

/// The account that an ARN names.
#[must_use]
pub fn in_arn(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    let account = (parts.next()? == "arn").then(|| parts.nth(3))??;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    fn provider(allowed: &[&str], role: Option<&str>) -> Value {
        let ids = allowed.iter().map(|id| Value::string(*id)).collect();
        let role = role.map(|role| Value::object(vec![("role_arn".into(), Value::string(role))]));
        Value::object(vec![
            ("allowed_account_ids".into(), Value::list(Type::String, ids)),
            ("assume_role".into(), Value::tuple(role.into_iter().collect())),
        ])
    }

    #[test]
    fn accounts() {
        const ONE: &str = "111111111111";
        const TWO: &str = "222222222222";
        let role = "arn:aws:iam::222222222222:role/deployer";
        let cases = [
            (provider(&[], None), None, [true, true]),
            (provider(&[ONE], None), Some(ONE), [true, false]),
            (provider(&[ONE, TWO], None), None, [true, true]),
            (provider(&[], Some(role)), Some(TWO), [false, true]),
            (provider(&[TWO], Some(role)), Some(TWO), [false, true]),
        ];
        for (attrs, account, allows) in &cases {
            let provider = Configured(Some(attrs));
            assert_eq!(provider.account(), *account, "{attrs:?}");
            assert_eq!([ONE, TWO].map(|id| provider.allows(id).is_ok()), *allows, "{attrs:?}");
        }
        assert_eq!(in_arn("arn:aws:iam::123456789012:role/x"), Some("123456789012"));
        assert_eq!(in_arn("arn:aws:s3:::states"), None);
    }
}
