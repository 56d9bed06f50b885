//! `infralint::` functions that compare stages.

use super::NativeCall;
use crate::{
    diag::Label,
    policy::{lookups::imported, own::exactly},
    value::Value,
    world::{Instance, RootModule, stage},
};

/// What the judged resource is in stages that are not production:
/// the instances of the same address in the same part of those stages, `{root_module, attrs}` each. None where the judged
/// stage is no production itself.
pub(super) fn in_lower_stages(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged_in = call.world.root_modules.get(call.root).ok_or("it needs a root module")?;
    let judged = call.instance.and_then(|i| judged_in.instances.get(i)).ok_or("it needs a resource that is judged")?;
    let mut found = Vec::new();
    for module in lower_stages(call, judged_in) {
        let Some(instance) = module.instances.iter().find(|i| is_counterpart(i, judged)) else { continue };
        let text = format!("{} in {}", instance.addr, module.id);
        call.caller.run.relate(Label { place: instance.at, text });
        found.push(Value::object(vec![
            ("attrs".into(), imported(call.cx, module, &instance.attrs)),
            ("root_module".into(), Value::string(&*module.id)),
        ]));
    }
    Ok(Value::tuple(found))
}

fn lower_stages<'a>(call: &NativeCall<'a, '_>, judged: &'a RootModule) -> impl Iterator<Item = &'a RootModule> {
    let others = call.world.judged().iter().filter(|module| !module.is_production);
    others.filter(|module| judged.is_production && are_counterparts(module, judged))
}

/// The same part of two stages, or one folder in two workspaces.
fn are_counterparts(module: &RootModule, judged: &RootModule) -> bool {
    let in_workspaces = module.path == judged.path && module.id != judged.id;
    in_workspaces || stage::are_counterparts(&module.path, &judged.path)
}

fn is_counterpart(instance: &Instance, judged: &Instance) -> bool {
    let (a, b) = (&instance.addr, &judged.addr);
    instance.repeat == 0 && a.ty == b.ty && a.name == b.name && a.key == b.key && a.module == b.module
}
