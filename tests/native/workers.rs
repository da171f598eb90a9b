//! Several workers compute the bits of one, even if some of them fail.

use crate::support::{noise, now, read};
use lenet::backend::cpu::{Alone, CpuBackend, Crew, Job, MAX_SHARDS, Sums, Task, Threads, Worker};
use lenet::backend::{Backend, Objective, Optimizer, StepConfig, Tap};
use lenet::data::{Dataset, MNIST};
use lenet::network::{Initialization, Plan, initial_parameters, preset};
use std::sync::Arc;

fn plan() -> Plan {
    Plan::new(&preset("lenet5").unwrap()).unwrap()
}

/// The result of a run, as bits: mini-batches of many sizes, evaluations between them, both optimizers.
fn run(dataset: &Arc<Dataset>, crew: Box<dyn Crew>) -> Vec<u32> {
    let mut engine = CpuBackend::with_crew(plan(), dataset.clone(), crew);
    engine.write_parameters(&initial_parameters(&plan(), Initialization::He, 1));
    let images: Vec<u32> = (0..dataset.len() as u32 - 1).collect();
    let mut seen = Vec::new();
    for optimizer in [Optimizer::Sgd, Optimizer::Adam] {
        let step =
            StepConfig { optimizer, learning_rate: 1e-3, momentum: 0.9, weight_decay: 1e-3, ..StepConfig::default() };
        for size in [1, 9, 10, 33, 64, 100, 150] {
            engine.train_step(&images[..size], &step);
        }
        engine.evaluate(&images);
        engine.gradients(&images[..70]);
        for tap in [Tap::Gradients, Tap::Loss, Tap::Steps, Tap::Evaluation, Tap::Parameters] {
            seen.extend(read(&mut engine, tap));
        }
    }
    let memory = now(engine.read_optimizer_state()).unwrap();
    seen.extend(memory.first.into_iter().chain(memory.second));
    seen.into_iter().map(f32::to_bits).collect()
}

#[test]
fn one_two_four_and_eight_workers_come_to_the_same_bits() {
    let dataset = noise(300, 1);
    let alone = run(&dataset, Box::new(Alone));
    for workers in [2, 4, 8] {
        assert!(run(&dataset, Box::new(Threads::new(&plan(), workers - 1))) == alone, "{workers} workers");
    }
    // Three cannot halve a mini-batch evenly: two of them work.
    assert!(run(&dataset, Box::new(Threads::new(&plan(), 2))) == alone);
}

/// Helpers that sometimes refuse a job or return nothing.
struct Unreliable {
    threads: Threads,
    calls: u32,
}

impl Unreliable {
    fn fails(&mut self) -> bool {
        self.calls += 1;
        self.calls.is_multiple_of(3)
    }
}

impl Crew for Unreliable {
    fn helpers(&self) -> usize {
        self.threads.helpers()
    }

    fn write_parameters(&mut self, parameters: &[f32]) {
        self.threads.write_parameters(parameters);
    }

    fn begin(&mut self) {
        self.threads.begin();
    }

    fn give(&mut self, helper: usize, worker: usize, workers: usize, job: &Job) -> bool {
        !self.fails() && self.threads.give(helper, worker, workers, job)
    }

    fn claim(&mut self, shard: usize) -> bool {
        self.threads.claim(shard)
    }

    fn take(&mut self, helper: usize, length: usize, sums: &mut Sums) {
        if self.fails() {
            self.threads.take(helper, length, &mut Sums::default());
        } else {
            self.threads.take(helper, length, sums);
        }
    }
}

#[test]
fn what_helpers_leave_undone_is_done_all_the_same() {
    let dataset = noise(300, 1);
    let crew = Unreliable { threads: Threads::new(&plan(), 3), calls: 0 };
    assert!(run(&dataset, Box::new(crew)) == run(&dataset, Box::new(Alone)));
}

/// A label that does not exist makes a thread panic.
#[test]
fn a_thread_that_dies_is_replaced() {
    let mut crew = Threads::new(&plan(), 1);
    let parameters = initial_parameters(&plan(), Initialization::He, 1);
    crew.write_parameters(&parameters);
    let images = [7; MNIST.pixels()];
    let objective = Objective::default();
    let job = |labels| Job { task: Task::Evaluation, images: &images, labels, objective: &objective };
    let mut sums = Sums::default();
    let mut ask = |labels: &'static [u8]| {
        crew.begin();
        assert!(crew.give(0, 0, 1, &job(labels)));
        crew.take(0, 101, &mut sums);
        sums.take_all()
    };
    assert!(ask(&[200]).is_none());
    let numbers = ask(&[3]).unwrap();
    let mut own = Sums::default();
    let mut worker = Worker::new(plan());
    worker.write_parameters(&parameters);
    worker.work(&job(&[3]), (0, 1), MAX_SHARDS, &mut own, |_| true);
    assert_eq!(numbers, own.take_all().unwrap());
    assert_eq!(numbers[1..].iter().sum::<f32>(), 1.0);
}
