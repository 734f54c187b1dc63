//! Fewer questions an input, for those who have millions of inputs.

use std::sync::atomic::{AtomicBool, Ordering};

static SAMPLING: AtomicBool = AtomicBool::new(false);

/// From now on oracles ask of most inputs only what is quickly answered, and the input's bytes
/// decide of which they ask more: for fuzz targets. What fails so, fails without this too.
pub fn sample() {
    SAMPLING.store(true, Ordering::Relaxed);
}

pub(crate) fn is_sampling() -> bool {
    SAMPLING.load(Ordering::Relaxed)
}
