//! Transit gateways of a site: which VPCs are attached, and which route tables they ask and lead to.

use serde_json::json;

use super::{made::Maker, shown};
use crate::{
    account::TransitAttachment,
    value::{Because, Type, Value},
};

const ATTACHMENT: &str = "aws_ec2_transit_gateway_vpc_attachment";

impl Maker<'_> {
    pub(super) fn transit(&mut self) {
        let site = self.site;
        let what = "which VPCs are attached to transit gateways";
        let unknown = self.untold(what, "ec2:DescribeTransitGatewayAttachments");
        if let (None, Some(unknown)) = (&site.transit_gateway_attachments, unknown) {
            self.unknown_attachments(&unknown);
        }
        for attachment in site.transit_gateway_attachments.iter().flatten() {
            if !matches!(attachment.state.as_str(), "deleted" | "deleting" | "rejected" | "failed" | "rejecting") {
                self.attachment(attachment);
            }
        }
    }

    /// Whatever is managed here may be attached to a gateway already, and any other VPC beside it or where it goes.
    fn unknown_attachments(&mut self, unknown: &Value) {
        let any = format!("any transit gateway of {}", shown(self.site));
        let there: Vec<Value> = self
            .managed
            .vpcs
            .iter()
            .filter(|vpc| !vpc.is_destroyed && !vpc.is_new)
            .map(|vpc| vpc.id_value.clone())
            .collect();
        for (i, vpc) in there.into_iter().enumerate() {
            let attrs = json!({ "transit_gateway_id": any });
            self.add_perhaps((ATTACHMENT, &format!("any-{i}")), &attrs, ("vpc_id", unknown.clone()));
            self.let_last_have("vpc_id", vpc);
        }
        let gateways: Vec<Value> = self.managed.gateways.drain(..).chain([Value::string(any)]).collect();
        for (i, gateway) in gateways.into_iter().enumerate() {
            self.add_perhaps((ATTACHMENT, &format!("other-{i}")), &json!({}), ("vpc_id", unknown.clone()));
            self.let_last_have("transit_gateway_id", gateway);
        }
    }

    fn attachment(&mut self, attachment: &TransitAttachment) {
        let id = &attachment.id;
        self.add(
            (ATTACHMENT, id),
            &json!({
                "id": id, "vpc_id": attachment.vpc, "transit_gateway_id": attachment.transit_gateway,
                "vpc_owner_id": attachment.vpc_owner, "subnet_ids": attachment.subnets,
                // What the route tables say stands below.
                "transit_gateway_default_route_table_association": false,
                "transit_gateway_default_route_table_propagation": false,
                "tags": attachment.tags, "tags_all": attachment.tags,
            }),
        );
        let associated =
            Some(&attachment.associated_route_table).filter(|table| !table.is_empty()).map(|table| vec![table.clone()]);
        let kinds = [
            ("aws_ec2_transit_gateway_route_table_association", associated),
            ("aws_ec2_transit_gateway_route_table_propagation", attachment.propagated_route_tables.clone()),
        ];
        for (ty, tables) in kinds {
            let attrs = json!({ "transit_gateway_attachment_id": id });
            match tables {
                Some(tables) => tables.iter().for_each(|table| {
                    let attrs = json!({ "transit_gateway_attachment_id": id, "transit_gateway_route_table_id": table });
                    self.add((ty, &format!("{id}_{table}")), &attrs);
                }),
                None => {
                    let unknown = self.unknown_tables(attachment);
                    self.add_with((ty, &format!("{id}_any")), &attrs, ("transit_gateway_route_table_id", unknown));
                }
            }
        }
    }

    fn unknown_tables(&self, attachment: &TransitAttachment) -> Value {
        let TransitAttachment { transit_gateway, vpc, .. } = attachment;
        let what = format!("which route tables of {transit_gateway} lead to {vpc}");
        self.untold(&what, "ec2:GetTransitGatewayRouteTablePropagations")
            .unwrap_or_else(|| Value::unknown(Type::String, Because::Account(what.into())))
    }
}
