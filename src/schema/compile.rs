//! Compiles the output of `terraform providers schema -json` into the compact form of [`super::format`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::Nesting;
use super::format::{FORMAT, MAGIC, MAX_DEPTH, flag, put_varint, tag};

/// Why a schema cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    #[error("not the output of `terraform providers schema -json`: {0}")]
    Json(#[from] serde_json::Error),
    #[error("no provider `{wanted}` in it; it has {has}")]
    NoProvider { wanted: String, has: String },
    #[error("`{0}` is not a type")]
    NotAType(String),
    #[error("`{0}` is not a way of nesting a block")]
    NotANesting(String),
    #[error("the schema is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    #[error("the schema has more entries than the format can number")]
    TooLarge,
}

/// The schemas of one or several providers.
#[derive(Debug)]
pub struct Document {
    providers: BTreeMap<String, ProviderJson>,
    sha256: [u8; 32],
}

impl Document {
    /// Reads the output of `terraform providers schema -json`.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(json: &str) -> Result<Self, CompileError> {
        let document: DocumentJson = serde_json::from_str(json)?;
        Ok(Self { providers: document.provider_schemas, sha256: Sha256::digest(json.as_bytes()).into() })
    }

    /// The addresses of the providers in it: `registry.terraform.io/hashicorp/aws`.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.providers.keys().map(String::as_str)
    }

    /// Compiles one provider, named by its address or by `namespace/type`. The JSON does not say which version
    /// of the provider it is of.
    ///
    /// # Errors
    /// When the provider is not there or its schema is not one.
    pub fn compile(&self, source: &str, version: &str) -> Result<Vec<u8>, CompileError> {
        let suffix = format!("/{source}");
        let named = |address: &&String| *address == source || address.ends_with(&suffix);
        let Some(address) = self.providers.keys().find(named) else {
            let has = self.sources().collect::<Vec<_>>().join(", ");
            return Err(CompileError::NoProvider { wanted: source.to_owned(), has });
        };
        let mut out = Vec::from(MAGIC);
        out.extend(FORMAT.to_le_bytes());
        put_text(&mut out, address)?;
        put_text(&mut out, version)?;
        out.extend(self.sha256);
        write_provider(&self.providers[address], &mut out)?;
        Ok(out)
    }
}

#[derive(Deserialize)]
struct DocumentJson {
    provider_schemas: BTreeMap<String, ProviderJson>,
}

#[derive(Debug, Deserialize)]
struct ProviderJson {
    #[serde(default)]
    provider: SchemaJson,
    #[serde(default)]
    resource_schemas: BTreeMap<String, SchemaJson>,
    #[serde(default)]
    data_source_schemas: BTreeMap<String, SchemaJson>,
    #[serde(default)]
    ephemeral_resource_schemas: BTreeMap<String, SchemaJson>,
}

#[derive(Debug, Default, Deserialize)]
struct SchemaJson {
    #[serde(default)]
    block: BlockJson,
}

#[derive(Debug, Default, Deserialize)]
struct BlockJson {
    #[serde(default)]
    attributes: BTreeMap<String, AttributeJson>,
    #[serde(default)]
    block_types: BTreeMap<String, NestedJson>,
    #[serde(default)]
    deprecated: bool,
}

#[derive(Debug, Deserialize)]
struct AttributeJson {
    #[serde(rename = "type")]
    ty: Option<Json>,
    nested_type: Option<NestedTypeJson>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    computed: bool,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    deprecated: bool,
    #[serde(default)]
    write_only: bool,
}

/// An attribute of objects whose attributes have schemas of their own.
#[derive(Debug, Deserialize)]
struct NestedTypeJson {
    #[serde(default)]
    attributes: BTreeMap<String, AttributeJson>,
    nesting_mode: String,
}

#[derive(Debug, Deserialize)]
struct NestedJson {
    nesting_mode: String,
    #[serde(default)]
    block: BlockJson,
    #[serde(default)]
    min_items: u32,
    #[serde(default)]
    max_items: u32,
}

