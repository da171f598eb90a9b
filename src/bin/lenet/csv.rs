//! The table of measurements as CSV: one row for each mini-batch and each evaluation, in the order of steps.

use super::command::Result;
use super::files;
use super::output::{Claim, Output};
use lenet::train::{Evaluation, Report};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};

/// In rows of the split `train`, loss and accuracy are those of the mini-batch before its step. Only these rows have a
/// learning rate, which is that of the step.
const HEADER: &str = "seed,split,step,epoch,seconds,loss,accuracy,learning_rate";

/// The epoch and the learning rate of a step.
#[derive(Clone, Copy)]
pub struct Step {
    /// The number of epochs done after the step.
    pub epoch: f64,
    pub learning_rate: f32,
}

/// A table that is being written.
pub struct Table<'a> {
    output: &'a Output,
    file: BufWriter<Box<dyn Write>>,
    /// The seed and the step of the last mini-batch in the table.
    last: (u32, u32),
    _claim: Option<Claim>,
}

impl<'a> Table<'a> {
    /// Creates a file.
    ///
    /// # Errors
    /// The file cannot be written, or another run writes to it.
    pub fn create(output: &'a Output) -> Result<Table<'a>> {
        let claim = output.claim()?;
        let file = BufWriter::new(output.begin(format!("{HEADER}\n").as_bytes())?);
        Ok(Table { output, file, last: (0, 0), _claim: claim })
    }

    /// Opens the table of a run that continues after `step`. Rows of this seed after that step are removed, because
    /// those steps are made again.
    ///
    /// # Errors
    /// The file is not such a table, or cannot be written.
    pub fn resume(output: &'a Output, seed: u32, step: u32) -> Result<Table<'a>> {
        if !output.file().is_some_and(|path| path.exists()) {
            return Self::create(output);
        }
        let claim = output.claim()?;
        let file = BufWriter::new(output.begin(kept(output, seed, step)?.as_bytes())?);
        Ok(Table { output, file, last: (seed, step), _claim: claim })
    }

    /// Adds the measurements of a report. `steps` has at least its steps. If the run went back to an earlier step, the
    /// rows after that step are overwritten.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, seed: u32, report: &Report, steps: &BTreeMap<u32, Step>) -> Result<()> {
        if seed == self.last.0 && (1..=self.last.1).contains(&report.first_step) {
            self.flush()?;
            self.last = (seed, report.first_step - 1);
            let kept = kept(self.output, seed, self.last.1)?;
            self.file = BufWriter::new(self.output.begin(kept.as_bytes())?);
        }
        let mut rows = String::new();
        let mut evaluations = report.evaluations.iter().peekable();
        let measured = report.losses.iter().zip(&report.accuracies).zip(&report.seconds);
        for (step, ((loss, accuracy), seconds)) in (report.first_step..).zip(measured) {
            while let Some(evaluation) = evaluations.next_if(|evaluation| evaluation.step < step) {
                add_evaluation(&mut rows, seed, evaluation)?;
            }
            let Step { epoch, learning_rate } = steps[&step];
            writeln!(rows, "{seed},train,{step},{epoch:.5},{seconds:.3},{loss},{accuracy},{learning_rate}")?;
            self.last = (seed, step);
        }
        evaluations.try_for_each(|evaluation| add_evaluation(&mut rows, seed, evaluation))?;
        self.file.write_all(rows.as_bytes()).map_err(|why| files::of(self.output.name(), why))
    }

    /// Writes all rows to the file. This happens before a checkpoint, because a continued run expects these rows.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        self.file.flush().map_err(|why| files::of(self.output.name(), why))
    }
}

/// The present table without the rows of this seed after `step`; nothing of a pipe or device.
fn kept(output: &Output, seed: u32, step: u32) -> Result<String> {
    let Some(path) = output.file() else { return Ok(String::new()) };
    let text = fs::read_to_string(path).map_err(|why| files::of(output.name(), why))?;
    if text.lines().next().is_some_and(|first| first != HEADER) {
        let why = format!("this is not the table of a run, which begins with {HEADER}");
        return Err(files::of(output.name(), why));
    }
    let mut kept = format!("{HEADER}\n");
    // The last line may be incomplete, so it counts only if it ends.
    for line in text.split_inclusive('\n').skip(1).filter(|line| line.ends_with('\n')) {
        if let [of_seed, _, of_step, ..] = line.split(',').collect::<Vec<_>>()[..]
            && let (Ok(of_seed), Ok(of_step)) = (of_seed.parse::<u32>(), of_step.parse::<u32>())
            && (of_seed != seed || of_step <= step)
        {
            kept += line;
        }
    }
    Ok(kept)
}

fn add_evaluation(rows: &mut String, seed: u32, evaluation: &Evaluation) -> std::fmt::Result {
    let Evaluation { split, step, epoch, seconds, loss, .. } = evaluation;
    writeln!(rows, "{seed},{},{step},{epoch:.5},{seconds:.3},{loss},{},", split.name(), evaluation.accuracy())
}
