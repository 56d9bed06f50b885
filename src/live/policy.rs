//! The permissions that asking needs, no more.

use serde_json::json;

/// The IAM actions of all calls, sorted. None of them has resources of its own, and none changes anything.
pub const ACTIONS: [&str; 17] = [
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeEgressOnlyInternetGateways",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeIpamPools",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeNatGateways",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTransitGatewayAttachments",
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:GetIpamPoolAllocations",
    "ec2:GetIpamPoolCidrs",
    "ec2:GetManagedPrefixListEntries",
    "ec2:GetTransitGatewayRouteTablePropagations",
];

/// The policy as JSON, with a newline at its end.
///
/// # Errors
/// When it has no JSON form; this one has.
pub fn policy() -> Result<String, serde_json::Error> {
    let statement = json!({ "Sid": "InfralintLive", "Effect": "Allow", "Action": ACTIONS, "Resource": "*" });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
    serde_json::to_string_pretty(&policy).map(|text| text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_reads() {
        let reads = |action: &str| action.starts_with("ec2:Describe") || action.starts_with("ec2:Get");
        assert!(ACTIONS.iter().all(|action| reads(action)));
        assert!(ACTIONS.is_sorted());
    }

    /// Every action that a call is reported under is one that the policy allows, and the other way round.
    #[test]
    fn the_policy_is_what_is_called() {
        let code = [include_str!("calls.rs"), include_str!("ask.rs")].concat();
        for action in ACTIONS {
            assert!(code.contains(&format!("\"{action}\"")), "{action} is not called");
        }
        for (at, _) in code.match_indices("\"ec2:") {
            let action = code[at + 1..].split('"').next().unwrap_or_default();
            assert!(ACTIONS.contains(&action), "{action} is called and not in the policy");
        }
    }
}
