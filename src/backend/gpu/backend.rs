//! The trait `Backend` for a GPU.

use super::GpuBackend;
use super::operations::evaluation;
use super::reading::GRADIENTS_RECORD;
use crate::backend::{Backend, Counts, Failure, Objective, OptimizerState, Pending, Readback, StepConfig, Tap};

impl Backend for GpuBackend {
    fn write_parameters(&mut self, parameters: &[f32]) {
        self.submit();
        self.gpu.queue.write_buffer(&self.buffers.parameters, 0, bytemuck::cast_slice(parameters));
    }

    fn write_optimizer_state(&mut self, state: &OptimizerState) {
        self.submit();
        let moments = [(&self.buffers.first_moments, &state.first), (&self.buffers.second_moments, &state.second)];
        for (buffer, numbers) in moments {
            let mut numbers = numbers.clone();
            numbers.resize(self.plan.parameters, 0.0);
            self.gpu.queue.write_buffer(buffer, 0, bytemuck::cast_slice(&numbers));
        }
        self.updates = state.updates;
    }

    fn write_objective(&mut self, objective: &Objective) {
        let classes = self.plan.classes();
        let weights_of =
            |objective: &Objective| (0..classes).map(|class| objective.target.weight(class)).collect::<Vec<f32>>();
        let weights = weights_of(objective);
        if weights != weights_of(&self.objective) {
            // Recorded passes must still use the old ones.
            self.submit();
            self.write_class_weights(&weights);
        }
        self.objective.clone_from(objective);
    }

    fn gradients(&mut self, images: &[u32]) {
        self.learn(images, GRADIENTS_RECORD, None);
    }

    fn train_step(&mut self, images: &[u32], step: &StepConfig) {
        let record = self.next_record();
        self.learn(images, record, Some(step));
    }

    fn evaluate(&mut self, images: &[u32]) {
        self.note_evaluation(images);
    }

    fn forward(&mut self, images: &[u32]) {
        self.look(images);
    }

    fn read(&mut self, tap: Tap) -> Readback {
        match tap {
            Tap::Parameters => self.read_parameters_of(&self.buffers.parameters.clone()),
            Tap::Gradients => self.read_parameters_of(&self.buffers.gradients.clone()),
            Tap::Loss => self.read_last_record(),
            Tap::Steps => self.read_records(),
            Tap::Evaluation => {
                let buffer = self.buffers.evaluation.clone();
                let numbers = evaluation::numbers(self.plan.classes());
                self.read_from(&buffer, 0..numbers, |encoder| encoder.clear_buffer(&buffer, 0, None))
            }
            Tap::Activation(layer) => self.read_activations(layer),
        }
    }

    fn read_optimizer_state(&mut self) -> Pending<OptimizerState> {
        let updates = self.updates;
        let first = self.read_parameters_of(&self.buffers.first_moments.clone());
        let second = self.read_parameters_of(&self.buffers.second_moments.clone());
        Box::pin(async move { Ok(OptimizerState { first: first.await?, second: second.await?, updates }) })
    }

    fn has_room(&self) -> bool {
        self.pace.has_room()
    }

    fn room(&mut self) -> Pending<()> {
        self.submit();
        let (gpu, room) = (self.gpu.clone(), self.pace.room());
        Box::pin(async move { gpu.wait(room).await })
    }

    fn failure(&self) -> Option<Failure> {
        let trouble = self.gpu.trouble();
        if trouble.is_some() {
            self.pace.release();
        }
        trouble
    }

    fn counts(&self) -> Counts {
        Counts { bytes_read: self.readbacks.bytes.get(), ..self.counts }
    }
}
