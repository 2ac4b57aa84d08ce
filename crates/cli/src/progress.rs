//! A bar on the terminal while many files are read; nothing where nobody watches.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

/// How far a run is.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for `files` files: only for several, and only on a terminal.
    pub(crate) fn of(files: usize) -> Self {
        if files < 2 || !io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(files as u64);
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} files, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(Some(bar))
    }

    /// Does `print`, which may write to the terminal, and counts one file more.
    pub(crate) fn one_more<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => {
                let printed = bar.suspend(print);
                bar.inc(1);
                printed
            }
            None => print(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
