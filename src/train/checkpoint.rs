//! A network in a file: safetensors, each parameter under its layer's name, the list of layers in the metadata.

use crate::network::{Layer, NetworkSpec, Plan, SpecError};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde_json::Value;
use std::collections::HashMap;

/// The metadata's key for the list of layers, as JSON.
const LAYERS: &str = "lenet.layers";

/// Why bytes are no checkpoint, or not of this network; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CheckpointError(pub String);

/// The bytes of a checkpoint of `parameters`, which lie as `plan` says.
pub fn save(plan: &Plan, parameters: &[f32]) -> Vec<u8> {
    let bytes: Vec<u8> = parameters.iter().flat_map(|x| x.to_le_bytes()).collect();
    let tensors = plan.tensors();
    let views = tensors.iter().map(|tensor| {
        let data = &bytes[4 * tensor.range.start..4 * tensor.range.end];
        (&tensor.name, TensorView::new(Dtype::F32, tensor.shape.clone(), data).expect("the plan's own shapes"))
    });
    let layers = serde_json::to_string(&plan.spec().layers).expect("layers are plain data");
    let metadata = HashMap::from([(LAYERS.to_owned(), layers)]);
    serialize(views, Some(metadata)).expect("float tensors under their own names")
}

/// The network of a checkpoint and its parameters. Where the file does not say what network it is of, it has to be
/// `current`.
///
/// # Errors
/// What is wrong with the file, or which tensor does not fit.
pub fn load(bytes: &[u8], current: &Plan) -> Result<(Plan, Vec<f32>), CheckpointError> {
    let refuse = |why: String| CheckpointError(format!("this is no checkpoint of ours: {why}"));
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| refuse(error.to_string()))?;
    let file = SafeTensors::deserialize(bytes).map_err(|error| refuse(error.to_string()))?;
    let plan = match header.metadata().as_ref().and_then(|metadata| metadata.get(LAYERS)) {
        None => current.clone(),
        Some(layers) => {
            let unread = |why: String| refuse(format!("its list of layers cannot be read: {why}"));
            let layers: Vec<Value> = serde_json::from_str(layers).map_err(|error| unread(error.to_string()))?;
            let layers = layers.iter().map(Layer::try_from).collect::<Result<_, _>>().map_err(unread)?;
            Plan::new(&NetworkSpec::mnist(layers)).map_err(|SpecError(why)| refuse(why))?
        }
    };
    let mut parameters = vec![0.0; plan.parameters];
    for tensor in plan.tensors() {
        let name = &tensor.name;
        let view = file.tensor(name).map_err(|_| {
            let names = file.names().join(", ");
            refuse(format!("there is no tensor \"{name}\" in it, only {names}"))
        })?;
        if view.dtype() != Dtype::F32 || view.shape() != tensor.shape {
            return Err(refuse(format!(
                "\"{name}\" is {:?} {:?}, and not F32 {:?}",
                view.dtype(),
                view.shape(),
                tensor.shape
            )));
        }
        let (numbers, _) = view.data().as_chunks::<4>();
        for (to, &from) in parameters[tensor.range].iter_mut().zip(numbers) {
            *to = f32::from_le_bytes(from);
            if !to.is_finite() {
                return Err(refuse(format!("\"{name}\" holds {to}")));
            }
        }
    }
    Ok((plan, parameters))
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
        assert_eq!(load(&save(&plan, &parameters), &other), Ok((plan, parameters)));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused_with_the_reason() {
        let (plan, mut parameters) = network("nielsen1");
        let refusal = |bytes: &[u8]| load(bytes, &plan).unwrap_err().to_string();
        assert!(refusal(b"not a file").starts_with("this is no checkpoint of ours: "));
        let whole = save(&plan, &parameters);
        for length in (0..whole.len()).step_by(997) {
            assert!(load(&whole[..length], &plan).is_err());
        }
        parameters[3] = f32::NAN;
        assert!(refusal(&save(&plan, &parameters)).ends_with("\"C1.weight\" holds NaN"));
    }
}
