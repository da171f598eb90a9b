//! Learning: settings, schedule, the run of mini-batches and evaluations, and checkpoints. It computes through `Backend`
//! alone and so knows neither CPU nor GPU.

pub mod checkpoint;
mod metrics;
pub mod onnx;
mod position;
mod rate_finder;
mod run;
pub mod sampling;
mod saved;
mod schedule;
mod settings;
mod state_dict;
mod status;
mod tensors;
mod trainer;

pub use metrics::{Evaluation, Measured, Report};
pub use rate_finder::{RateCurve, RateFinder, SWEEP};
pub use saved::{SavedBest, SavedRun};
pub use schedule::Schedule;
pub use settings::{Applies, SETTINGS, Setting, Settings};
pub use state_dict::Assumed;
pub use status::{Goal, Phase, RunStatus};
pub use trainer::{Kept, Trainer};
