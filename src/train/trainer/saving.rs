//! A run taken out of a trainer, and another put in.

use super::{Kept, Trainer};
use crate::backend::Failure;
use crate::train::run::Run;
use crate::train::saved::SavedRun;

impl Trainer {
    /// Reads everything that the run goes on from elsewhere: the parameters, and all else. What was measured should have
    /// been taken in before.
    pub fn read_run(&mut self) -> impl Future<Output = Result<(Vec<f32>, SavedRun), Failure>> + use<> {
        let saved = self.run.saved(&self.settings, &self.dataset);
        let state = self.read_state();
        async move {
            let Kept { parameters, optimizer, .. } = state.await?;
            Ok((parameters, SavedRun { optimizer, ..saved }))
        }
    }

    /// Goes on with a run of this network that was read elsewhere, instead of this one; it is paused.
    ///
    /// # Errors
    /// It was trained on other images; nothing has changed.
    pub fn resume(&mut self, parameters: &[f32], saved: SavedRun) -> Result<(), String> {
        let run = Run::resumed(&saved, &self.dataset)?;
        self.settings = saved.settings;
        self.begin(run, parameters);
        self.kept.optimizer = saved.optimizer;
        self.backend.write_optimizer_state(&self.kept.optimizer);
        Ok(())
    }
}