/// Byte strings, each kept once.
#[derive(Default)]
struct Unique {
    numbers: HashMap<Vec<u8>, u32>,
    entries: Vec<Vec<u8>>,
}

impl Unique {
    fn number(&mut self, entry: Vec<u8>) -> Result<u32, CompileError> {
        if let Some(number) = self.numbers.get(&entry) {
            return Ok(*number);
        }
        let number = count(self.entries.len())?;
        self.entries.push(entry.clone());
        self.numbers.insert(entry, number);
        Ok(number)
    }
}

/// Collects what blocks share.
struct Writer<'j> {
    /// Sorted.
    names: Vec<&'j str>,
    types: Unique,
    blocks: Unique,
    /// Per block, whether an attribute in it may be of any type.
    has_any: HashMap<u32, bool>,
}

fn write_provider(provider: &ProviderJson, out: &mut Vec<u8>) -> Result<(), CompileError> {
    let mut names = BTreeSet::new();
    let kinds = [&provider.resource_schemas, &provider.data_source_schemas, &provider.ephemeral_resource_schemas];
    for (ty, schema) in kinds.into_iter().flatten() {
        names.insert(ty.as_str());
        collect_names(&schema.block, &mut names);
    }
    collect_names(&provider.provider.block, &mut names);
    let mut writer = Writer {
        names: names.into_iter().collect(),
        types: Unique::default(),
        blocks: Unique::default(),
        has_any: HashMap::new(),
    };
    let configuration = writer.block(&provider.provider.block, MAX_DEPTH)?;
    let indexes = kinds.map(|kind| writer.index(kind));
    put_table(out, writer.names.iter().map(|name| name.as_bytes()))?;
    put_table(out, writer.types.entries.iter().map(Vec::as_slice))?;
    put_table(out, writer.blocks.entries.iter().map(Vec::as_slice))?;
    for index in indexes {
        out.extend(index?);
    }
    out.extend(configuration.to_le_bytes());
    Ok(())
}

fn collect_names<'j>(block: &'j BlockJson, names: &mut BTreeSet<&'j str>) {
    collect_attribute_names(&block.attributes, names);
    for (name, nested) in &block.block_types {
        names.insert(name);
        collect_names(&nested.block, names);
    }
}

fn collect_attribute_names<'j>(attributes: &'j BTreeMap<String, AttributeJson>, names: &mut BTreeSet<&'j str>) {
    for (name, attribute) in attributes {
        names.insert(name);
        if let Some(ty) = &attribute.ty {
            collect_type_names(ty, names);
        }
        if let Some(nested) = &attribute.nested_type {
            collect_attribute_names(&nested.attributes, names);
        }
    }
}

fn collect_type_names<'j>(ty: &'j Json, names: &mut BTreeSet<&'j str>) {
    match ty {
        Json::Array(parts) => parts.iter().for_each(|part| collect_type_names(part, names)),
        Json::Object(fields) => {
            for (name, ty) in fields {
                names.insert(name);
                collect_type_names(ty, names);
            }
        }
        _ => {}
    }
}

