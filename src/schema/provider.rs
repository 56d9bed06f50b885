//! Reads the compact form in place, one block level at a time.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use super::asked::Asked;
use super::format::{Cursor, FORMAT, Index, MAGIC, MAX_DEPTH, Table, flag, search, tag};
use super::{Attribute, Block, NestedBlock, Nesting};
use crate::{
    addr::{Mode, Name, name},
    value::{Field, Type},
};

/// A provider's schemas.
pub struct Provider {
    bytes: Bytes,
    header: Header,
    names: Table,
    types: Table,
    blocks: Table,
    resources: Index,
    data_sources: Index,
    ephemerals: Index,
    configuration: u32,
    /// Names that were asked for.
    asked: Asked,
    /// The types of the table that were asked for.
    decoded: Cells,
    /// The types of the blocks that were asked for: blocks are shared, and so are their types.
    implied: Cells,
}

/// Types by number, made on first use and then shared.
struct Cells(Box<[OnceLock<Type>]>);

#[derive(Clone)]
enum Bytes {
    Static(&'static [u8]),
    Shared(Arc<[u8]>),
}

/// What a schema file says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// `registry.terraform.io/hashicorp/aws`
    pub source: String,
    pub version: String,
    /// SHA-256 of the `terraform providers schema -json` text it was compiled from.
    pub json_sha256: [u8; 32],
}

/// Why a file is no schema file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OpenError {
    #[error("not a compiled provider schema")]
    NotASchema,
    #[error("compiled provider schema of format {0}, and this version reads format {FORMAT}")]
    OtherFormat(u32),
    #[error("the compiled provider schema is cut off or damaged")]
    Damaged,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.header.source).field(&self.header.version).finish()
    }
}

impl Provider {
    /// Opens an embedded schema file. Reads the header only.
    ///
    /// # Errors
    /// When it is none, is of another format, or its parts do not fit inside it.
    pub fn embedded(bytes: &'static [u8]) -> Result<Self, OpenError> {
        Self::open(Bytes::Static(bytes))
    }

    /// Opens a schema file that was read from somewhere. Reads the header only.
    ///
    /// # Errors
    /// As [`Provider::embedded`].
    pub fn shared(bytes: Arc<[u8]>) -> Result<Self, OpenError> {
        Self::open(Bytes::Shared(bytes))
    }

    fn open(bytes: Bytes) -> Result<Self, OpenError> {
        let file = bytes.get();
        let mut cursor = Cursor::new(file);
        if cursor.take(MAGIC.len()) != Some(MAGIC) {
            return Err(OpenError::NotASchema);
        }
        match cursor.u32() {
            Some(FORMAT) => Self::read(bytes.clone(), cursor).ok_or(OpenError::Damaged),
            Some(other) => Err(OpenError::OtherFormat(other)),
            None => Err(OpenError::Damaged),
        }
    }

