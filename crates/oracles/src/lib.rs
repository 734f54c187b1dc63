//! What must hold for any bytes: one function a property.
//!
//! An oracle takes any input and panics where its property does not hold. The fuzz targets call
//! them (one target an oracle, of the same name), `cargo test` replays the corpus and everything
//! that was ever found through them, and proptest looks for more.
//!
//! ```
//! oracles::retry_after(b"120");
//! oracles::retry_after(b"\xFF nothing like a date");
//!
//! let oracle = oracles::oracle("retry_after").expect("it is in the table");
//! assert!(oracle.seeds().iter().all(|seed| !seed.name.is_empty()));
//! ```

mod capture;
mod dictionary;
mod formats;
mod headers;
mod json;
pub mod mutate;
mod oracle;
mod reach;
mod response;
mod sampling;
mod seeds;
#[cfg(test)]
mod testing;
mod xml;

pub use capture::capture;
pub use dictionary::dictionary;
pub use formats::{
    ampache_json, ampache_pair, ampache_xml, code, groove_json, lineworks_json, onedrive_json,
};
pub use headers::{retry_after, www_authenticate};
pub use json::{json, json_fault, json_jiter, json_text};
pub use oracle::{ORACLES, Oracle, oracle};
pub use reach::rules_found;
pub use response::{message, response, service};
pub use sampling::sample;
pub use seeds::Seed;
pub use xml::{xml, xml_encoding};
