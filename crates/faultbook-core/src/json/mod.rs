//! A strict pull reader for RFC 8259, and a small writer.
//!
//! [`Reader`] gives one [`Token`] after another, each with its span in bytes of the body. It never
//! recurses, so a body nested a million deep costs no stack, and it allocates nothing on ordinary
//! bodies. Names that stand twice in one object are no fault: they are listed in [`Duplicates`].
//!
//! ```
//! use faultbook_core::json::{Kind, Reader};
//!
//! let body = br#"{"error": {"code": "itemNotFound", "code": "x"}, "at": [1, 2]}"#;
//! let mut json = Reader::new(body);
//! let mut codes = Vec::new();
//! while let Some(token) = json.next()? {
//!     match token.kind {
//!         Kind::String(text) => codes.push((text.decode(), json.pointer())),
//!         Kind::ArrayStart => assert_eq!(json.skip_container()?, 55..61),
//!         _ => {}
//!     }
//! }
//! assert_eq!(codes[0], ("itemNotFound".into(), Some("/error/code".to_owned())));
//!
//! let duplicate = json.duplicates().iter().next().unwrap();
//! assert_eq!((duplicate.first.clone(), duplicate.name.clone()), (11..17, 35..41));
//! # Ok::<(), faultbook_core::Fault>(())
//! ```

mod duplicates;
mod names;
mod number;
mod open;
mod pointer;
mod reader;
mod stack;
mod text;
mod token;
mod write;

pub use duplicates::{Duplicate, Duplicates};
pub use pointer::{MAX_POINTER, MAX_POINTER_LEVELS, pointer_push};
pub use reader::Reader;
pub use text::{Chars, Text};
pub use token::{Kind, Step, Token};
pub use write::{Writer, write_string};
