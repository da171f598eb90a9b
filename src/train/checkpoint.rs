//! Checkpoints: a network in a safetensors file. Each parameter has its layer's name, and the metadata has the list of
//! layers. A checkpoint that a run can continue from also contains the run: its numbers in the metadata, and the
//! optimizer state and the best parameters as tensors, whose names are those of the parameters with a prefix. A file
//! without a list of layers is read if `state_dict` finds out what its tensors are.

use super::saved::SavedRun;
use super::state_dict::{self, Assumed, Found};
use super::tensors::{self, Named, few, listed, short};
use crate::data::file_kind;
use crate::network::{Layer, MAX_PARAMETERS, NetworkSpec, Plan};
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
/// The maximum size of the header, in which each tensor and each layer takes about a hundred bytes.
const MAX_HEADER: u64 = 4_000_000;
/// The maximum size of a file: the run of the largest network, and the header.
pub const MAX_BYTES: u64 = (4 * BLOCKS.len() * MAX_PARAMETERS) as u64 + MAX_HEADER;

/// The contents of a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The network.
    pub plan: Plan,
    /// Its parameters.
    pub parameters: Vec<f32>,
    /// The run that trained them, if it was saved.
    pub run: Option<SavedRun>,
    /// What was assumed, if the file does not say what its layers are.
    pub assumed: Option<Assumed>,
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

/// Checks that every parameter is finite, because `load` refuses any other.
///
/// # Errors
/// The first tensor with another number.
pub fn check_finite(plan: &Plan, parameters: &[f32]) -> Result<(), Refusal> {
    for tensor in plan.tensors() {
        if let Some(x) = parameters[tensor.range].iter().find(|x| !x.is_finite()) {
            let why =
                format!("this network cannot be saved: {} holds {x}, and nothing could go on from there", tensor.name);
            return Err(Refusal::new(why));
        }
    }
    Ok(())
}

/// Checks a file by its first bytes (some hundreds) and its size, before all of it is read.
///
/// # Errors
/// The file is of another kind, which the sentence names, or too large.
pub fn check_file(first: &[u8], size: u64) -> Result<(), Refusal> {
    if file_kind::is_pickle(first) {
        return Err(Refusal::new(
            "This is a pickle of Python, which could run any program, so it is not opened. Convert it: python -c \"import torch, \
             safetensors.torch as s; s.save_file(torch.load('model.pt'), 'model.safetensors')\"",
        ));
    }
    if !file_kind::is_safetensors(first) {
        let is = match file_kind::named(first) {
            Some(kind) => format!("it is {kind}"),
            None => "nothing is known that begins like this".to_owned(),
        };
        return Err(Refusal::new(format!("{is}. Networks are opened from .safetensors files")).within(NOT_OURS));
    }
    let header = first.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
    for (what, size, max) in [("it", size, MAX_BYTES), ("its header", header, MAX_HEADER)] {
        if size > max {
            let (size, max) = (size.div_ceil(1_000_000), max / 1_000_000);
            return Err(Refusal::new(format!("{what} has {size} MB, and at most {max} MB are read")).within(NOT_OURS));
        }
    }
    Ok(())
}

/// Reads a checkpoint. If it has no list of layers, its tensors must fit the network `current` or a preset.
///
/// # Errors
/// The reason why the file cannot be read, or the tensor that does not fit.
pub fn load(bytes: &[u8], current: &Plan) -> Result<Checkpoint, Refusal> {
    check_file(&bytes[..bytes.len().min(FIRST_BYTES)], bytes.len() as u64)?;
    read(bytes, current).map_err(|refusal| refusal.within(NOT_OURS))
}

/// The number of bytes by which a file is recognised.
pub const FIRST_BYTES: usize = 512;

