//! The kernels of a network, compiled and bound.

use super::buffers::{Buffers, StageBuffers};
use super::device::Gpu;
use super::images::Images;
use super::kernel::BoundKernel;
use super::operations::{evaluation, gather, max_norm, optimizer};
use super::shader::Shader;
use super::stage::Stage;
use super::stages::{Stages, Workgroups};
use crate::backend::cost::{self, Cost};
use crate::network::Plan;
use wgpu::Buffer;

/// A kernel with its bindings in a pass.
pub struct PlacedKernel {
    pub kernel: BoundKernel,
    pub workgroups: Workgroups,
    /// Its cost, which has a part per image and a part per pass.
    pub cost: Cost,
}

/// All kernels of a network.
pub struct CompiledNetwork {
    pub stages: Stages,
    /// The activations of all stages.
    pub outputs: Vec<Buffer>,
    /// The kernel that fetches the images, then those of the stages.
    pub forward: Vec<PlacedKernel>,
    /// The kernels of the stages from the last to the first, then the update.
    pub backward: Vec<PlacedKernel>,
    /// Runs after `forward` in an evaluation.
    pub evaluation: PlacedKernel,
    /// Runs after an update with max-norm.
    pub max_norm: PlacedKernel,
}

impl CompiledNetwork {
    /// `learns`: whether the kernels of the backward pass are compiled too.
    pub fn new(gpu: &Gpu, plan: &Plan, stages: Stages, shared: &Buffers, images: &Images, learns: bool) -> Self {
        let buffers = StageBuffers::new(gpu, &stages, learns);
        let place = |name: String, shader: Shader, n: usize, workgroups: Workgroups, cost: Cost| {
            let shader = shader.constants(&[("QUADS", stages.quads)]);
            let kernel =
                BoundKernel::new(gpu, &shared.settings, name, shader, |tensor| buffers.find(tensor, n, shared, images));
            PlacedKernel { kernel, workgroups, cost }
        };
        // A kernel of the whole pass belongs to no stage. It gets the bindings of the first stage.
        let of_pass = |name: &str, shader: Shader, workgroups, cost| place(name.into(), shader, 0, workgroups, cost);

        let mut forward =
            vec![of_pass("gather", gather::shader(&stages.input), Workgroups::Gather, cost::gather(plan))];
        for (n, stage) in stages.list.iter().enumerate() {
            let name = format!("{} forward", stage.name(plan));
            let cost = cost::forward(plan, stage.layers.clone());
            forward.push(place(name, stage.operation.forward(stage), n, Workgroups::Forward(n), cost));
        }

        let mut backward = Vec::new();
        let goes_backward = |stage: &Stage| learns && (stage.learns || stage.previous.is_some());
        for (n, stage) in stages.list.iter().enumerate().rev().filter(|(_, stage)| goes_backward(stage)) {
            let name = format!("{} backward", stage.name(plan));
            let cost = cost::backward(plan, stage.layers.clone(), stage.previous.is_some());
            let shader = stage.operation.backward(stage).expect("it learns, or a layer before it does");
            backward.push(place(name, shader, n, Workgroups::Backward(n), cost));
        }
        if learns {
            let shader = optimizer::shader(plan, &stages.list);
            let workgroups = Workgroups::Fixed(optimizer::workgroups(plan));
            backward.push(of_pass("update", shader, workgroups, cost::update(plan)));
        }

        let shader = evaluation::shader(plan.classes());
        let evaluation = of_pass("evaluation", shader, Workgroups::Fixed(1), Cost::default());
        let (shader, workgroups) = max_norm::shader(&stages.list);
        let max_norm = of_pass("max-norm", shader, Workgroups::Fixed(workgroups), Cost::default());
        CompiledNetwork { outputs: buffers.outputs.clone(), forward, backward, evaluation, max_norm, stages }
    }
}

impl Stage {
    /// For example "C1 + S2".
    fn name(&self, plan: &Plan) -> String {
        let names: Vec<&str> = plan.layers[self.layers.clone()].iter().map(|layer| layer.name.as_str()).collect();
        names.join(" + ")
    }
}
