//! Why something that was asked for cannot be done.

use std::fmt;

/// A refusal: one sentence for people, and where it applies for programs. Whoever refuses has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The layer that it is about, by its place in the list.
    pub layer: Option<usize>,
    /// The field of that layer, the setting or the key of the configuration that it is about.
    pub field: Option<String>,
    /// What is wrong and what to do.
    pub sentence: String,
}

impl Refusal {
    /// A refusal that is about no single layer or field.
    pub fn new(sentence: impl Into<String>) -> Refusal {
        Refusal { layer: None, field: None, sentence: sentence.into() }
    }

    /// The same, about the layer at `index` of the list, with its name before the sentence.
    pub fn at_layer(self, index: usize, name: &str) -> Refusal {
        Refusal { layer: Some(index), ..self.within(name) }
    }

    /// The same, about this field, setting or key.
    pub fn at_field(self, field: impl Into<String>) -> Refusal {
        Refusal { field: Some(field.into()), ..self }
    }

    /// The same, with what was being done before the sentence.
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
