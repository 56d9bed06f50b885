//! The table of functions, sorted by name. `try` and `can` are lazy and belong to the evaluator of expressions.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::FixedState;

use super::{
    charset, checksum, collection, combine, convert, csv, date, encoding, filesystem, format, glob, network, numeric,
    provider, regex, set,
    signature::{Function, MarkRule, Parameter, Returns, Want, any, list, number, set as set_of, text, texts},
    string, template, tfvars, yaml_read, yaml_write,
};
use crate::addr::Name;

const ANY: Returns = Returns::Type(Want::Any);
const BOOL: Returns = Returns::Type(Want::Bool);
const NUMBER: Returns = Returns::Type(Want::Number);
const STRING: Returns = Returns::Type(Want::String);
const TEXTS: Returns = Returns::Type(Want::ListOfString);
const SHALLOW: MarkRule = MarkRule::Shallow;

static BY_NAME: LazyLock<HashMap<Name, &'static Function, FixedState>> =
    LazyLock::new(|| TABLE.iter().map(|function| (crate::addr::name(function.name), function)).collect());

/// The function of a name.
pub(super) fn find(name: Name) -> Option<&'static Function> {
    BY_NAME.get(&name).copied()
}

pub(super) static TABLE: &[Function] = &[
    Function::new("abs", &[number("num").unknown()], NUMBER, numeric::abs).marks(MarkRule::Own),
    Function::new("abspath", &[text("path")], STRING, filesystem::abspath),
    Function::new("alltrue", &[Parameter::new("list", Want::ListOfBool)], BOOL, collection::alltrue),
    Function::new("anytrue", &[Parameter::new("list", Want::ListOfBool)], BOOL, collection::anytrue),
    Function::new("base64decode", &[text("str")], STRING, encoding::base64decode),
    Function::new("base64encode", &[text("str")], STRING, encoding::base64encode),
    Function::new("base64gzip", &[text("str")], STRING, encoding::base64gzip),
    Function::new("base64sha256", &[text("str")], STRING, checksum::base64sha256),
    Function::new("base64sha512", &[text("str")], STRING, checksum::base64sha512),
    Function::new("basename", &[text("path")], STRING, filesystem::basename),
    Function::new("bcrypt", &[text("str")], STRING, checksum::bcrypt).and(number("cost")),
    Function::new("ceil", &[number("num")], NUMBER, numeric::ceil),
    Function::new("chomp", &[text("str")], STRING, string::chomp),
    Function::new(
        "chunklist",
        &[list("list"), number("size")],
        Returns::From(collection::chunklist_of),
        collection::chunklist,
    )
    .marks(MarkRule::Known),
    Function::new("cidrhost", &[text("prefix"), number("hostnum")], STRING, network::cidrhost),
    Function::new("cidrnetmask", &[text("prefix")], STRING, network::cidrnetmask),
    Function::new("cidrsubnet", &[text("prefix"), number("newbits"), number("netnum")], STRING, network::cidrsubnet),
    Function::new("cidrsubnets", &[text("prefix").unknown()], TEXTS, network::cidrsubnets)
        .and(number("newbits").unknown()),
    Function::new("coalesce", &[], ANY, combine::coalesce).and(any("vals").null().unknown().untyped()),
    Function::new("coalescelist", &[], ANY, combine::coalescelist).and(any("vals").null().unknown().untyped()),
    Function::new("compact", &[texts("list")], TEXTS, collection::compact),
    Function::new("concat", &[], ANY, combine::concat).and(any("seqs").unknown()).marks(MarkRule::Known),
    Function::new("contains", &[any("list"), any("value").unknown()], BOOL, collection::contains),
    Function::new("csvdecode", &[text("str")], ANY, csv::csvdecode),
    Function::new("dirname", &[text("path")], STRING, filesystem::dirname),
    Function::new("distinct", &[list("list")], Returns::From(collection::distinct_of), collection::distinct),
    Function::new(
        "element",
        &[any("list").unknown(), number("index")],
        Returns::From(collection::element_of),
        collection::element,
    )
    .marks(SHALLOW),
    Function::new("endswith", &[text("str").unknown(), text("suffix").unknown()], BOOL, string::endswith),
    Function::new("ephemeralasnull", &[any("value").null().unknown()], ANY, convert::ephemeralasnull)
        .marks(MarkRule::Own),
    Function::new("file", &[text("path")], STRING, filesystem::file),
    Function::new("filebase64", &[text("path")], STRING, filesystem::filebase64),
    Function::new("filebase64sha256", &[text("path")], STRING, checksum::filebase64sha256),
    Function::new("filebase64sha512", &[text("path")], STRING, checksum::filebase64sha512),
    Function::new("fileexists", &[text("path")], BOOL, filesystem::fileexists),
    Function::new("filemd5", &[text("path")], STRING, checksum::filemd5),
    Function::new("fileset", &[text("path"), text("pattern")], Returns::Type(Want::SetOfString), glob::fileset),
    Function::new("filesha1", &[text("path")], STRING, checksum::filesha1),
    Function::new("filesha256", &[text("path")], STRING, checksum::filesha256),
    Function::new("filesha512", &[text("path")], STRING, checksum::filesha512),
    Function::new("flatten", &[any("list").unknown()], ANY, combine::flatten).marks(MarkRule::Own),
    Function::new("floor", &[number("num")], NUMBER, numeric::floor),
    Function::new("format", &[text("format")], STRING, format::format).and(any("args").null().unknown()),
    Function::new("formatdate", &[text("format"), text("time")], STRING, date::formatdate),
    Function::new("formatlist", &[text("format")], TEXTS, format::formatlist).and(any("args").null().unknown()),
    Function::new("indent", &[number("spaces"), text("str")], STRING, string::indent),
    Function::new("index", &[any("list"), any("value").unknown()], NUMBER, collection::index),
    Function::new("issensitive", &[any("value").null().unknown()], BOOL, convert::issensitive).marks(MarkRule::Own),
    Function::new("join", &[text("separator")], STRING, string::join).and(texts("lists")),
    Function::new("jsondecode", &[text("str").unknown()], ANY, encoding::jsondecode),
    Function::new("jsonencode", &[any("val").null().unknown()], STRING, encoding::jsonencode),
    Function::new("keys", &[any("inputMap").unknown()], TEXTS, collection::keys).marks(SHALLOW),
    Function::new("length", &[any("value").unknown()], NUMBER, collection::length).marks(SHALLOW),
    Function::new("log", &[number("num"), number("base")], NUMBER, numeric::log),
    Function::new("lookup", &[any("inputMap").unknown(), text("key").unknown()], ANY, collection::lookup)
        .and(any("default").null().unknown().untyped())
        .marks(MarkRule::Own),
    Function::new("lower", &[text("str")], STRING, string::lower),
    Function::new(
        "matchkeys",
        &[list("values"), list("keys"), list("searchset")],
        Returns::From(collection::matchkeys_of),
        collection::matchkeys,
    ),
    Function::new("max", &[], NUMBER, numeric::max).and(number("numbers")),
    Function::new("md5", &[text("str")], STRING, checksum::md5),
    Function::new("merge", &[], Returns::From(combine::merge_of), combine::merge)
        .and(any("maps").null().untyped())
        .marks(MarkRule::Known),
    Function::new("min", &[], NUMBER, numeric::min).and(number("numbers")),
    Function::new("nonsensitive", &[any("value").null().unknown()], ANY, convert::nonsensitive).marks(MarkRule::Own),
    Function::new("one", &[any("list")], Returns::From(collection::one_of), collection::one),
    Function::new("parseint", &[any("number"), number("base")], Returns::From(numeric::parseint_of), numeric::parseint),
    Function::new("pathexpand", &[text("path")], STRING, filesystem::pathexpand),
    Function::new("plantimestamp", &[], STRING, date::timestamp),
    Function::new("pow", &[number("num"), number("power")], NUMBER, numeric::pow),
    Function::new(
        "provider::aws::arn_build",
        &[
            text("partition").unknown(),
            text("service").unknown(),
            text("region").unknown(),
            text("account_id").unknown(),
            text("resource").unknown(),
        ],
        STRING,
        provider::arn_build,
    ),
    Function::new("provider::aws::arn_parse", &[text("arn")], ANY, provider::arn_parse),
    Function::new("provider::aws::trim_iam_role_path", &[text("arn")], STRING, provider::trim_iam_role_path),
    Function::new("provider::terraform::decode_tfvars", &[text("src")], ANY, tfvars::decode_tfvars),
    Function::new("provider::terraform::encode_expr", &[any("value")], STRING, tfvars::encode_expr),
    Function::new("provider::terraform::encode_tfvars", &[any("value")], STRING, tfvars::encode_tfvars),
    Function::new("range", &[], Returns::Type(Want::ListOfNumber), numeric::range).and(number("params")),
    Function::new("regex", &[text("pattern"), text("string")], Returns::From(regex::regex_of), regex::regex),
    Function::new("regexall", &[text("pattern"), text("string")], Returns::From(regex::regexall_of), regex::regexall),
    Function::new("replace", &[text("str"), text("substr"), text("replace")], STRING, string::replace),
    Function::new("reverse", &[any("list")], Returns::From(collection::reverse_of), collection::reverse).marks(SHALLOW),
    Function::new("rsadecrypt", &[text("ciphertext"), text("privatekey")], STRING, checksum::rsadecrypt),
    Function::new("sensitive", &[any("value").null().unknown()], ANY, convert::sensitive).marks(MarkRule::Own),
    Function::new("setintersection", &[set_of("first_set")], Returns::From(set::union_type), set::setintersection)
        .and(set_of("other_sets")),
    Function::new("setproduct", &[], Returns::From(combine::setproduct_of), combine::setproduct)
        .and(any("sets").unknown())
        .marks(MarkRule::Known),
    Function::new("setsubtract", &[set_of("a"), set_of("b")], Returns::From(set::union_type), set::setsubtract),
    Function::new("setunion", &[set_of("first_set").unknown()], Returns::From(set::union_type), set::setunion)
        .and(set_of("other_sets").unknown()),
    Function::new("sha1", &[text("str")], STRING, checksum::sha1),
    Function::new("sha256", &[text("str")], STRING, checksum::sha256),
    Function::new("sha512", &[text("str")], STRING, checksum::sha512),
    Function::new("signum", &[number("num")], NUMBER, numeric::signum),
    Function::new(
        "slice",
        &[any("list").unknown(), number("start_index"), number("end_index")],
        Returns::From(collection::slice_of),
        collection::slice,
    )
    .marks(SHALLOW),
    Function::new("sort", &[texts("list").unknown()], TEXTS, collection::sort),
    Function::new("split", &[text("separator"), text("str")], TEXTS, string::split),
    Function::new("startswith", &[text("str").unknown(), text("prefix").unknown()], BOOL, string::startswith),
    Function::new("strcontains", &[text("str").unknown(), text("substr").unknown()], BOOL, string::strcontains),
    Function::new("strrev", &[text("str")], STRING, string::strrev),
    Function::new("substr", &[text("str"), number("offset"), number("length")], STRING, string::substr),
    Function::new("sum", &[any("list")], NUMBER, numeric::sum),
    Function::new("templatefile", &[text("path"), any("vars")], ANY, template::templatefile),
    Function::new("templatestring", &[text("template"), any("vars")], STRING, template::templatestring),
    Function::new("textdecodebase64", &[text("source"), text("encoding")], STRING, charset::textdecodebase64),
    Function::new("textencodebase64", &[text("string"), text("encoding")], STRING, charset::textencodebase64),
    Function::new("timeadd", &[text("timestamp"), text("duration")], STRING, date::timeadd),
    Function::new("timecmp", &[text("timestamp_a"), text("timestamp_b")], NUMBER, date::timecmp),
    Function::new("timestamp", &[], STRING, date::timestamp),
    Function::new("title", &[text("str")], STRING, string::title),
    Function::new("tobool", &[any("v").null().unknown()], BOOL, convert::tobool).marks(MarkRule::Own),
    Function::new("tolist", &[any("v").null().unknown()], ANY, convert::tolist).marks(MarkRule::Own),
    Function::new("tomap", &[any("v").null().unknown()], ANY, convert::tomap).marks(MarkRule::Own),
    Function::new("tonumber", &[any("v").null().unknown()], NUMBER, convert::tonumber).marks(MarkRule::Own),
    Function::new("toset", &[any("v").null().unknown()], ANY, convert::toset).marks(MarkRule::Own),
    Function::new("tostring", &[any("v").null().unknown()], STRING, convert::tostring).marks(MarkRule::Own),
    Function::new(
        "transpose",
        &[Parameter::new("values", Want::MapOfListOfString)],
        Returns::Type(Want::MapOfListOfString),
        collection::transpose,
    ),
    Function::new("trim", &[text("str"), text("cutset")], STRING, string::trim),
    Function::new("trimprefix", &[text("str"), text("prefix")], STRING, string::trimprefix),
    Function::new("trimspace", &[text("str")], STRING, string::trimspace),
    Function::new("trimsuffix", &[text("str"), text("suffix")], STRING, string::trimsuffix),
    Function::new("upper", &[text("str")], STRING, string::upper),
    Function::new("urlencode", &[text("str")], STRING, encoding::urlencode),
    Function::new("uuid", &[], STRING, checksum::uuid),
    Function::new("uuidv5", &[text("namespace"), text("name")], STRING, checksum::uuidv5),
    Function::new("values", &[any("mapping").unknown()], ANY, collection::values).marks(SHALLOW),
    Function::new("yamldecode", &[text("src")], ANY, yaml_read::yamldecode),
    Function::new("yamlencode", &[any("value").null().unknown()], STRING, yaml_write::yamlencode),
    Function::new("zipmap", &[texts("keys").unknown(), any("values").unknown()], ANY, combine::zipmap).marks(SHALLOW),
];
