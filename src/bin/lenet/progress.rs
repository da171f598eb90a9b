//! Shows the progress of a run: a bar on a terminal, otherwise a line every few seconds.

use super::command::note;
use indicatif::{ProgressBar, ProgressStyle};
use lenet::train::{Phase, RunStatus};
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

/// The time between two lines if the output is not a terminal.
const QUIET: Duration = Duration::from_secs(5);
/// Positions of the bar per epoch.
const NOTCHES: f64 = 10_000.0;

pub struct Progress {
    bar: Option<ProgressBar>,
    printed: Instant,
}

impl Progress {
    pub fn new() -> Progress {
        let style = ProgressStyle::with_template("{bar:30} {msg}, {eta} left").expect("the template is one");
        let bar = stderr().is_terminal().then(|| ProgressBar::new(1).with_style(style));
        Progress { bar, printed: Instant::now() }
    }

    /// Shows where the run stands.
    pub fn show(&mut self, status: &RunStatus) {
        match &self.bar {
            Some(bar) => {
                bar.set_length((NOTCHES * status.epochs) as u64);
                bar.set_position((NOTCHES * status.epoch) as u64);
                bar.set_message(words(status));
            }
            None if self.printed.elapsed() >= QUIET && status.phase == Phase::Training => {
                note(&words(status));
                self.printed = Instant::now();
            }
            None => {}
        }
    }

    /// Prints lines above the bar, where they stay.
    pub fn print(&self, print: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<()> {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Prints a sentence beside the output, above the bar.
    pub fn note(&self, sentence: &str) {
        let _ = self.print(|| {
            note(sentence);
            Ok(())
        });
    }

    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn words(status: &RunStatus) -> String {
    let RunStatus { epoch, epochs, images_per_second, train_loss, .. } = status;
    let loss = train_loss.map_or(String::new(), |loss| format!(", loss {loss:.4}"));
    format!("epoch {epoch:.2} of {epochs}, {images_per_second:.0} images/s{loss}")
}