impl Writer<'_> {
    fn index(&mut self, kind: &BTreeMap<String, SchemaJson>) -> Result<Vec<u8>, CompileError> {
        let mut out = Vec::from(count(kind.len())?.to_le_bytes());
        for (ty, schema) in kind {
            out.extend(self.name(ty)?.to_le_bytes());
            out.extend(self.block(&schema.block, MAX_DEPTH)?.to_le_bytes());
        }
        Ok(out)
    }

    fn name(&self, name: &str) -> Result<u32, CompileError> {
        let place = self.names.binary_search(&name).map_err(|_| CompileError::NotAType(name.to_owned()))?;
        count(place)
    }

    fn block(&mut self, block: &BlockJson, depth: u32) -> Result<u32, CompileError> {
        let depth = depth.checked_sub(1).ok_or(CompileError::TooDeep)?;
        let mut any = false;
        let attributes = self.attributes(block, &mut any)?;
        let nested = self.nested_blocks(block, &mut any, depth)?;
        let deprecated = if block.deprecated { flag::BLOCK_DEPRECATED } else { 0 };
        let mut out = vec![deprecated | if any { flag::BLOCK_HAS_ANY } else { 0 }];
        put_varint(&mut out, count(attributes.len())?);
        out.extend(attributes);
        out.extend(nested);
        let number = self.blocks.number(out)?;
        self.has_any.insert(number, any);
        Ok(number)
    }

    fn attributes(&mut self, block: &BlockJson, any: &mut bool) -> Result<Vec<u8>, CompileError> {
        let mut out = Vec::new();
        let mut last = 0;
        for (name, attribute) in &block.attributes {
            let name = self.name(name)?;
            put_varint(&mut out, name - last);
            last = name;
            out.push(flags(attribute));
            let ty = self.attribute_type(attribute, MAX_DEPTH, any)?;
            put_varint(&mut out, ty);
        }
        Ok(out)
    }

    fn nested_blocks(&mut self, block: &BlockJson, any: &mut bool, depth: u32) -> Result<Vec<u8>, CompileError> {
        let mut out = Vec::new();
        let mut last = 0;
        for (name, nested) in &block.block_types {
            let name = self.name(name)?;
            put_varint(&mut out, name - last);
            last = name;
            let number = self.block(&nested.block, depth)?;
            *any |= self.has_any.get(&number).copied().unwrap_or_default();
            put_bounds(&mut out, nested)?;
            put_varint(&mut out, number);
        }
        Ok(out)
    }

    fn attribute_type(&mut self, attribute: &AttributeJson, depth: u32, any: &mut bool) -> Result<u32, CompileError> {
        let depth = depth.checked_sub(1).ok_or(CompileError::TooDeep)?;
        match (&attribute.ty, &attribute.nested_type) {
            (Some(ty), _) => self.ty(ty, depth, any),
            (None, Some(nested)) => self.nested_type(nested, depth, any),
            (None, None) => Err(CompileError::NotAType("nothing".to_owned())),
        }
    }

    fn nested_type(&mut self, nested: &NestedTypeJson, depth: u32, any: &mut bool) -> Result<u32, CompileError> {
        let mut object = vec![tag::OBJECT];
        put_varint(&mut object, count(nested.attributes.len())?);
        for (name, attribute) in &nested.attributes {
            put_varint(&mut object, self.name(name)?);
            let ty = self.attribute_type(attribute, depth, any)?;
            put_varint(&mut object, ty);
            object.push(u8::from(!attribute.required));
        }
        let object = self.types.number(object)?;
        match nesting(&nested.nesting_mode)? {
            Nesting::Single | Nesting::Group => Ok(object),
            Nesting::List => self.collection(tag::LIST, object),
            Nesting::Set => self.collection(tag::SET, object),
            Nesting::Map => self.collection(tag::MAP, object),
        }
    }

    fn collection(&mut self, tag: u8, element: u32) -> Result<u32, CompileError> {
        let mut out = vec![tag];
        put_varint(&mut out, element);
        self.types.number(out)
    }

    /// A type as cty writes it: `"string"`, `["list", T]`, `["tuple", [T, …]]`,
    /// `["object", {"name": T}, ["optional", …]]`.
    fn ty(&mut self, ty: &Json, depth: u32, any: &mut bool) -> Result<u32, CompileError> {
        let depth = depth.checked_sub(1).ok_or(CompileError::TooDeep)?;
        let bad = || CompileError::NotAType(ty.to_string());
        if let Some(primitive) = ty.as_str() {
            let tag = primitive_tag(primitive).ok_or_else(bad)?;
            *any |= tag == tag::ANY;
            return self.types.number(vec![tag]);
        }
        let parts = ty.as_array().ok_or_else(bad)?;
        let kind = parts.first().and_then(Json::as_str).ok_or_else(bad)?;
        let inner = parts.get(1).ok_or_else(bad)?;
        match kind {
            "tuple" => self.tuple_type(inner.as_array().ok_or_else(bad)?, depth, any),
            "object" => self.object_type(inner.as_object().ok_or_else(bad)?, parts.get(2), depth, any),
            kind => {
                let tag = collection_tag(kind).ok_or_else(bad)?;
                let element = self.ty(inner, depth, any)?;
                self.collection(tag, element)
            }
        }
    }

    fn tuple_type(&mut self, elements: &[Json], depth: u32, any: &mut bool) -> Result<u32, CompileError> {
        let mut out = vec![tag::TUPLE];
        put_varint(&mut out, count(elements.len())?);
        for element in elements {
            let element = self.ty(element, depth, any)?;
            put_varint(&mut out, element);
        }
        self.types.number(out)
    }

    fn object_type(
        &mut self,
        fields: &serde_json::Map<String, Json>,
        optional: Option<&Json>,
        depth: u32,
        any: &mut bool,
    ) -> Result<u32, CompileError> {
        let optional: Vec<&str> =
            optional.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
        let mut out = vec![tag::OBJECT];
        put_varint(&mut out, count(fields.len())?);
        for (name, ty) in fields {
            put_varint(&mut out, self.name(name)?);
            let ty = self.ty(ty, depth, any)?;
            put_varint(&mut out, ty);
            out.push(u8::from(optional.contains(&name.as_str())));
        }
        self.types.number(out)
    }
}