fn read(bytes: &[u8], current: &Plan) -> Result<Checkpoint, Refusal> {
    let damaged = |error: safetensors::SafeTensorError| Refusal::new(format!("it is cut off or damaged ({error})"));
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let metadata = |key| header.metadata().as_ref().and_then(|metadata| metadata.get(key));
    let Some(layers) = metadata(LAYERS) else { return undescribed(&file, current) };
    let unread = |refusal: Refusal| refusal.within("its list of layers cannot be read");
    let layers = serde_json::from_str(layers).map_err(|error| unread(Refusal::new(error.to_string())))?;
    let layers = Layer::read_list(&layers).map_err(unread)?;
    let plan = Plan::new(&NetworkSpec { layers, ..current.spec() })?;
    let prefixes = if metadata(RUN).is_some() { &BLOCKS[..] } else { &BLOCKS[..1] };
    check_names(&listed(&file), &plan, prefixes)?;
    let parameters = read_block(&file, &plan, BLOCKS[0])?;
    plan.check_fixed(&parameters)?;
    let run = match metadata(RUN) {
        None => None,
        Some(run) => {
            let unread = |why| format!("its run cannot be read: {why}");
            let mut run = SavedRun::from_json(run).map_err(unread)?;
            let filled = |before: &str| file.names().iter().any(|name| name.starts_with(before));
            for (block, before) in [&mut run.optimizer.first, &mut run.optimizer.second].into_iter().zip(&BLOCKS[1..]) {
                *block = vec![0.0; plan.parameters];
                if filled(before) {
                    *block = read_block(&file, &plan, before)?;
                }
            }
            if let Some(best) = &mut run.best {
                best.parameters = read_block(&file, &plan, BLOCKS[3])?;
            }
            Some(run)
        }
    };
    Ok(Checkpoint { plan, parameters, run, assumed: None })
}

/// Reads a file that does not say what its layers are.
fn undescribed(file: &SafeTensors, current: &Plan) -> Result<Checkpoint, Refusal> {
    let names = listed(file);
    let Found { plan, places, assumed } = state_dict::find(&names, current)?;
    let mut parameters = vec![0.0; plan.parameters];
    for (tensor, place) in plan.tensors().into_iter().zip(places) {
        let Some(place) = place else { continue };
        let name = &names[place].name;
        let view = file.tensor(name).map_err(|error| error.to_string())?;
        tensors::read(&view, &short(name), &mut parameters[tensor.range])?;
    }
    plan.check_fixed(&parameters)?;
    Ok(Checkpoint { plan, parameters, run: None, assumed: Some(assumed) })
}

/// Refuses tensors that are no parameters of `plan` under one of these prefixes.
fn check_names(file: &[Named], plan: &Plan, prefixes: &[&str]) -> Result<(), String> {
    let ours = plan.tensors();
    let is_known = |name: &str| {
        prefixes
            .iter()
            .filter_map(|before| name.strip_prefix(before))
            .any(|name| ours.iter().any(|ours| ours.name == name))
    };
    let unknown: Vec<String> =
        file.iter().filter(|theirs| !is_known(&theirs.name)).map(|theirs| short(&theirs.name)).collect();
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(format!("its layers have no place for {}", few(unknown))),
    }
}

/// Reads all tensors whose names begin with `before`, in the order of `plan`.
fn read_block(file: &SafeTensors, plan: &Plan, before: &str) -> Result<Vec<f32>, String> {
    let mut block = vec![0.0; plan.parameters];
    for tensor in plan.tensors() {
        let name = format!("{before}{}", tensor.name);
        let view = file.tensor(&name).map_err(|_| {
            let names = few(listed(file).iter().map(|named| short(&named.name)).collect());
            format!("it has no tensor \"{name}\", only {names}")
        })?;
        if view.shape() != tensor.shape {
            return Err(format!("\"{name}\" is {:?}, and not {:?}", view.shape(), tensor.shape));
        }
        tensors::read(&view, &name, &mut block[tensor.range])?;
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
        assert_eq!(read, Ok(Checkpoint { plan, parameters, run: None, assumed: None }));
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
