//! The update of all parameters at the end of a step; see `optimizer.wgsl`.

use crate::backend::Optimizer;
use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Stage, WORKGROUP};
use crate::backend::gpu::wgsl::wgsl;
use crate::network::Plan;

/// The optimizers by their number in `PassSettings`. 0 is no update.
const SGD: u32 = 1;
const ADAM: u32 = 2;

/// An optimizer's number in `PassSettings`.
pub fn number(optimizer: Optimizer) -> u32 {
    match optimizer {
        Optimizer::Sgd => SGD,
        Optimizer::Adam => ADAM,
    }
}

/// How many workgroups update: a thread has a parameter, and one more has the record.
pub fn workgroups(plan: &Plan) -> usize {
    (plan.parameters + 1).div_ceil(WORKGROUP)
}

/// The shader that adds up the parts of the gradients and updates.
pub fn shader(plan: &Plan, stages: &[Stage]) -> Shader {
    let learning: Vec<&Stage> = stages.iter().filter(|stage| stage.learns).collect();
    let mut shader = Shader::new("update", wgsl!("optimizer.wgsl"))
        .constants(&[("PARAMETERS", plan.parameters), ("LEARNING", learning.len())])
        .constants(&[("SGD", SGD as usize), ("ADAM", ADAM as usize)])
        .writes(0, Tensor::Parameters)
        .reads(1, Tensor::Partials)
        .writes(2, Tensor::Gradients)
        .writes(3, Tensor::FirstMoments)
        .writes(4, Tensor::SecondMoments)
        .reads(5, Tensor::Outcomes)
        .writes(6, Tensor::Records);
    // There is one table: of which maps the filters of a layer see, see `Connections`.
    let mut table: &[u32] = &[];
    let mut maps = 0;
    for (n, stage) in learning.iter().enumerate() {
        let connections = plan.layers[stage.layers.start].connections;
        let pairs = stage.output.shape.channels * stage.input.shape.channels;
        let numbers = [
            ("START", stage.weights.start),
            ("COUNT", stage.parameters()),
            ("WEIGHTS", stage.weights.len()),
            ("PARTIALS", stage.partials),
            ("PARTS", stage.parts),
            ("HAS_TABLE", usize::from(!connections.is_all())),
            ("TAPS", (stage.weights.len() / pairs).max(1)),
        ];
        shader = shader.constants(&numbers.map(|(name, number)| (format!("{name}_{n}"), number)));
        if !connections.is_all() {
            (table, maps) = (connections.table(), stage.input.shape.channels);
        }
    }
    let sees: Vec<_> =
        table.iter().enumerate().map(|(filter, maps)| (format!("SEES_{filter}"), *maps as usize)).collect();
    shader.constants(&[("TABLE", table.len()), ("MAPS", maps)]).constants(&sees)
}
