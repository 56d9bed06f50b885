//! How two answers differ.

use serde_json::Value as Json;

/// How infralint's answer is other than Terraform's; `None` when it is not.
///
/// What Terraform does not know may be known here, or be of a type that says more: that it is right whatever the unknown
/// turns out to be is another test's to show.
pub(crate) fn difference(terraform: &Json, ours: &Json) -> Option<String> {
    (!agrees(terraform, ours)).then(|| format!("  terraform: {terraform}\n  here:      {ours}"))
}

fn agrees(theirs: &Json, ours: &Json) -> bool {
    if theirs == super::NOT_SHOWN {
        return ours.get("~").unwrap_or(ours).get("n").is_some_and(|number| number.to_string().contains("Inf"));
    }
    if let Some(ty) = theirs.get("?") {
        // What it does not know, Terraform takes to be not sensitive now and then.
        let sensitive = ours.get("~").is_some_and(|inner| inner.get("?").is_some());
        return !sensitive && ours.get("errors").is_none() && !ours.is_null() && of_type(ours, ty);
    }
    if let (Some(theirs), Some(ours)) = (theirs.get("~"), ours.get("~")) {
        return agrees(theirs, ours);
    }
    if same_double(theirs, ours) {
        return true;
    }
    match (theirs, ours) {
        (Json::Array(theirs), Json::Array(ours)) => {
            theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(a, b)| agrees(a, b))
        }
        // Which of its elements are equal Terraform does not know.
        (Json::Object(set), _) if set.get("set").is_some_and(has_unknown) => {
            ours.get("set").is_some() && ours["of"] == set["of"]
        }
        (Json::Object(theirs), Json::Object(ours)) if !theirs.contains_key("errors") => {
            theirs.len() == ours.len()
                && theirs.iter().all(|(key, a)| {
                    ours.get(key).is_some_and(|b| if key == "of" || key == "null" { a == b } else { agrees(a, b) })
                })
        }
        _ => theirs == ours,
    }
}

/// A plan keeps a number that is a double as a double, and shows the fewest digits that tell it from others.
fn same_double(theirs: &Json, ours: &Json) -> bool {
    let double = |json: &Json| json["n"].as_str().and_then(|text| text.parse::<f64>().ok());
    double(theirs).is_some_and(|a| double(ours).is_some_and(|b| a.to_bits() == b.to_bits()))
        && theirs["n"].as_str().is_some_and(|text| text.len() < 20)
}

fn has_unknown(items: &Json) -> bool {
    items.to_string().contains("{\"?\":")
}

/// Whether an answer may be one of a type.
fn of_type(answer: &Json, ty: &Json) -> bool {
    let kind = ty.as_str().or_else(|| ty[0].as_str()).unwrap_or_default();
    if kind == "dynamic" {
        return true;
    }
    if let Some(inner) = answer.get("~") {
        return of_type(inner, ty);
    }
    if let Some(own) = answer.get("?").or_else(|| answer.get("null")) {
        return finer(own, ty);
    }
    match (kind, answer) {
        ("bool", Json::Bool(_)) | ("string", Json::String(_)) | ("number", Json::Number(_)) => true,
        ("number", _) => answer.get("n").is_some(),
        ("tuple", Json::Array(items)) => {
            let types = ty[1].as_array().map(Vec::as_slice).unwrap_or_default();
            items.len() == types.len() && items.iter().zip(types).all(|(item, ty)| of_type(item, ty))
        }
        ("object", _) => answer.get("{}").and_then(Json::as_object).is_some_and(|entries| {
            let types = ty[1].as_object();
            types.is_some_and(|types| {
                types.len() == entries.len()
                    && types.iter().all(|(name, ty)| entries.get(name).is_some_and(|entry| of_type(entry, ty)))
            })
        }),
        _ => answer.get(kind).is_some() && finer(&answer["of"], &ty[1]),
    }
}

/// Whether a type is another one, or says more where that is open.
fn finer(own: &Json, ty: &Json) -> bool {
    match (own, ty) {
        (_, Json::String(any)) if any == "dynamic" => true,
        (Json::Array(own), Json::Array(ty)) => own.len() == ty.len() && own.iter().zip(ty).all(|(a, b)| finer(a, b)),
        (Json::Object(own), Json::Object(ty)) => {
            own.len() == ty.len() && ty.iter().all(|(name, ty)| own.get(name).is_some_and(|own| finer(own, ty)))
        }
        _ => own == ty,
    }
}
