//! How a trainer's run is saved, and how a saved run continues.

use super::{Kept, Trainer};
use crate::backend::Failure;
use crate::train::run::Run;
use crate::train::saved::SavedRun;

impl Trainer {
    /// Reads the parameters and everything else that the run needs to continue elsewhere. Call `take_in` before with all that
    /// was measured.
    pub fn read_run(&mut self) -> impl Future<Output = Result<(Vec<f32>, SavedRun), Failure>> + use<> {
        let saved = self.run.saved(&self.settings, &self.dataset);
        let state = self.read_state();
        async move {
            let Kept { parameters, optimizer, .. } = state.await?;
            Ok((parameters, SavedRun { optimizer, ..saved }))
        }
    }

    /// Replaces the run with a saved run of the same network. It is paused.
    ///
    /// # Errors
    /// The saved run was trained on other images. Nothing has changed then.
    pub fn resume(&mut self, parameters: &[f32], saved: SavedRun) -> Result<(), String> {
        let run = Run::resumed(&saved, &self.dataset)?;
        self.settings = saved.settings;
        self.begin(run, parameters);
        self.kept.optimizer = saved.optimizer;
        self.backend.write_optimizer_state(&self.kept.optimizer);
        Ok(())
    }
}
