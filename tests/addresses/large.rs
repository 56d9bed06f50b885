//! A repository as large as they get, made without a file: root modules with ten VPCs each, of six subnets each.

use std::sync::Arc;

use infralint::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    source::{FileId, Place, Span},
    value::{Attribute, Because, IdentityClass, Origin, Step, Type, Value},
    world::{Existence, Instance, RootModule, World},
};

/// An instance that was never configured in a file.
fn instance(root: &Arc<str>, ty: &str, key: u64, attrs: Vec<(&str, Value)>) -> Instance {
    let addr = Arc::new(InstanceAddr {
        root: Arc::clone(root),
        module: ModulePath::default(),
        mode: Mode::Managed,
        ty: name(ty),
        name: name("this"),
        key: InstanceKey::Index(key),
    });
    Instance {
        addr,
        attrs: Value::object(attrs.into_iter().map(|(name, value)| (name.into(), value)).collect()),
        exists: Existence::Sure,
        change: None,
        repeat: 0,
        at: Place::new(FileId(0), Span::default()),
        repetition: Origin::NONE,
        calls: Vec::new(),
        provider: None,
        ignore_changes: Vec::new(),
        prevent_destroy: false,
    }
}

fn id_of(addr: &Arc<InstanceAddr>) -> Value {
    let path = vec![Step::Attr(name("id"))];
    let attribute = Attribute { of: Arc::clone(addr), path: path.into(), identity: Some(IdentityClass::Id) };
    Value::unknown(Type::String, Because::Attribute(attribute))
}

/// Root modules with ten VPCs each, of six subnets each. `range` gives the VPC's range by its number.
pub(crate) fn large(root_modules: u64, range: &dyn Fn(u64) -> String) -> World {
    let mut roots: Vec<RootModule> = (0..root_modules)
        .map(|r| {
            let path: Arc<str> = format!("stages/{r:04}/main").into();
            let mut instances = Vec::new();
            for v in 0..10 {
                let range = range(r * 10 + v);
                let mut vpc = instance(&path, "aws_vpc", v, vec![("cidr_block", Value::string(range.as_str()))]);
                let id = id_of(&vpc.addr);
                vpc.attrs = Value::object(vec![
                    ("cidr_block".into(), Value::string(range.as_str())),
                    ("id".into(), id.clone()),
                ]);
                let prefix = range.trim_end_matches("0.0/16");
                for s in 0..6 {
                    let subnet = Value::string(format!("{prefix}{}.0/24", s * 4));
                    let attrs = vec![("vpc_id", id.clone()), ("cidr_block", subnet)];
                    instances.push(instance(&path, "aws_subnet", v * 6 + s, attrs));
                }
                instances.push(vpc);
            }
            instances.sort_by(|a, b| a.addr.cmp(&b.addr));
            RootModule { instances, ..RootModule::empty(&path) }
        })
        .collect();
    roots.sort_by(|a, b| a.path.cmp(&b.path));
    World::new(roots)
}
