//! A shader: WGSL from the files, the constants it is expanded with, and the buffers it is bound to.

use super::template::{Constants, expand};
use super::wgsl::wgsl;

/// Every buffer that a shader may be bound to. Those of a stage are the buffers of the stage that the shader is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tensor {
    /// The dataset's pixels and labels, as bytes.
    Pixels,
    Labels,
    /// The indices of the images of all passes of a submit.
    Batch,
    /// Images that are not in the dataset, as bytes.
    Fresh,
    /// [parameter], as the plan lays them out.
    Parameters,
    Gradients,
    FirstMoments,
    SecondMoments,
    /// [layer][part][weights, then biases]: the parts of the gradients.
    Partials,
    /// [mini-batch] (mean loss, share of correct predictions).
    Records,
    /// The sum of losses and the confusion matrix.
    Evaluation,
    /// [2][class]: 1 for every class, and the objective's weights.
    ClassWeights,
    /// [quad]: label, prediction and loss.
    Outcomes,
    /// The output of the stage before, or the images.
    Input,
    /// Activations of the stage.
    Output,
    /// Which number of each pooling window was the largest.
    Winners,
    /// Gradients of the stage's pre-activations.
    DOutput,
    /// `DOutput` and `Winners` of the stage before.
    DPrevious,
    PreviousWinners,
}

/// A buffer of a shader: @group(1) @binding(number).
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub number: u32,
    pub tensor: Tensor,
    pub read_only: bool,
}

/// A shader with all it needs to be compiled and bound.
pub struct Shader {
    pub entry: &'static str,
    pub bindings: Vec<Binding>,
    text: String,
    constants: Constants,
}

impl Shader {
    /// The function `entry` of `text`, which sees what `common.wgsl` declares.
    pub fn new(entry: &'static str, text: &str) -> Self {
        let text = [wgsl!("common.wgsl"), text].concat();
        Shader { entry, bindings: Vec::new(), text, constants: Vec::new() }
    }

    /// Adds constants, which are whole numbers.
    pub fn constants(mut self, numbers: &[(impl AsRef<str>, usize)]) -> Self {
        self.constants.extend(numbers.iter().map(|(name, number)| (name.as_ref().to_owned(), *number)));
        self
    }

    /// Adds a number that need not be whole, as its bits.
    pub fn bits(self, name: &str, number: f32) -> Self {
        self.constants(&[(name, number.to_bits() as usize)])
    }

    /// Adds WGSL that several shaders share.
    pub fn with(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Binds a buffer that the shader reads.
    pub fn reads(self, number: u32, tensor: Tensor) -> Self {
        self.binds(Binding { number, tensor, read_only: true })
    }

    /// Binds a buffer that the shader writes.
    pub fn writes(self, number: u32, tensor: Tensor) -> Self {
        self.binds(Binding { number, tensor, read_only: false })
    }

    fn binds(mut self, binding: Binding) -> Self {
        self.bindings.push(binding);
        self
    }

    /// The WGSL for a compiler.
    pub fn expanded(&self) -> String {
        expand(&self.text, &self.constants)
    }
}
