//! The engine at the command line: trains on MNIST and says how well.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    match command_line::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod command_line {
    use flate2::read::GzDecoder;
    use lenet::backend::cpu::{Threads, now};
    use lenet::backend::{Backend, Tap};
    use lenet::choice::{Hire, Machine, Wanted};
    use lenet::data::{Dataset, Split};
    use lenet::session::{Configuration, Session};
    use lenet::train::{Evaluation, Goal, Phase, checkpoint};
    use lexopt::prelude::*;
    use std::error::Error;
    use std::fs;
    use std::io::Read;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::thread::available_parallelism;
    use std::time::Instant;

    const USAGE: &str = "\
Trains a network on MNIST and prints its accuracy on the 10,000 test images.

usage: lenet train [--seeds N] [--data FOLDER] [--out FILE] [NAME=VALUE ...]

  --seeds N       train with the seeds 1 to N, one after the other (1)
  --data FOLDER   where MNIST's four gzipped files are (assets/mnist)
  --out FILE      save the last network as safetensors
  NAME=VALUE      preset=lenet5, epochs=5, learning_rate=0.003, train_on_all=true, workers=2, backend=webgpu, ...";

    struct Arguments {
        seeds: u32,
        data: PathBuf,
        out: Option<PathBuf>,
        configuration: Configuration,
    }

    pub fn run() -> Result<(), Box<dyn Error>> {
        let Some(arguments) = parse()? else {
            println!("{USAGE}");
            return Ok(());
        };
        let dataset = Arc::new(read_dataset(&arguments.data)?);
        let cores = available_parallelism().map_or(1, usize::from);
        let hire: Hire = Box::new(|plan, helpers| Box::new(Threads::new(plan, helpers)));
        let machine = Machine::new(dataset.clone(), cores, hire, None);
        let mut accuracies = Vec::new();
        for seed in 1..=arguments.seeds {
            let mut configuration = arguments.configuration.clone();
            if arguments.seeds > 1 {
                configuration.insert("seed".into(), seed.into());
            }
            let mut session = Session::new(&configuration, dataset.clone())?;
            let backend: Box<dyn Backend> = if session.wanted == Wanted::WebGpu {
                let gpu = now(machine.backend(session.trainer.plan()))?;
                println!("on {}", gpu.gpu().adapter());
                Box::new(gpu)
            } else {
                Box::new(machine.cpu(session.trainer.plan(), session.workers))
            };
            session.trainer.move_to(backend);
            let accuracy = train(&mut session)?.accuracy();
            accuracies.push(accuracy);
            if let Some(out) = &arguments.out {
                let parameters = now(session.trainer.backend().read(Tap::Parameters))?;
                fs::write(out, checkpoint::save(session.trainer.plan(), &parameters))
                    .map_err(|error| format!("{}: {error}", out.display()))?;
            }
        }
        let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        println!("mean of {} seeds: {:.2} % of the test images", accuracies.len(), 100.0 * mean);
        Ok(())
    }

    /// Trains to the end of the schedule and returns the last evaluation on the test set.
    fn train(session: &mut Session) -> Result<Evaluation, Box<dyn Error>> {
        let trainer = &mut session.trainer;
        let start = Instant::now();
        let mut asked = start;
        trainer.start(Goal::Schedule);
        let mut last = None;
        while trainer.is_busy() {
            if !trainer.backend().has_room() {
                now(trainer.backend().room())?;
            }
            trainer.advance();
            // Asked for seldom: a GPU has to be waited for.
            if trainer.is_busy() && !trainer.is_waiting() && asked.elapsed().as_secs_f64() < 0.2 {
                continue;
            }
            asked = Instant::now();
            let report = now(trainer.measure().arrive())?;
            trainer.take_in(&report);
            for evaluation in report.evaluations.into_iter().filter(|evaluation| evaluation.split == Split::Test) {
                let status = trainer.status();
                println!(
                    "seed {} epoch {:.0} step {}: train loss {:.4}, test loss {:.4}, test accuracy {:.2} % ({:.1} s)",
                    status.seed,
                    evaluation.epoch,
                    evaluation.step,
                    status.train_loss.unwrap_or(f32::NAN),
                    evaluation.loss,
                    100.0 * evaluation.accuracy(),
                    start.elapsed().as_secs_f64(),
                );
                last = Some(evaluation);
            }
        }
        match (trainer.status().phase, last) {
            (Phase::Finished, Some(evaluation)) => Ok(evaluation),
            _ => Err(trainer.status().message.unwrap_or("training ended early".into()).into()),
        }
    }

    fn parse() -> Result<Option<Arguments>, Box<dyn Error>> {
        let mut arguments =
            Arguments { seeds: 1, data: "assets/mnist".into(), out: None, configuration: Configuration::new() };
        let mut command = None;
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("seeds") => arguments.seeds = parser.value()?.parse()?,
                Long("data") => arguments.data = parser.value()?.into(),
                Long("out") => arguments.out = Some(parser.value()?.into()),
                Long("help") | Short('h') => return Ok(None),
                Value(word) if command.is_none() => command = Some(word.string()?),
                Value(pair) => {
                    let pair = pair.string()?;
                    let (name, value) = pair.split_once('=').ok_or_else(|| format!("{pair}: give NAME=VALUE"))?;
                    // A number, true or false; anything else is a word.
                    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
                    arguments.configuration.insert(name.into(), value);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        match command.as_deref() {
            Some("train") => Ok(Some(arguments)),
            None => Ok(None),
            Some(other) => Err(format!("there is no command \"{other}\"\n\n{USAGE}").into()),
        }
    }

    fn read_dataset(folder: &Path) -> Result<Dataset, Box<dyn Error>> {
        let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
        let mut files: [Vec<u8>; 4] = Default::default();
        for (name, bytes) in names.into_iter().zip(&mut files) {
            let path = folder.join(format!("{name}-ubyte.gz"));
            let mut read = || GzDecoder::new(fs::File::open(&path)?).read_to_end(bytes);
            read().map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(Dataset::from_idx(files)?)
    }
}
