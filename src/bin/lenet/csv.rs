//! What was measured, as a table in a file: a row for every mini-batch and for every evaluation, in the order of steps.

use super::command::Result;
use super::files;
use lenet::train::{Evaluation, Report};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// `train` in `split` is the mini-batch itself, before its step. Only there is a learning rate: the step's.
const HEADER: &str = "seed,split,step,epoch,seconds,loss,accuracy,learning_rate";
const STEP: usize = 2;

/// How a mini-batch's step was made.
#[derive(Clone, Copy)]
pub struct Step {
    /// Counted from 1.
    pub step: u32,
    /// Epochs done after it.
    pub epoch: f64,
    pub learning_rate: f32,
}

/// Such a file being written.
pub struct Table {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Table {
    /// A new file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn create(path: &Path) -> Result<Table> {
        files::replace(path, format!("{HEADER}\n").as_bytes())?;
        Self::append(path)
    }

    /// The file of a run that goes on after `step`; what a later one left behind in it never happened.
    ///
    /// # Errors
    /// It is no such file, or cannot be written.
    pub fn resume(path: &Path, step: u32) -> Result<Table> {
        if !path.exists() {
            return Self::create(path);
        }
        let text = fs::read_to_string(path).map_err(|why| files::of(path, why))?;
        if text.lines().next() != Some(HEADER) {
            return Err(files::of(path, format!("this is no table of a run, which begins with {HEADER}")));
        }
        let mut kept = format!("{HEADER}\n");
        // The last line may have been cut off.
        for line in text.split_inclusive('\n').skip(1).filter(|line| line.ends_with('\n')) {
            let of = line.split(',').nth(STEP).and_then(|of| of.parse::<u32>().ok());
            if of.is_some_and(|of| of <= step) {
                kept += line;
            }
        }
        files::replace(path, kept.as_bytes())?;
        Self::append(path)
    }

    fn append(path: &Path) -> Result<Table> {
        let file = File::options().append(true).open(path).map_err(|why| files::of(path, why))?;
        Ok(Table { path: path.to_owned(), file: BufWriter::new(file) })
    }

    /// Adds what a report tells; `steps` are those of its losses.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, seed: u32, report: &Report, steps: &[Step]) -> Result<()> {
        let mut rows = String::new();
        let mut evaluations = report.evaluations.iter().peekable();
        let measured = report.losses.iter().zip(&report.accuracies).zip(&report.seconds);
        for (&Step { step, epoch, learning_rate }, ((loss, accuracy), seconds)) in steps.iter().zip(measured) {
            while let Some(evaluation) = evaluations.next_if(|evaluation| evaluation.step < step) {
                add_evaluation(&mut rows, seed, evaluation)?;
            }
            writeln!(rows, "{seed},train,{step},{epoch:.5},{seconds:.3},{loss},{accuracy},{learning_rate}")?;
        }
        evaluations.try_for_each(|evaluation| add_evaluation(&mut rows, seed, evaluation))?;
        self.file.write_all(rows.as_bytes()).map_err(|why| files::of(&self.path, why))
    }

    /// Has the rows so far written: before a checkpoint, which says that they were.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        self.file.flush().map_err(|why| files::of(&self.path, why))
    }
}

fn add_evaluation(rows: &mut String, seed: u32, evaluation: &Evaluation) -> std::fmt::Result {
    let Evaluation { split, step, epoch, seconds, loss, .. } = evaluation;
    writeln!(rows, "{seed},{},{step},{epoch:.5},{seconds:.3},{loss},{},", split.name(), evaluation.accuracy())
}
