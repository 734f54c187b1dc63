//! Bounds that keep a hostile input from winning.

/// What reading and judging may take. Each limit that is reached is a finding
/// ([`common::LIMIT`](crate::common::LIMIT)), never a panic or silence.
///
/// ```
/// let limits = faultbook_core::Limits::default();
/// assert_eq!(limits.body, 16 * 1024 * 1024);
/// assert_eq!(limits.findings, 100);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// The longest body that is judged, in bytes: 16 MiB.
    pub body: usize,
    /// The longest header field value that is judged, in bytes: 64 KiB.
    pub field: usize,
    /// How deep XML elements may be nested: 1,000. JSON has no such limit: reading it takes no
    /// stack.
    pub xml_depth: usize,
    /// How many findings of one response are kept: 100. The rest is counted.
    pub findings: usize,
    /// How many errors of one response are kept: 10,000. The rest is counted.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 16 * 1024 * 1024,
            field: 64 * 1024,
            xml_depth: 1_000,
            findings: 100,
            errors: 10_000,
        }
    }
}
