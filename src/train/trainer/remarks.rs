//! What of the settings has no effect in the present run.

use super::Trainer;
use crate::data::Split;
use crate::train::settings::Settings;

impl Trainer {
    /// The settings that are changed and have no effect, each in a sentence with the reason.
    pub fn without_effect(&self) -> Vec<String> {
        let Settings { patience, augment_elastic, augment_smoothness, .. } = self.settings;
        let mut sentences = Vec::new();
        if patience > 0 && (self.run.train_on_all || self.dataset.split(Split::Validation, false).is_empty()) {
            sentences.push(format!(
                "patience={patience} has no effect: all images are trained on, and none are left to validate on"
            ));
        }
        if augment_elastic == 0.0 && augment_smoothness != Settings::default().augment_smoothness {
            sentences.push(format!(
                "augment_smoothness={augment_smoothness} has no effect: it smooths augment_elastic, which is 0"
            ));
        }
        sentences
    }
}
