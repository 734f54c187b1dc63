//! Bytes in a manifest: a string whose every character, U+0000 to U+00FF, stands for one byte
//! (ISO-8859-1). JSON strings are Unicode, and header fields are not.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Bytes as a manifest writes them.
pub(crate) struct Latin1(pub(crate) Vec<u8>);

impl<'de> Deserialize<'de> for Latin1 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes: Result<_, _> = text.chars().map(u8::try_from).collect();
        bytes.map(Self).map_err(|_| D::Error::custom("a character above U+00FF, which is no byte"))
    }
}

/// A name and a value.
#[derive(Deserialize)]
pub(crate) struct Pair(pub(crate) Latin1, pub(crate) Latin1);

impl From<Pair> for (Vec<u8>, Vec<u8>) {
    fn from(Pair(Latin1(name), Latin1(value)): Pair) -> Self {
        (name, value)
    }
}
