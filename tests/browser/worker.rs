//! Engine in a dedicated worker.
