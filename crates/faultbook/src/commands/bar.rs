//! How far a run has come, shown on a terminal and nowhere else.

use std::io::IsTerminal as _;
use std::sync::atomic::Ordering;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Check;
use crate::pipeline::Progress;
use crate::report::Summary;

/// A bar on standard error; nothing where that is no terminal.
pub(super) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(super) fn new(args: &Check) -> Self {
        let is_shown = !args.no_progress && !args.quiet && std::io::stderr().is_terminal();
        Self(is_shown.then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template(
                "{bar:20} {bytes}/{total_bytes} {bytes_per_sec} {eta} left, {msg}",
            );
            match style {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        }))
    }

    /// Shows how far the run has come, some times a second however often it is called.
    pub(super) fn tick(&self, progress: &Progress, summary: &Summary) {
        if let Some(bar) = &self.0 {
            bar.set_length(progress.total.load(Ordering::Relaxed));
            bar.set_position(progress.read.load(Ordering::Relaxed));
            bar.set_message(format!("{} judged", summary.judged()));
        }
    }

    /// Writes without the bar in between.
    pub(super) fn hidden<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub(super) fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
