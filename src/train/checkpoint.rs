//! Checkpoints: a network in a safetensors file. Each parameter has its layer's name, and the metadata has the list of
//! layers. A checkpoint that a run can continue from also contains the run: its numbers in the metadata, and the
//! optimizer state and the best parameters as tensors, whose names are those of the parameters with a prefix.

use super::saved::SavedRun;
use crate::network::{Layer, NetworkSpec, Plan};
use crate::refusal::Refusal;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use std::collections::HashMap;

/// The metadata key of the list of layers, as JSON.
const LAYERS: &str = "lenet.layers";
/// The metadata key of the run.
const RUN: &str = "lenet.run";
/// The beginning of every refusal to read a file.
const NOT_OURS: &str = "This file is not a LeNet Live checkpoint";
/// The prefixes of tensor names: of the parameters, the optimizer's first and second block, and the best parameters.
const BLOCKS: [&str; 4] = ["", "optimizer.first.", "optimizer.second.", "best."];

/// The contents of a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The network.
    pub plan: Plan,
    /// Its parameters.
    pub parameters: Vec<f32>,
    /// The run that trained them, if it was saved.
    pub run: Option<SavedRun>,
}

/// The bytes of a checkpoint of `parameters`, in the order of `plan`.
pub fn save(plan: &Plan, parameters: &[f32]) -> Vec<u8> {
    write(plan, [parameters, &[], &[], &[]], [].into())
}

/// The bytes of a checkpoint of `parameters` and the run that trained them.
pub fn save_run(plan: &Plan, parameters: &[f32], run: &SavedRun) -> Vec<u8> {
    let best = run.best.as_ref().map_or(&[][..], |best| &best.parameters);
    // SGD has no second moment, and before the first step both blocks are zero.
    let filled = |block: &'_ Vec<f32>| block.iter().any(|&x| x != 0.0);
    let [first, second] =
        [&run.optimizer.first, &run.optimizer.second].map(|block| if filled(block) { block } else { &[][..] });
    write(plan, [parameters, first, second, best], [(RUN.to_owned(), run.to_json())].into())
}

/// Writes `blocks` under the prefixes of `BLOCKS`. An empty block is left out.
fn write(plan: &Plan, blocks: [&[f32]; 4], mut metadata: HashMap<String, String>) -> Vec<u8> {
    let bytes = blocks.map(|block| block.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>());
    let tensors = plan.tensors();
    let mut views = Vec::new();
    for (bytes, before) in bytes.iter().zip(BLOCKS).filter(|(bytes, _)| !bytes.is_empty()) {
        views.extend(tensors.iter().map(|tensor| {
            let data = &bytes[4 * tensor.range.start..4 * tensor.range.end];
            let view = TensorView::new(Dtype::F32, tensor.shape.clone(), data).expect("the plan's own shapes");
            (format!("{before}{}", tensor.name), view)
        }));
    }
    let layers = serde_json::to_string(&plan.spec().layers).expect("layers are plain data");
    metadata.insert(LAYERS.to_owned(), layers);
    serialize(views, Some(metadata)).expect("float tensors under their own names")
}

/// Reads a checkpoint. If it has no list of layers, its parameters must fit the network `current`.
///
/// # Errors
/// The reason why the file cannot be read, or the tensor that does not fit.
pub fn load(bytes: &[u8], current: &Plan) -> Result<Checkpoint, Refusal> {
    let refuse = |why: String| Refusal::new(why).within(NOT_OURS);
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| refuse(error.to_string()))?;
    let file = SafeTensors::deserialize(bytes).map_err(|error| refuse(error.to_string()))?;
    let metadata = |key| header.metadata().as_ref().and_then(|metadata| metadata.get(key));
    let plan = match metadata(LAYERS) {
        None => current.clone(),
        Some(layers) => {
            let unread = |refusal: Refusal| refusal.within("its list of layers cannot be read").within(NOT_OURS);
            let layers = serde_json::from_str(layers).map_err(|error| unread(Refusal::new(error.to_string())))?;
            let layers = Layer::read_list(&layers).map_err(unread)?;
            Plan::new(&NetworkSpec { layers, ..current.spec() }).map_err(|refusal| refusal.within(NOT_OURS))?
        }
    };
    let parameters = read(&file, &plan, BLOCKS[0]).map_err(refuse)?;
    plan.check_fixed(&parameters).map_err(|refusal| refusal.within(NOT_OURS))?;
    let run = match metadata(RUN) {
        None => None,
        Some(run) => {
            let mut run = SavedRun::from_json(run).map_err(|why| refuse(format!("its run cannot be read: {why}")))?;
            let filled = |before: &str| file.names().iter().any(|name| name.starts_with(before));
            for (block, before) in [&mut run.optimizer.first, &mut run.optimizer.second].into_iter().zip(&BLOCKS[1..]) {
                *block = vec![0.0; plan.parameters];
                if filled(before) {
                    *block = read(&file, &plan, before).map_err(refuse)?;
                }
            }
            if let Some(best) = &mut run.best {
                best.parameters = read(&file, &plan, BLOCKS[3]).map_err(refuse)?;
            }
            Some(run)
        }
    };
    Ok(Checkpoint { plan, parameters, run })
}

/// Reads all tensors whose names begin with `before`, in the order of `plan`.
fn read(file: &SafeTensors, plan: &Plan, before: &str) -> Result<Vec<f32>, String> {
    let mut block = vec![0.0; plan.parameters];
    for tensor in plan.tensors() {
        let name = format!("{before}{}", tensor.name);
        let view = file.tensor(&name).map_err(|_| {
            let names = file.names().join(", ");
            format!("it has no tensor \"{name}\", only {names}")
        })?;
        if view.dtype() != Dtype::F32 || view.shape() != tensor.shape {
            let (is, of) = (view.dtype(), view.shape());
            return Err(format!("\"{name}\" is {is:?} {of:?}, and not F32 {:?}", tensor.shape));
        }
        let (numbers, _) = view.data().as_chunks::<4>();
        for (to, &from) in block[tensor.range].iter_mut().zip(numbers) {
            *to = f32::from_le_bytes(from);
            if !to.is_finite() {
                return Err(format!("\"{name}\" holds {to}"));
            }
        }
    }
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Initialization, initial_parameters, preset};

    fn network(name: &str) -> (Plan, Vec<f32>) {
        let plan = Plan::new(&preset(name).unwrap()).unwrap();
        let parameters = initial_parameters(&plan, Initialization::He, 5);
        (plan, parameters)
    }

    #[test]
    fn what_was_saved_comes_back_whatever_the_current_network_is() {
        let (plan, parameters) = network("lenet5");
        let (other, _) = network("nielsen1");
        let read = load(&save(&plan, &parameters), &other);
        assert_eq!(read, Ok(Checkpoint { plan, parameters, run: None }));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused_with_the_reason() {
        let (plan, mut parameters) = network("nielsen1");
        let refusal = |bytes: &[u8]| load(bytes, &plan).unwrap_err().to_string();
        assert!(refusal(b"not a file").starts_with("This file is not a LeNet Live checkpoint: "));
        let whole = save(&plan, &parameters);
        for length in (0..whole.len()).step_by(997) {
            assert!(load(&whole[..length], &plan).is_err());
        }
        parameters[3] = f32::NAN;
        assert!(refusal(&save(&plan, &parameters)).ends_with("\"C1.weight\" holds NaN"));
    }
}
