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

mod headers;
pub mod mutate;
mod oracle;
mod seeds;
#[cfg(test)]
mod testing;

pub use headers::retry_after;
pub use oracle::{ORACLES, Oracle, oracle};
pub use seeds::Seed;
