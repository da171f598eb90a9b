//! Finds out which tensor of a file is which parameter of a network, if the file does not say what its layers are.
//! PyTorch's `state_dict` has names of its author's choice, "conv1.weight" or "features.0.weight", and no order: so the
//! shapes decide, and among equal shapes the numbers in the names. Whatever is left over is refused.

use super::tensors::{Named, few, short};
use crate::declare::Words;
use crate::network::{Activation, Layer, NetworkSpec, PRESETS, ParameterTensor, Plan, Rule, preset, preset_of};
use std::fmt;
use std::iter;

/// The network that a file's parameters were taken for, and what that rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumed {
    /// The network with these layers, in words: "lenet5", "lenet5 without padding" or "the present network".
    pub network: String,
    /// What the layers compute apart from weighted sums: "relu", "max pooling".
    pub functions: Vec<String>,
    /// Pairs of the file's name and ours, for each module or tensor whose names differ.
    pub renamed: Vec<(String, String)>,
    /// Our names of the biases that are not in the file, and so are zero.
    pub without_bias: Vec<String>,
}

impl fmt::Display for Assumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The file does not say what its layers are. They are assumed to be those of {}", self.network)?;
        if !self.functions.is_empty() {
            write!(f, " ({})", self.functions.join(", "))?;
        }
        write!(f, ", for pixels from 0 to 1.")?;
        if !self.renamed.is_empty() {
            let pairs: Vec<String> =
                self.renamed.iter().map(|(theirs, ours)| format!("{} → {ours}", short(theirs))).collect();
            write!(f, " Renamed by their shapes: {}.", pairs.join(", "))?;
        }
        if !self.without_bias.is_empty() {
            write!(f, " Without a bias, which is taken as 0: {}.", self.without_bias.join(", "))?;
        }
        Ok(())
    }
}

/// A network, the place in `file` of each of its tensors (`None` for a bias that is not there), and what was assumed.
pub(super) struct Found {
    pub plan: Plan,
    pub places: Vec<Option<usize>>,
    pub assumed: Assumed,
}

/// Finds the network that the tensors of a file are the parameters of: `current`, or else a preset, or else a preset
/// without padding, as many tutorials build LeNet-5.
///
/// # Errors
/// They are those of neither, or their names leave open which is which. The sentence is about the network in which most
/// of them have a place.
pub(super) fn find(file: &[Named], current: &Plan) -> Result<Found, String> {
    let mut nearest = Misfit { placed: 0, why: String::new() };
    let present = preset_of(&current.spec()).unwrap_or("the present network").to_owned();
    let presets = || PRESETS.iter().filter_map(|known| Some((known.name, preset(known.name)?)));
    let whole = presets().filter_map(|(name, spec)| Some((name.to_owned(), Plan::new(&spec).ok()?)));
    let unpadded = presets().filter_map(|(name, spec)| Some((format!("{name} without padding"), unpadded(spec)?)));
    for (network, plan) in iter::once((present, current.clone())).chain(whole).chain(unpadded) {
        match places(file, &plan, &network) {
            Ok(places) => {
                let assumed = assumed(file, &plan, &places, network);
                return Ok(Found { plan, places, assumed });
            }
            Err(misfit) if nearest.why.is_empty() || misfit.placed > nearest.placed => nearest = misfit,
            Err(_) => {}
        }
    }
    Err(format!("it does not say what its layers are, and {}", nearest.why))
}

/// The same network with convolutions that do not pad.
fn unpadded(mut spec: NetworkSpec) -> Option<Plan> {
    for layer in &mut spec.layers {
        if let Layer::Conv { padding, .. } = layer {
            *padding = 0;
        }
    }
    Plan::new(&spec).ok()
}

/// Why the tensors of a file are not the parameters of a network.
struct Misfit {
    /// How many tensors have a place all the same.
    placed: usize,
    why: String,
}

impl Misfit {
    /// The names of tensors with the same shape do not say which comes first.
    fn ambiguous(mut names: Vec<String>) -> Misfit {
        names.sort_unstable();
        let names = few(names);
        let why = format!(
            "it is open which layer {names} belong to: number them in the order of the layers, and leave out what is no \
             layer's"
        );
        Misfit { placed: usize::MAX, why }
    }
}

