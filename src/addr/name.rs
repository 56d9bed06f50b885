//! Interned names: one pointer to copy, compare and hash.
//!
//! The table is never emptied, so a name's text lives as long as the program. It is bounded by the distinct names of
//! what is read. Reading a name takes no lock.

use std::{
    cmp::Ordering,
    collections::HashMap,
    fmt,
    hash::{BuildHasher, Hash, Hasher},
    ops::Deref,
    sync::{Mutex, PoisonError},
};

use foldhash::fast::FixedState;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An interned name: a variable, a local, a resource type, an attribute.
#[derive(Clone, Copy)]
pub struct Name(&'static Text);

/// Behind one pointer, so that a name is as small as that.
struct Text(Box<str>);

type Shard = Mutex<HashMap<&'static str, Name, FixedState>>;

/// Threads that intern at once seldom meet in one shard.
const SHARDS: usize = 16;

static TABLE: [Shard; SHARDS] = [const { Mutex::new(HashMap::with_hasher(FixedState::with_seed(0))) }; SHARDS];

/// Interns a name.
#[must_use]
pub fn name(text: &str) -> Name {
    let hash = FixedState::with_seed(1).hash_one(text);
    let shard = &TABLE[hash as usize % SHARDS];
    let mut names = shard.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(text) {
        return *known;
    }
    let new = Name(Box::leak(Box::new(Text(text.into()))));
    names.insert(&new.0.0, new);
    new
}

impl Name {
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        &self.0.0
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Default for Name {
    fn default() -> Self {
        name("")
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

/// By text, so that an order never depends on what was interned first.
impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other { Ordering::Equal } else { self.as_str().cmp(other.as_str()) }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Interning)
    }
}

/// Interns a text as it is read, without a copy of it.
struct Interning;

impl de::Visitor<'_> for Interning {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Name, E> {
        Ok(name(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_name() {
        let again = name(&String::from("cidr_block"));
        assert_eq!(name("cidr_block"), again);
        assert_ne!(name("cidr_block"), name("cidr_blok"));
        assert_eq!(size_of::<Name>(), size_of::<usize>());
    }

    #[test]
    fn names_are_ordered_by_their_text() {
        let mut names = ["b", "", "a", "ab"].map(name);
        names.sort();
        assert_eq!(names.map(|name| name.as_str()), ["", "a", "ab", "b"]);
    }

    #[test]
    fn all_threads_get_the_same_name() {
        let of_thread = || std::thread::spawn(|| (0..1_000).map(|i| name(&format!("n{i}"))).collect::<Vec<_>>());
        let threads: Vec<_> = (0..4).map(|_| of_thread()).collect();
        let lists: Vec<Vec<Name>> = threads.into_iter().map(|thread| thread.join().expect("it ends")).collect();
        assert!(lists.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
