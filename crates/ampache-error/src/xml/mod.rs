//! A strict pull reader for XML 1.0 without document types, and the writing of text as XML.
//!
//! [`decode`] turns bytes in any encoding into text and keeps the way back, [`Reader`] gives the
//! events of that text with every well-formedness check of XML 1.0 (fifth edition) that matters
//! where no document type is processed, [`Value`] puts the pieces of an element's text together,
//! and [`push_cdata`] and [`push_attribute`] write. Nothing is allocated for an ordinary document
//! in UTF-8.
//!
//! Reading goes on past what can be passed over safely: such faults are listed by
//! [`Reader::faults`], and the one that stops the reading is returned.
//!
//! ```
//! use ampache_error::xml::{Event, Reader, decode};
//!
//! let decoded = decode(b"<root>fish & chips</root>");
//! let mut xml = Reader::new(decoded.text());
//! let mut text = String::new();
//! while let Some(event) = xml.next_event()? {
//!     if let Event::Text { text: piece, .. } = event {
//!         text.push_str(piece);
//!     }
//! }
//! assert_eq!(text, "fish & chips");
//! assert_eq!(
//!     decoded.fault(&xml.faults()[0]).to_string(),
//!     "found `&` at byte 11, expected `&amp;` or a whole reference",
//! );
//! # Ok::<(), faultbook_core::Fault>(())
//! ```

mod attributes;
mod characters;
mod encoding;
pub(crate) mod error;
mod faults;
mod few;
mod reader;
mod value;
mod write;

pub use self::write::{WriteError, push_attribute, push_cdata};
pub use attributes::{Attribute, Attributes};
pub use characters::{is_char, is_name};
pub use encoding::{Decoded, decode};
pub use faults::FAULTS_KEPT;
pub use reader::{Event, Reader, Start};
pub use value::{Value, attribute_value};