/// The place in `file` of each tensor of `plan`, in the plan's order. `network` is what a refusal calls it.
fn places(file: &[Named], plan: &Plan, network: &str) -> Result<Vec<Option<usize>>, Misfit> {
    let tensors = plan.tensors();
    let mut search = Search { file, plan, places: vec![None; tensors.len()], tensors };
    if !search.by_name() {
        search.weights()?;
        search.biases();
    }
    let left: Vec<&Named> = search.unplaced().into_iter().map(|at| &file[at]).collect();
    let mut missing: Vec<&ParameterTensor> = Vec::new();
    for (at, tensor) in search.tensors.iter().enumerate() {
        if search.places[at].is_none() && !(left.is_empty() && search.may_lack(tensor)) {
            missing.push(tensor);
        }
    }
    if left.is_empty() && missing.is_empty() {
        return Ok(search.places);
    }
    // Everything is there, some of it more than once.
    let alike = |tensor: &ParameterTensor| {
        let mut names = Vec::new();
        left.iter().filter(|theirs| theirs.shape == tensor.shape).for_each(|theirs| names.push(short(&theirs.name)));
        names
    };
    if !missing.is_empty() && missing.iter().all(|tensor| alike(tensor).len() > 1) {
        return Err(Misfit::ambiguous(alike(missing[0])));
    }
    let placed = search.places.iter().flatten().count();
    Err(Misfit { placed, why: misfit(network, &left, &missing) })
}

/// What has no place in the network, what the network lacks, and what may help.
fn misfit(network: &str, left: &[&Named], missing: &[&ParameterTensor]) -> String {
    let mut why = format!("they are not those of {network}: it");
    let shown = |name: &str, shape: &[usize]| format!("{name} {shape:?}");
    let mut places = Vec::new();
    // Weights say more than biases.
    for of_weights in [true, false] {
        for tensor in left.iter().filter(|tensor| (tensor.shape.len() > 1) == of_weights) {
            places.push(shown(&short(&tensor.name), &tensor.shape));
        }
    }
    let mut lacks = Vec::new();
    missing.iter().for_each(|tensor| lacks.push(shown(&tensor.name, &tensor.shape)));
    if !places.is_empty() {
        why = why + " has no place for " + &few(places);
    }
    if !lacks.is_empty() {
        why = why + if left.is_empty() { " lacks " } else { ", and lacks " } + &few(lacks);
    }
    let turned = |tensor: &&&Named| {
        tensor.shape.len() == 2 && missing.iter().any(|ours| ours.shape.iter().rev().eq(&tensor.shape))
    };
    if left.iter().any(|tensor| tensor.name.ends_with("running_mean")) {
        why += ". Batch normalisation is not among the layers here";
    } else if let Some(tensor) = left.iter().find(turned) {
        why = why + ". Transpose " + &short(&tensor.name) + ": weights are [outputs, inputs] here, as in PyTorch";
    }
    why
}

struct Search<'a> {
    file: &'a [Named],
    plan: &'a Plan,
    tensors: Vec<ParameterTensor>,
    places: Vec<Option<usize>>,
}

impl Search<'_> {
    /// Looks for our own names. Finds all of them or none.
    fn by_name(&mut self) -> bool {
        let place = |tensor: &ParameterTensor| {
            self.file.iter().position(|theirs| theirs.name == tensor.name && theirs.shape == tensor.shape)
        };
        let places: Option<Vec<usize>> = self.tensors.iter().map(place).collect();
        match places {
            Some(places) => {
                self.places = places.into_iter().map(Some).collect();
                true
            }
            None => false,
        }
    }

    /// The tensors of the file that have no place yet.
    fn unplaced(&self) -> Vec<usize> {
        (0..self.file.len()).filter(|at| !self.places.contains(&Some(*at))).collect()
    }

    /// Places the weights of convolutions and dense layers, which have two dimensions or more.
    fn weights(&mut self) -> Result<(), Misfit> {
        for ours in 0..self.tensors.len() {
            if self.tensors[ours].shape.len() < 2 || self.places[ours].is_some() {
                continue;
            }
            let shape = &self.tensors[ours].shape;
            let alike: Vec<usize> = (ours..self.tensors.len()).filter(|&at| self.tensors[at].shape == *shape).collect();
            let mut theirs = self.unplaced();
            theirs.retain(|&at| self.fits(at, ours));
            if theirs.len() != alike.len() {
                continue; // they stay without a place, and are told so
            }
            if theirs.len() > 1 && !sort_by_numbers(&mut theirs, self.file) {
                let names = theirs.iter().map(|&at| short(&self.file[at].name)).collect();
                return Err(Misfit::ambiguous(names));
            }
            for (ours, theirs) in alike.into_iter().zip(theirs) {
                self.places[ours] = Some(theirs);
            }
        }
        Ok(())
    }

    /// Whether a tensor of the file has the numbers of one of ours in the same order. A dense layer may also be there as
    /// a convolution whose filters cover its whole input, as LeCun's C5, or as one of 1×1.
    fn fits(&self, theirs: usize, ours: usize) -> bool {
        let (theirs, tensor) = (&self.file[theirs].shape, &self.tensors[ours]);
        let layer = self.plan.layers.iter().find(|layer| layer.weights == tensor.range);
        match (layer, &theirs[..], &tensor.shape[..]) {
            (_, theirs, ours) if theirs == ours => true,
            (Some(layer), &[units, maps, height, width], &[ours, inputs]) if units == ours => {
                let input = layer.input;
                [maps, height, width] == [input.channels, input.height, input.width]
                    || [maps, height, width] == [inputs, 1, 1]
            }
            _ => false,
        }
    }

    /// Places the bias of each layer whose weights have a place: the tensor of one dimension that has the name of the
    /// same module, or else the only one left of its shape.
    fn biases(&mut self) {
        for by_module in [true, false] {
            for ours in 1..self.tensors.len() {
                let (Some(weights), None) = (self.places[ours - 1], self.places[ours]) else { continue };
                if !self.is_bias(ours) {
                    continue;
                }
                let shape = &self.tensors[ours].shape;
                let belongs = |at: &usize| {
                    let theirs = &self.file[*at];
                    theirs.shape == *shape
                        && (!by_module
                            || module(&theirs.name).is_some()
                                && module(&theirs.name) == module(&self.file[weights].name))
                };
                let mut found = self.unplaced();
                found.retain(belongs);
                let lacking = (1..self.tensors.len())
                    .filter(|&at| self.places[at].is_none() && self.is_bias(at) && self.tensors[at].shape == *shape);
                if let [one] = found[..]
                    && (by_module || lacking.count() == 1)
                {
                    self.places[ours] = Some(one);
                }
            }
        }
    }

    /// Whether a tensor is the bias of a convolution or a dense layer, and so comes after its weights.
    fn is_bias(&self, at: usize) -> bool {
        self.may_lack(&self.tensors[at]) && self.tensors[at - 1].shape.len() >= 2
    }

    /// Whether a network without this tensor is one with zeros: the bias of a convolution or dense layer.
    fn may_lack(&self, tensor: &ParameterTensor) -> bool {
        self.plan.layers.iter().any(|layer| {
            layer.biases == tensor.range && layer.rule == Rule::Sum && !layer.stays_in_map && !layer.weights.is_empty()
        })
    }
}

