//! A crew of native threads.

use super::crew::Crew;
use super::shards::{MAX_SHARDS, Sums};
use super::worker::{Job, Task, Worker};
use crate::backend::Objective;
use crate::network::Plan;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Helper threads, which end with the crew.
pub struct Threads {
    plan: Plan,
    parameters: Arc<Vec<f32>>,
    claims: Arc<Claims>,
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
    claims: Arc<Claims>,
    /// Which worker of how many the thread is.
    place: (usize, usize),
    task: Task,
    images: Vec<u8>,
    labels: Vec<u8>,
    objective: Objective,
    sums: Sums,
}

/// The shards of a mini-batch that somebody has claimed.
#[derive(Default)]
struct Claims(AtomicU32);

impl Claims {
    /// Claims a shard. Returns false if somebody has it.
    fn claim(&self, shard: usize) -> bool {
        // The order of the claims is not observable: the results travel through channels.
        self.0.fetch_or(1 << shard, Ordering::Relaxed) >> shard & 1 == 0
    }
}

impl Threads {
    /// `helpers` threads for a network of `plan`.
    pub fn new(plan: &Plan, helpers: usize) -> Self {
        let threads = (0..helpers).map(|_| Thread::start(plan.clone())).collect();
        Threads { plan: plan.clone(), parameters: Arc::default(), claims: Arc::default(), threads }
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
                let Parcel { ref claims, place, task, ref images, ref labels, ref objective, ref mut sums, .. } =
                    parcel;
                let job = Job { task, images, labels, objective };
                worker.work(&job, place, MAX_SHARDS, sums, |shard| claims.claim(shard));
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

    fn begin(&mut self) {
        self.claims = Arc::default();
    }

    fn give(&mut self, helper: usize, worker: usize, workers: usize, job: &Job) -> bool {
        let thread = &mut self.threads[helper];
        let Job { task, images, labels, objective } = *job;
        let (mut sums, mut own_images, mut own_labels) =
            thread.returned.take().map(|parcel| (parcel.sums, parcel.images, parcel.labels)).unwrap_or_default();
        sums.clear();
        own_images.clear();
        own_images.extend_from_slice(images);
        own_labels.clear();
        own_labels.extend_from_slice(labels);
        let parcel = Parcel {
            parameters: self.parameters.clone(),
            claims: self.claims.clone(),
            place: (worker, workers),
            task,
            images: own_images,
            labels: own_labels,
            objective: objective.clone(),
            sums,
        };
        thread.jobs.send(parcel).is_ok()
    }

    fn claim(&mut self, shard: usize) -> bool {
        self.claims.claim(shard)
    }

    fn take(&mut self, helper: usize, length: usize, sums: &mut Sums) {
        match self.threads[helper].answers.recv() {
            Ok(parcel) => {
                for (node, numbers) in parcel.sums.iter() {
                    let mut own = sums.buffer(length);
                    own.copy_from_slice(numbers);
                    sums.put(node, own);
                }
                self.threads[helper].returned = Some(parcel);
            }
            // The thread has panicked: a new one replaces it.
            Err(_) => self.threads[helper] = Thread::start(self.plan.clone()),
        }
    }
}
