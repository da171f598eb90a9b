//! A crew of native threads.

use super::crew::Crew;
use super::worker::{Job, Task, Worker};
use crate::backend::Objective;
use crate::network::Plan;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Helper threads, which end with the crew.
pub struct Threads {
    plan: Plan,
    parameters: Arc<Vec<f32>>,
    threads: Vec<Thread>,
}

/// One helper thread, as the worker that gives it jobs sees it.
struct Thread {
    jobs: Sender<Parcel>,
    answers: Receiver<Parcel>,
    /// The parcel of the last job, whose buffers are used again for the next job.
    returned: Option<Parcel>,
}

/// A job on its way to a thread, or its results on the way back.
struct Parcel {
    parameters: Arc<Vec<f32>>,
    task: Task,
    batch: usize,
    part: usize,
    parts: usize,
    images: Vec<u8>,
    labels: Vec<u8>,
    numbers: Vec<f32>,
    objective: Objective,
}

impl Threads {
    /// `helpers` threads for a network of `plan`.
    pub fn new(plan: &Plan, helpers: usize) -> Self {
        let threads = (0..helpers).map(|_| Thread::start(plan.clone())).collect();
        Threads { plan: plan.clone(), parameters: Arc::default(), threads }
    }
}

impl Thread {
    fn start(plan: Plan) -> Self {
        let (jobs, to_do) = channel::<Parcel>();
        let (done, answers) = channel();
        thread::spawn(move || {
            let mut worker = Worker::new(plan);
            let mut packed = Arc::default();
            for mut parcel in to_do {
                if !Arc::ptr_eq(&packed, &parcel.parameters) {
                    packed = parcel.parameters.clone();
                    worker.write_parameters(&packed);
                }
                let Parcel { task, batch, part, parts, ref images, ref labels, ref objective, ref mut numbers, .. } =
                    parcel;
                let job = Job { task, batch, part, parts, images, labels, objective };
                worker.work(&job, numbers);
                if done.send(parcel).is_err() {
                    break;
                }
            }
        });
        Thread { jobs, answers, returned: None }
    }
}

impl Crew for Threads {
    fn helpers(&self) -> usize {
        self.threads.len()
    }

    fn write_parameters(&mut self, parameters: &[f32]) {
        self.parameters = Arc::new(parameters.to_vec());
    }

    fn give(&mut self, helper: usize, job: &Job) -> bool {
        let thread = &mut self.threads[helper];
        let Job { task, batch, part, parts, images, labels, objective } = *job;
        let (mut numbers, mut own_images, mut own_labels) =
            thread.returned.take().map(|parcel| (parcel.numbers, parcel.images, parcel.labels)).unwrap_or_default();
        numbers.resize(task.numbers(&self.plan), 0.0);
        own_images.clear();
        own_images.extend_from_slice(images);
        own_labels.clear();
        own_labels.extend_from_slice(labels);
        let parameters = self.parameters.clone();
        let (images, labels) = (own_images, own_labels);
        let parcel =
            Parcel { parameters, task, batch, part, parts, images, labels, numbers, objective: objective.clone() };
        thread.jobs.send(parcel).is_ok()
    }

    fn take(&mut self, helper: usize, numbers: &mut [f32]) -> bool {
        match self.threads[helper].answers.recv() {
            Ok(parcel) => {
                numbers.copy_from_slice(&parcel.numbers);
                self.threads[helper].returned = Some(parcel);
                true
            }
            // The thread has panicked: a new one replaces it.
            Err(_) => {
                self.threads[helper] = Thread::start(self.plan.clone());
                false
            }
        }
    }
}
