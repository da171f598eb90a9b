//! The reason why a request cannot be met.

use std::fmt;

/// A refusal: one sentence that people read, and the layer and field that programs need. Whoever returns it has changed
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The index of the layer that the sentence is about, if it is about one.
    pub layer: Option<usize>,
    /// The field of that layer, the setting or the key of the configuration that the sentence is about.
    pub field: Option<String>,
    /// The problem and a remedy.
    pub sentence: String,
}

impl Refusal {
    /// A refusal without a layer or a field.
    pub fn new(sentence: impl Into<String>) -> Refusal {
        Refusal { layer: None, field: None, sentence: sentence.into() }
    }

    /// This refusal with the layer at `index`. The layer's name is put before the sentence.
    pub fn at_layer(self, index: usize, name: &str) -> Refusal {
        Refusal { layer: Some(index), ..self.within(name) }
    }

    /// This refusal with this field, setting or key.
    pub fn at_field(self, field: impl Into<String>) -> Refusal {
        Refusal { field: Some(field.into()), ..self }
    }

    /// This refusal with `what`, the attempted task, before the sentence.
    pub fn within(self, what: &str) -> Refusal {
        Refusal { sentence: format!("{what}: {}", self.sentence), ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refusal {}

impl From<String> for Refusal {
    fn from(sentence: String) -> Refusal {
        Refusal::new(sentence)
    }
}