/// The name of the module that a tensor belongs to: what comes before "weight" or "bias".
fn module(name: &str) -> Option<&str> {
    ["weight", "bias"].into_iter().find_map(|kind| name.strip_suffix(kind))
}

/// Sorts places in `file` by the numbers in their names. Returns whether that is an order: the names differ only in
/// numbers, and none of the numbers goes down.
fn sort_by_numbers(places: &mut [usize], file: &[Named]) -> bool {
    let (mut sorted, mut is_order): (Vec<usize>, bool) = (Vec::new(), true);
    // By insertion, because a sort of the standard library takes 3 kB of the download.
    for &place in &*places {
        let (text, own) = numbers(&file[place].name);
        let before = sorted.iter().filter(|&&other| numbers(&file[other].name).1 < own).count();
        is_order &= sorted.iter().all(|&other| {
            let (same, others) = numbers(&file[other].name);
            let mut pairs = others.iter().zip(&own);
            same == text && others != own && (pairs.clone().all(|(a, b)| a <= b) || pairs.all(|(a, b)| a >= b))
        });
        sorted.insert(before, place);
    }
    places.copy_from_slice(&sorted);
    is_order
}

/// A name without its numbers, and the numbers.
fn numbers(name: &str) -> (String, Vec<u64>) {
    let (mut text, mut found, mut in_number) = (String::new(), Vec::new(), false);
    for letter in name.chars() {
        match letter.to_digit(10) {
            None => text.push(letter),
            Some(digit) if in_number => {
                let last: &mut u64 = found.last_mut().expect("a number has begun");
                *last = last.saturating_mul(10).saturating_add(digit.into());
            }
            Some(digit) => {
                text.push('#');
                found.push(digit.into());
            }
        }
        in_number = letter.is_ascii_digit();
    }
    (text, found)
}

fn assumed(file: &[Named], plan: &Plan, places: &[Option<usize>], network: String) -> Assumed {
    let mut functions: Vec<String> = Vec::new();
    for layer in &plan.layers {
        let pooling = match layer.rule {
            Rule::Pool(kind) => Some(format!("{} pooling", kind.word())),
            _ => None,
        };
        let activation = (layer.activation != Activation::None).then(|| layer.activation.word().to_owned());
        for function in pooling.into_iter().chain(activation) {
            if !functions.contains(&function) {
                functions.push(function);
            }
        }
    }
    let (mut renamed, mut without_bias) = (Vec::new(), Vec::new());
    for (ours, place) in plan.tensors().iter().zip(places) {
        match place.map(|at| file[at].name.as_str()) {
            None => without_bias.push(ours.name.trim_end_matches(".bias").to_owned()),
            Some(theirs) if theirs == ours.name => {}
            Some(theirs) => {
                let pair = match (module(theirs), module(&ours.name)) {
                    (Some(theirs), Some(ours)) if theirs.ends_with('.') => (theirs, ours),
                    _ => (theirs, ours.name.as_str()),
                };
                let pair = (pair.0.trim_end_matches('.').to_owned(), pair.1.trim_end_matches('.').to_owned());
                if !renamed.contains(&pair) {
                    renamed.push(pair);
                }
            }
        }
    }
    Assumed { network, functions, renamed, without_bias }
}