    fn read(bytes: Bytes, mut cursor: Cursor<'_>) -> Option<Self> {
        let header = Header {
            source: cursor.text()?.to_owned(),
            version: cursor.text()?.to_owned(),
            json_sha256: cursor.take(32)?.try_into().ok()?,
        };
        let names = Table::read(&mut cursor)?;
        let types = Table::read(&mut cursor)?;
        let blocks = Table::read(&mut cursor)?;
        let resources = Index::read(&mut cursor)?;
        let data_sources = Index::read(&mut cursor)?;
        let ephemerals = Index::read(&mut cursor)?;
        let configuration = cursor.u32()?;
        let (decoded, implied) = (Cells::new(types.count), Cells::new(blocks.count));
        Some(Self {
            bytes,
            header,
            names,
            types,
            blocks,
            resources,
            data_sources,
            ephemerals,
            configuration,
            asked: Asked::new(),
            decoded,
            implied,
        })
    }

    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    #[must_use]
    pub fn resource(&self, ty: &str) -> Option<Block<'_>> {
        self.find(self.resources, ty)
    }

    #[must_use]
    pub fn data_source(&self, ty: &str) -> Option<Block<'_>> {
        self.find(self.data_sources, ty)
    }

    #[must_use]
    pub fn ephemeral_resource(&self, ty: &str) -> Option<Block<'_>> {
        self.find(self.ephemerals, ty)
    }

    /// What a block of a mode is held against: of a resource, a data source or an ephemeral resource.
    #[must_use]
    pub fn of(&self, mode: Mode, ty: &str) -> Option<Block<'_>> {
        self.find(self.index(mode), ty)
    }

    /// The types of a mode, sorted.
    pub fn types(&self, mode: Mode) -> impl Iterator<Item = &str> {
        self.type_names(self.index(mode))
    }

    const fn index(&self, mode: Mode) -> Index {
        match mode {
            Mode::Managed => self.resources,
            Mode::Data => self.data_sources,
            Mode::Ephemeral => self.ephemerals,
        }
    }

    /// The arguments of a `provider` block.
    #[must_use]
    pub const fn configuration(&self) -> Block<'_> {
        Block { provider: self, id: self.configuration }
    }

    /// The types of resources, sorted.
    pub fn resource_types(&self) -> impl Iterator<Item = &str> {
        self.type_names(self.resources)
    }

    /// The types of data sources, sorted.
    pub fn data_source_types(&self) -> impl Iterator<Item = &str> {
        self.type_names(self.data_sources)
    }

    /// The types of ephemeral resources, sorted.
    pub fn ephemeral_resource_types(&self) -> impl Iterator<Item = &str> {
        self.type_names(self.ephemerals)
    }

    fn type_names(&self, index: Index) -> impl Iterator<Item = &str> {
        (0..index.count).filter_map(move |place| self.name(index.entry(self.file(), place)?.0))
    }

    fn find(&self, index: Index, ty: &str) -> Option<Block<'_>> {
        let id = index.find(self.file(), self.name_id(ty)?)?;
        Some(Block { provider: self, id })
    }

    fn file(&self) -> &[u8] {
        self.bytes.get()
    }

    fn name(&self, id: u32) -> Option<&str> {
        std::str::from_utf8(self.names.get(self.file(), id)?).ok()
    }

    fn interned(&self, id: u32) -> Option<Name> {
        self.name(id).map(name)
    }

    fn name_id(&self, text: &str) -> Option<u32> {
        let is_it = |id: u32| self.names.get(self.file(), id) == Some(text.as_bytes());
        self.asked.recall(text, is_it).or_else(|| {
            let found = search(self.names.count, |id| Some(self.names.get(self.file(), id)?.cmp(text.as_bytes())))?;
            self.asked.keep(text, found);
            Some(found)
        })
    }

    /// A type of the table; `Any` where the file is damaged.
    fn ty(&self, id: u32, depth: u32) -> Type {
        self.decoded.get(id, depth, |depth| self.read_type(id, depth).unwrap_or_default())
    }

    fn read_type(&self, id: u32, depth: u32) -> Option<Type> {
        let mut cursor = Cursor::new(self.types.get(self.file(), id)?);
        let inner = |cursor: &mut Cursor<'_>| {
            let inner = cursor.varint().filter(|&inner| inner < id)?;
            Some(self.ty(inner, depth))
        };
        Some(match cursor.u8()? {
            tag::ANY => Type::Any,
            tag::BOOL => Type::Bool,
            tag::NUMBER => Type::Number,
            tag::STRING => Type::String,
            tag::LIST => Type::list(inner(&mut cursor)?),
            tag::SET => Type::set(inner(&mut cursor)?),
            tag::MAP => Type::map(inner(&mut cursor)?),
            tag::TUPLE => {
                let count = cursor.varint()?;
                Type::tuple((0..count).map(|_| inner(&mut cursor)).collect::<Option<_>>()?)
            }
            tag::OBJECT => {
                let count = cursor.varint()?;
                let field = |cursor: &mut Cursor<'_>| {
                    let name = self.name(cursor.varint()?)?.into();
                    Some(Field { name, ty: inner(cursor)?, optional: cursor.u8()? != 0 })
                };
                Type::object((0..count).map(|_| field(&mut cursor)).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

impl Cells {
    fn new(count: u32) -> Self {
        Self((0..count).map(|_| OnceLock::new()).collect())
    }

    /// `Any` for a number that is not there, and when `depth` is used up.
    fn get(&self, number: u32, depth: u32, make: impl FnOnce(u32) -> Type) -> Type {
        let cell = usize::try_from(number).ok().and_then(|number| self.0.get(number));
        match (cell, depth.checked_sub(1)) {
            (Some(cell), Some(depth)) => cell.get_or_init(|| make(depth)).clone(),
            _ => Type::Any,
        }
    }
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

/// An attribute as it is written: numbers in place of names and types.
struct RawAttribute {
    name: u32,
    flags: u8,
    ty: u32,
}

struct RawNested {
    name: u32,
    nesting: Nesting,
    min_items: u32,
    max_items: u32,
    block: u32,
}

/// The parts of a block's record.
struct Record<'s> {
    flags: u8,
    attributes: Cursor<'s>,
    blocks: Cursor<'s>,
}

impl<'s> Block<'s> {
    /// The attributes, sorted by name.
    pub fn attributes(self) -> impl Iterator<Item = Attribute> {
        self.raw_attributes().filter_map(move |raw| self.decode(&raw))
    }

    /// The nested blocks, sorted by name.
    pub fn blocks(self) -> impl Iterator<Item = NestedBlock<'s>> {
        self.raw_blocks().filter_map(move |raw| self.decode_nested(&raw))
    }

    /// The names of attributes and then of nested blocks, each sorted, without interning them.
    pub fn names(self) -> impl Iterator<Item = &'s str> {
        let attributes = self.raw_attributes().map(|raw| raw.name);
        let blocks = self.raw_blocks().map(|raw| raw.name);
        attributes.chain(blocks).filter_map(move |id| self.provider.name(id))
    }

    /// The names of attributes, sorted.
    pub fn attribute_names(self) -> impl Iterator<Item = &'s str> {
        self.raw_attributes().filter_map(move |raw| self.provider.name(raw.name))
    }

    /// The names of nested blocks, sorted.
    pub fn block_names(self) -> impl Iterator<Item = &'s str> {
        self.raw_blocks().filter_map(move |raw| self.provider.name(raw.name))
    }

    /// The names of the attributes that must be configured, sorted.
    pub fn required(self) -> impl Iterator<Item = Name> {
        let required = self.raw_attributes().filter(|raw| raw.flags & flag::REQUIRED != 0);
        required.filter_map(move |raw| self.provider.interned(raw.name))
    }

    #[must_use]
    pub fn has_attribute(self, name: &str) -> bool {
        let id = self.provider.name_id(name);
        id.is_some_and(|id| self.raw_attributes().take_while(|raw| raw.name <= id).any(|raw| raw.name == id))
    }

    #[must_use]
    pub fn attribute(self, name: &str) -> Option<Attribute> {
        let id = self.provider.name_id(name)?;
        let raw = self.raw_attributes().take_while(|raw| raw.name <= id).find(|raw| raw.name == id)?;
        self.decode(&raw)
    }

    #[must_use]
    pub fn block(self, name: &str) -> Option<NestedBlock<'s>> {
        let id = self.provider.name_id(name)?;
        let raw = self.raw_blocks().take_while(|raw| raw.name <= id).find(|raw| raw.name == id)?;
        self.decode_nested(&raw)
    }

    #[must_use]
    pub fn is_deprecated(self) -> bool {
        self.has_flag(flag::BLOCK_DEPRECATED)
    }

    fn has_flag(self, flag: u8) -> bool {
        self.record().is_some_and(|record| record.flags & flag != 0)
    }

    /// The type of the whole block's value: an object of the attributes and of the nested blocks
    /// as list, set or map of objects, or as one object.
    #[must_use]
    pub fn ty(self) -> Type {
        self.implied(MAX_DEPTH)
    }

    fn implied(self, depth: u32) -> Type {
        self.provider.implied.get(self.id, depth, |depth| Type::object(self.fields(depth)))
    }

    fn fields(self, depth: u32) -> Vec<Field> {
        let provider = self.provider;
        let attributes = self.raw_attributes().map(|raw| (raw.name, provider.ty(raw.ty, depth)));
        let nested = |raw: &RawNested| nested_type(raw, Self { provider, id: raw.block }, depth);
        let blocks = self.raw_blocks().map(|raw| (raw.name, nested(&raw)));
        let field = |(id, ty)| Some(Field { name: provider.name(id)?.into(), ty, optional: false });
        attributes.chain(blocks).filter_map(field).collect()
    }

    fn record(self) -> Option<Record<'s>> {
        let provider = self.provider;
        let mut cursor = Cursor::new(provider.blocks.get(provider.file(), self.id)?);
        let flags = cursor.u8()?;
        let len = usize::try_from(cursor.varint()?).ok()?;
        let attributes = Cursor::new(cursor.take(len)?);
        Some(Record { flags, attributes, blocks: cursor })
    }

    fn raw_attributes(self) -> impl Iterator<Item = RawAttribute> + use<'s> {
        let mut cursor = self.record().map(|record| record.attributes);
        let mut last = 0u32;
        std::iter::from_fn(move || {
            let cursor = cursor.as_mut()?;
            last = last.checked_add(cursor.varint()?)?;
            Some(RawAttribute { name: last, flags: cursor.u8()?, ty: cursor.varint()? })
        })
    }

    fn raw_blocks(self) -> impl Iterator<Item = RawNested> + use<'s> {
        let mut cursor = self.record().map(|record| record.blocks);
        let mut last = 0u32;
        std::iter::from_fn(move || {
            let cursor = cursor.as_mut()?;
            last = last.checked_add(cursor.varint()?)?;
            let flags = cursor.u8()?;
            let min_items = if flags & flag::HAS_MIN != 0 { cursor.varint()? } else { 0 };
            let max_items = if flags & flag::HAS_MAX != 0 { cursor.varint()? } else { 0 };
            let block = cursor.varint().filter(|&block| block < self.id)?;
            let nesting = Nesting::of_code(flags & flag::NESTING)?;
            Some(RawNested { name: last, nesting, min_items, max_items, block })
        })
    }

    fn decode(self, raw: &RawAttribute) -> Option<Attribute> {
        let has = |flag| raw.flags & flag != 0;
        Some(Attribute {
            name: self.provider.interned(raw.name)?,
            ty: self.provider.ty(raw.ty, MAX_DEPTH),
            required: has(flag::REQUIRED),
            optional: has(flag::OPTIONAL),
            computed: has(flag::COMPUTED),
            sensitive: has(flag::SENSITIVE),
            deprecated: has(flag::DEPRECATED),
            write_only: has(flag::WRITE_ONLY),
        })
    }

    fn decode_nested(self, raw: &RawNested) -> Option<NestedBlock<'s>> {
        Some(NestedBlock {
            name: self.provider.interned(raw.name)?,
            nesting: raw.nesting,
            min_items: raw.min_items,
            max_items: raw.max_items,
            block: Self { provider: self.provider, id: raw.block },
        })
    }
}

/// The type a nested block adds to the block around it. Blocks that contain an attribute of any type need not be
/// alike, so no list or map can hold them.
fn nested_type(nested: &RawNested, block: Block<'_>, depth: u32) -> Type {
    let any = || block.has_flag(flag::BLOCK_HAS_ANY);
    match nested.nesting {
        Nesting::Single | Nesting::Group => block.implied(depth),
        Nesting::Set => Type::set(block.implied(depth)),
        Nesting::List | Nesting::Map if any() => Type::Any,
        Nesting::List => Type::list(block.implied(depth)),
        Nesting::Map => Type::map(block.implied(depth)),
    }
}

impl Nesting {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Single => 0,
            Self::Group => 1,
            Self::List => 2,
            Self::Set => 3,
            Self::Map => 4,
        }
    }

    const fn of_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Single),
            1 => Some(Self::Group),
            2 => Some(Self::List),
            3 => Some(Self::Set),
            4 => Some(Self::Map),
            _ => None,
        }
    }
}
