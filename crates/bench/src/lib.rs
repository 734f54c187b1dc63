//! Measures Faultbook's readers beside other libraries that read the same bytes.
//!
//! Only ratios count, and only those of one run: each round runs every contender once on the same
//! input, in an order that changes, and a ratio is the median of the rounds' own ratios.
//!
//! ```
//! use bench::inputs::documented_json;
//! use bench::readers::json_readers;
//!
//! let input = &documented_json()[0];
//! let ours = json_readers(input.service).first().unwrap();
//! assert!((ours.read)(&input.bytes) > 0);
//! ```

pub mod captures;
pub mod inputs;
pub mod instructions;
pub mod measures;
pub mod peers;
pub mod readers;
pub mod rounds;
pub mod start;