fn primitive_tag(name: &str) -> Option<u8> {
    match name {
        "dynamic" => Some(tag::ANY),
        "bool" => Some(tag::BOOL),
        "number" => Some(tag::NUMBER),
        "string" => Some(tag::STRING),
        _ => None,
    }
}

fn collection_tag(name: &str) -> Option<u8> {
    match name {
        "list" => Some(tag::LIST),
        "set" => Some(tag::SET),
        "map" => Some(tag::MAP),
        _ => None,
    }
}

fn nesting(mode: &str) -> Result<Nesting, CompileError> {
    match mode {
        "single" => Ok(Nesting::Single),
        "group" => Ok(Nesting::Group),
        "list" => Ok(Nesting::List),
        "set" => Ok(Nesting::Set),
        "map" => Ok(Nesting::Map),
        other => Err(CompileError::NotANesting(other.to_owned())),
    }
}

fn flags(attribute: &AttributeJson) -> u8 {
    let flags = [
        (attribute.required, flag::REQUIRED),
        (attribute.optional, flag::OPTIONAL),
        (attribute.computed, flag::COMPUTED),
        (attribute.sensitive, flag::SENSITIVE),
        (attribute.deprecated, flag::DEPRECATED),
        (attribute.write_only, flag::WRITE_ONLY),
    ];
    flags.into_iter().filter(|(set, _)| *set).fold(0, |all, (_, flag)| all | flag)
}

fn put_bounds(out: &mut Vec<u8>, nested: &NestedJson) -> Result<(), CompileError> {
    let bounds = [(nested.min_items, flag::HAS_MIN), (nested.max_items, flag::HAS_MAX)];
    let bounds = bounds.into_iter().filter(|(bound, _)| *bound > 0);
    out.push(bounds.clone().fold(nesting(&nested.nesting_mode)?.code(), |all, (_, flag)| all | flag));
    for (bound, _) in bounds {
        put_varint(out, bound);
    }
    Ok(())
}

fn put_text(out: &mut Vec<u8>, text: &str) -> Result<(), CompileError> {
    put_varint(out, count(text.len())?);
    out.extend(text.as_bytes());
    Ok(())
}

fn put_table<'e>(out: &mut Vec<u8>, entries: impl Iterator<Item = &'e [u8]> + Clone) -> Result<(), CompileError> {
    let total = entries.clone().map(<[u8]>::len).sum();
    out.extend(count(entries.clone().count())?.to_le_bytes());
    out.extend(count(total)?.to_le_bytes());
    let mut offset = 0;
    out.extend(0u32.to_le_bytes());
    for entry in entries.clone() {
        offset += count(entry.len())?;
        out.extend(offset.to_le_bytes());
    }
    entries.for_each(|entry| out.extend(entry));
    Ok(())
}

fn count(count: usize) -> Result<u32, CompileError> {
    u32::try_from(count).map_err(|_| CompileError::TooLarge)
}
