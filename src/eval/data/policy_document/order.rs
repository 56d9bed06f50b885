//! The order in which the provider meets the elements of a set: that of their checksums' texts.

use crate::value::Value;

/// The CRC-32 of IEEE 802.3, which is also what a document's `id` is.
pub(super) fn checksum(text: &str) -> u32 {
    let step = |crc: u32, byte: u8| {
        let at = usize::from(crc.to_le_bytes()[0] ^ byte);
        (crc >> 8) ^ TABLE.get(at).copied().unwrap_or(0)
    };
    !text.bytes().fold(u32::MAX, step)
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        // At most 255, which fits.
        let mut entry = i as u32;
        let mut bit = 0;
        while bit < 8 {
            entry = if entry & 1 == 1 { (entry >> 1) ^ 0xedb8_8320 } else { entry >> 1 };
            bit += 1;
        }
        table[i] = entry;
        i += 1;
    }
    table
};

/// The elements of a set of blocks in the provider's order. Where something in them is unknown nobody knows it yet.
pub(super) fn met(blocks: &[Value]) -> Vec<&Value> {
    let mut keyed: Vec<(Option<String>, &Value)> =
        blocks.iter().map(|block| (block_text(block).map(|text| key(&text)), block)).collect();
    if keyed.iter().all(|(key, _)| key.is_some()) {
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
    }
    keyed.into_iter().map(|(_, block)| block).collect()
}

fn key(text: &str) -> String {
    checksum(text).to_string()
}

/// A block as it is summed up: its arguments by name, sets in braces, lists in parentheses.
fn block_text(block: &Value) -> Option<String> {
    let mut text = String::new();
    for (name, value) in block.entries()? {
        text.push_str(name);
        text.push(':');
        match (value.as_str(), value.items()) {
            (Some(value), _) => text.push_str(value),
            (None, Some(items)) => {
                let mut texts =
                    items.iter().map(|item| Some(format!("{};", item.as_str()?))).collect::<Option<Vec<_>>>()?;
                let set = matches!(value.kind, crate::value::Kind::Set(_));
                if set {
                    texts.sort_by_key(|text| key(text));
                }
                let (open, close) = if set { ('{', '}') } else { ('(', ')') };
                text.push(open);
                text.extend(texts);
                text.push(close);
            }
            (None, None) => return None,
        }
        text.push(';');
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_known_ones() {
        assert_eq!(checksum(""), 0);
        assert_eq!(checksum("123456789"), 0xcbf4_3926);
    }
}
