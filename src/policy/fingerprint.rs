//! What a value says, as a number: equal for values computed twice from the same things, whatever their
//! origins. Tells whether two doubts are one.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::value::{Because, Kind, Unknown, Value};

/// The fingerprint of a value.
pub(super) fn fingerprint(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut budget = 4_096;
    write(value, &mut hasher, &mut budget);
    hasher.finish()
}

/// `budget` bounds the work: what lies beyond it does not count.
fn write(value: &Value, to: &mut DefaultHasher, budget: &mut u32) {
    if *budget == 0 {
        return;
    }
    *budget -= 1;
    std::mem::discriminant(&value.kind).hash(to);
    match &value.kind {
        Kind::Null(_) => {}
        Kind::Bool(flag) => flag.hash(to),
        Kind::Number(number) => format!("{number:?}").hash(to),
        Kind::String(text) => text.hash(to),
        Kind::Unknown(unknown) => write_unknown(unknown, to, budget),
        Kind::Map(mapping) | Kind::Object(mapping) => {
            for (key, value) in &mapping.entries {
                key.hash(to);
                write(value, to, budget);
            }
        }
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => write_all(value.items().unwrap_or_default(), to, budget),
    }
}

fn write_all(values: &[Value], to: &mut DefaultHasher, budget: &mut u32) {
    values.len().hash(to);
    for value in values {
        write(value, to, budget);
    }
}

fn write_unknown(unknown: &Unknown, to: &mut DefaultHasher, budget: &mut u32) {
    std::mem::discriminant(&unknown.because).hash(to);
    match &unknown.because {
        Because::Attribute(attribute) | Because::Data(attribute) => {
            attribute.of.hash(to);
            attribute.path.hash(to);
        }
        Because::Variable { module, name, root } => (module, name, root).hash(to),
        Because::OtherState(text)
        | Because::OpaqueModule(text)
        | Because::PartialBackend(text)
        | Because::PartialPlan(text)
        | Because::Account(text)
        | Because::Unsupported(text) => text.hash(to),
        Because::Template(parts) => write_all(parts, to, budget),
        Because::Call(name, args) => {
            name.hash(to);
            write_all(args, to, budget);
        }
        Because::Either(choice) => {
            for part in [&choice.condition, &choice.yes, &choice.no] {
                write(part, to, budget);
            }
        }
        Because::Part(of, step) => {
            step.hash(to);
            write(of, to, budget);
        }
        Because::Expansion(of) => write(of, to, budget),
        Because::Workspace | Because::Error => {}
    }
}
