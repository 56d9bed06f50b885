//! The compact form of a provider's schemas: its layout, and checked reads of its parts.
//!
//! ```text
//! magic, format version                    8 bytes, u32
//! provider source, provider version        each a varint length and UTF-8
//! SHA-256 of the schema JSON               32 bytes
//! names, types, blocks                     three tables: u32 count, u32 byte length, (count + 1) u32 offsets, bytes
//! resources, data sources, ephemerals      three indexes: u32 count, then (u32 name, u32 block) sorted by name
//! provider configuration                   u32 block
//! ```
//!
//! Integers are little-endian. Names are sorted by bytes, so the order of ids is the order of names. A type refers
//! only to types before it and a block only to blocks before it, so no file can describe a cycle.
//!
//! A type is a tag and, by tag, the element's type or a count and the elements (a field is a name, its type and
//! whether it is optional). A block is a byte of flags, the byte length of its attributes, the attributes (name as
//! distance from the one before, flags, type), then nested blocks (name as distance, flags, bounds as flagged, block).

pub(super) const MAGIC: &[u8; 8] = b"ILSCHEMA";
pub(super) const FORMAT: u32 = 1;

/// Deeper nesting than any provider has; keeps recursion over a corrupt file short.
pub(super) const MAX_DEPTH: u32 = 64;

/// Tags of types.
pub(super) mod tag {
    pub(in crate::schema) const ANY: u8 = 0;
    pub(in crate::schema) const BOOL: u8 = 1;
    pub(in crate::schema) const NUMBER: u8 = 2;
    pub(in crate::schema) const STRING: u8 = 3;
    pub(in crate::schema) const LIST: u8 = 4;
    pub(in crate::schema) const SET: u8 = 5;
    pub(in crate::schema) const MAP: u8 = 6;
    pub(in crate::schema) const TUPLE: u8 = 7;
    pub(in crate::schema) const OBJECT: u8 = 8;
}

/// Flags of attributes, blocks and nested blocks.
pub(super) mod flag {
    pub(in crate::schema) const REQUIRED: u8 = 1;
    pub(in crate::schema) const OPTIONAL: u8 = 2;
    pub(in crate::schema) const COMPUTED: u8 = 4;
    pub(in crate::schema) const SENSITIVE: u8 = 8;
    pub(in crate::schema) const DEPRECATED: u8 = 16;
    pub(in crate::schema) const WRITE_ONLY: u8 = 32;

    pub(in crate::schema) const BLOCK_DEPRECATED: u8 = 1;
    /// An attribute in it, at any depth, may be of any type.
    pub(in crate::schema) const BLOCK_HAS_ANY: u8 = 2;

    /// The low bits of a nested block's flags are its nesting.
    pub(in crate::schema) const NESTING: u8 = 7;
    pub(in crate::schema) const HAS_MIN: u8 = 8;
    pub(in crate::schema) const HAS_MAX: u8 = 16;
}

/// Reads forward; every read is `None` past the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) const fn position(self) -> usize {
        self.at
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(len)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let bytes = self.take(4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }

    /// Seven bits a byte, the lowest first, at most five bytes.
    pub(super) fn varint(&mut self) -> Option<u32> {
        let mut value = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).ok();
            }
        }
        None
    }

    pub(super) fn text(&mut self) -> Option<&'b str> {
        let len = usize::try_from(self.varint()?).ok()?;
        std::str::from_utf8(self.take(len)?).ok()
    }
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// A table of byte strings by number, as positions in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) count: u32,
    offsets: usize,
    data: usize,
    len: u32,
}

impl Table {
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let count = cursor.u32()?;
        let len = cursor.u32()?;
        let offsets = cursor.position();
        cursor.take(usize::try_from(count).ok()?.checked_add(1)?.checked_mul(4)?)?;
        let data = cursor.position();
        cursor.take(usize::try_from(len).ok()?)?;
        Some(Self { count, offsets, data, len })
    }

    pub(super) fn get(self, file: &[u8], id: u32) -> Option<&[u8]> {
        if id >= self.count {
            return None;
        }
        let at = self.offsets.checked_add(usize::try_from(id).ok()?.checked_mul(4)?)?;
        let mut cursor = Cursor { bytes: file, at };
        let (start, end) = (cursor.u32()?, cursor.u32()?);
        if end > self.len {
            return None;
        }
        let start = self.data.checked_add(usize::try_from(start).ok()?)?;
        let end = self.data.checked_add(usize::try_from(end).ok()?)?;
        file.get(start..end)
    }
}

/// Blocks by the name of their type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Index {
    pub(super) count: u32,
    at: usize,
}

impl Index {
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let count = cursor.u32()?;
        let at = cursor.position();
        cursor.take(usize::try_from(count).ok()?.checked_mul(8)?)?;
        Some(Self { count, at })
    }

    /// The name and the block at a place.
    pub(super) fn entry(self, file: &[u8], place: u32) -> Option<(u32, u32)> {
        if place >= self.count {
            return None;
        }
        let at = self.at.checked_add(usize::try_from(place).ok()?.checked_mul(8)?)?;
        let mut cursor = Cursor { bytes: file, at };
        Some((cursor.u32()?, cursor.u32()?))
    }

    pub(super) fn find(self, file: &[u8], name: u32) -> Option<u32> {
        let place = search(self.count, |place| Some(self.entry(file, place)?.0.cmp(&name)))?;
        Some(self.entry(file, place)?.1)
    }
}

/// Binary search by number; `None` also when a probe cannot be read.
pub(super) fn search(count: u32, probe: impl Fn(u32) -> Option<std::cmp::Ordering>) -> Option<u32> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match probe(middle)? {
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_come_back() {
        for value in [0, 1, 127, 128, 300, 16_383, 16_384, u32::MAX] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            assert_eq!(Cursor::new(&out).varint(), Some(value));
        }
    }

    #[test]
    fn a_varint_that_does_not_end_or_fit_is_none() {
        assert_eq!(Cursor::new(&[0x80]).varint(), None);
        assert_eq!(Cursor::new(&[0xff, 0xff, 0xff, 0xff, 0x7f]).varint(), None);
        assert_eq!(Cursor::new(&[0x80; 6]).varint(), None);
    }
}
