//! `core::getdatasource`: answered by the data mocks of a test file. Elsewhere a provider would have to read the
//! account, which nobody does here.

use super::{
    environment::Facts,
    functions::Caller,
    own::{exactly, text},
};
use crate::{
    addr::name,
    value::{Because, Type, Value},
};

pub(super) fn getdatasource(_: &Caller<'_, '_>, facts: &Facts<'_>, args: &[Value]) -> Result<Value, String> {
    let [ty, config] = exactly::<2>(args)?;
    let ty = text(ty)?;
    let Some(ty) = ty.as_str() else { return Ok(unread("…")) };
    let Some(mocked) = facts.mocked else { return Ok(unread(ty)) };
    if !config.is_known() {
        return Ok(super::own::unknown("core::getdatasource", Type::Any, args));
    }
    let config = if config.is_null() { &[][..] } else { config.entries().ok_or("the arguments must be an object")? };
    let found = mocked.data(name(ty), config).cloned();
    found.ok_or_else(|| format!("no data mock of type \"{ty}\" has these arguments"))
}

fn unread(ty: &str) -> Value {
    let what = format!("core::getdatasource(\"{ty}\", …), which needs the provider,");
    Value::unknown(Type::Any, Because::Unsupported(what.into()))
}
