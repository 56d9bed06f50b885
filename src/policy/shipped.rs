//! The texts of the shipped rules, embedded. `tests/policy.rs` holds this list against the folder `rules/`.

/// File name and text of every policy file in `rules/`, sorted by name.
pub(super) const SHIPPED: &[(&str, &str)] = &[
    ("aurora-multi-az.infralint.hcl", include_str!("../../rules/aurora-multi-az.infralint.hcl")),
    ("aurora-multi-az.policy.hcl", include_str!("../../rules/aurora-multi-az.policy.hcl")),
    ("cidr-overlap.infralint.hcl", include_str!("../../rules/cidr-overlap.infralint.hcl")),
    ("redis-ha.infralint.hcl", include_str!("../../rules/redis-ha.infralint.hcl")),
    ("redis-ha.policy.hcl", include_str!("../../rules/redis-ha.policy.hcl")),
    ("s3-encrypted.infralint.hcl", include_str!("../../rules/s3-encrypted.infralint.hcl")),
    ("s3-encrypted.policy.hcl", include_str!("../../rules/s3-encrypted.policy.hcl")),
    ("s3-public-access-block.policy.hcl", include_str!("../../rules/s3-public-access-block.policy.hcl")),
    ("s3-tls-only.infralint.hcl", include_str!("../../rules/s3-tls-only.infralint.hcl")),
    ("state-locking.infralint.hcl", include_str!("../../rules/state-locking.infralint.hcl")),
    ("stateful-replace.infralint.hcl", include_str!("../../rules/stateful-replace.infralint.hcl")),
];
