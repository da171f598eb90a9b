//! The constants that a stage's kernels are expanded with; their names are those of the `*.wgsl` files.

use super::{DENSE_AT_ONCE, GROUPS_ACROSS, INPUTS_HERE, Kind, Maps, Stage, Stages, UNITS_HERE};
use crate::backend::gpu::template::Constants;
use crate::network::{Activation, PoolKind, Preprocessing, Shape};
use lenet_kernels::elementwise::Factor;

impl Maps {
    fn constants(&self, prefix: &str, constants: &mut Constants) {
        let Shape { channels, height, width } = self.shape;
        let numbers = [
            ("CHANNELS", channels),
            ("HEIGHT", height),
            ("WIDTH", width),
            ("BORDER", self.border),
            ("ROW", self.row),
            ("AREA", self.row * self.rows),
        ];
        constants.extend(numbers.map(|(name, number)| (format!("{prefix}_{name}"), number)));
    }
}

impl Stages {
    /// The constants of the gathering.
    pub fn gather_constants(&self) -> Constants {
        let mut constants = self.common_constants();
        self.input.constants("OUT", &mut constants);
        constants
    }

    /// Those of the update.
    pub fn update_constants(&self, parameters: usize) -> Constants {
        let mut constants = self.common_constants();
        let learning: Vec<&Stage> = self.list.iter().filter(|stage| stage.learns).collect();
        let mut table: &[u32] = &[];
        constants.extend([("PARAMETERS".into(), parameters), ("LEARNING".into(), learning.len())]);
        for (n, stage) in learning.iter().enumerate() {
            let numbers = [
                ("START", stage.weights.start),
                ("COUNT", stage.parameters()),
                ("WEIGHTS", stage.weights.len()),
                ("PARTIALS", stage.partials),
                ("PARTS", stage.parts),
                ("HAS_TABLE", usize::from(!stage.connections.is_all())),
                ("TAPS", stage.weights_by_map()),
            ];
            constants.extend(numbers.map(|(name, number)| (format!("{name}_{n}"), number)));
            if !stage.connections.is_all() {
                table = stage.connections.table();
                constants.push(("MAPS".into(), stage.input.shape.channels));
            }
        }
        constants.push(("TABLE".into(), table.len()));
        constants.extend(table.iter().enumerate().map(|(filter, maps)| (format!("SEES_{filter}"), *maps as usize)));
        constants
    }

    /// Those of the shortening of weights, and how many rows there are.
    pub fn shorten_constants(&self) -> (Constants, usize) {
        let mut constants = self.common_constants();
        let with_weights: Vec<&Stage> =
            self.list.iter().filter(|stage| stage.learns && !stage.weights.is_empty()).collect();
        constants.push(("LAYERS".into(), with_weights.len()));
        let mut rows = 0;
        for (n, stage) in with_weights.iter().enumerate() {
            let count = stage.biases.len();
            let numbers = [
                ("FIRST", rows),
                ("ROWS", count),
                ("FAN_IN", stage.weights.len() / count),
                ("START", stage.weights.start),
            ];
            constants.extend(numbers.map(|(name, number)| (format!("{name}_{n}"), number)));
            rows += count;
        }
        (constants, rows)
    }

    /// Those of the n-th stage's kernels.
    pub fn stage_constants(&self, n: usize, forward: bool) -> Constants {
        let stage = &self.list[n];
        let mut constants = self.common_constants();
        let mut add = |name: &str, number: usize| constants.push((name.to_owned(), number));
        let number_of = |wanted| ACTIVATIONS.iter().position(|(_, kind)| *kind == wanted).expect("all are listed");
        for (number, (name, _)) in ACTIVATIONS.iter().enumerate() {
            add(name, number);
        }
        let previous = self.before(n);
        add("FORWARD", usize::from(forward));
        add("ACTIVATION", number_of(stage.activation));
        add("PREVIOUS_ACTIVATION", number_of(previous.map_or(Activation::None, |stage| stage.activation)));
        add("HANDS_BACK", usize::from(stage.hands_back && !forward));
        add("PREVIOUS_POOL", previous.map_or(1, Stage::pool));
        add("WEIGHTS", stage.weights.start);
        add("BIASES", stage.biases.start);
        add("PARTIALS", stage.partials);
        match stage.kind {
            Kind::Conv { size, stride, padding, .. } => {
                let cut = stage.cut;
                add("FILTERS", stage.output.shape.channels);
                add("SIZE", size);
                add("STRIDE", stride);
                add("PADDING", padding);
                add("POOLS", usize::from(stage.pool() > 1));
                add("BLOCK", cut.block);
                add("BLOCKS_DOWN", cut.blocks.0);
                add("BLOCKS_ACROSS", cut.blocks.1);
                add("FILTERS_HERE", cut.filters);
                add("BACK", cut.back);
                add("BACK_DOWN", cut.back_blocks.0);
                add("BACK_ACROSS", cut.back_blocks.1);
                add("CHANNELS_HERE", cut.channels);
                add("FILTERS_AT_ONCE", cut.filters_at_once);
                add("TAPS", cut.taps);
                add("TAP_BLOCKS", size.div_ceil(cut.taps));
                add("WEIGHT_TASKS", stage.weight_tasks());
                add("PARTS", stage.parts);
            }
            Kind::Pool { kind, size, stride } => {
                add("SIZE", size);
                add("STRIDE", stride);
                add("MAX", usize::from(kind == PoolKind::Max));
                add("L2", usize::from(kind == PoolKind::L2));
            }
            Kind::Elementwise(factor) => {
                let (number, rate) = match factor {
                    Factor::Dropout(rate) => (0, rate),
                    Factor::Parametric => (1, 0.0),
                    Factor::Randomised => (2, 0.0),
                };
                add("DROPOUT", 0);
                add("PARAMETRIC", 1);
                add("RANDOMISED", 2);
                add("FACTOR", number);
                // Not whole numbers, so by their bits.
                add("RATE", rate.to_bits() as usize);
                add("KEPT", (1.0 / (1.0 - rate)).to_bits() as usize);
                add("LAYER", stage.layers.start);
                add("WEIGHT_TASKS", stage.weight_tasks());
                add("PARTS", stage.parts);
            }
            Kind::Subsample { size } => {
                add("SIZE", size);
                add("WEIGHT_TASKS", stage.weight_tasks());
                add("PARTS", stage.parts);
            }
            Kind::Preprocess(kind) => {
                add("SCALES", usize::from(kind == Preprocessing::Standardize));
                add("ROWS", if kind == Preprocessing::Whiten { Preprocessing::COMPONENTS } else { 0 });
            }
            Kind::Frame { border, levels: [paper, ink] } => {
                add("FRAME", border);
                // Not whole numbers, so by their bits.
                add("PAPER", paper.to_bits() as usize);
                add("RANGE", (ink - paper).to_bits() as usize);
            }
            Kind::Dense { .. } | Kind::Rbf => {
                let (units, last) = (stage.output.shape.channels, stage.kind.is_last());
                add("UNITS", units);
                add("INPUTS", stage.input.shape.len());
                add("LAST", usize::from(last));
                add("RBF", usize::from(stage.kind == Kind::Rbf));
                add("SLICES", stage.slices());
                add("AT_ONCE", if last && forward { units } else { DENSE_AT_ONCE });
                add("UNITS_HERE", UNITS_HERE);
                add("INPUTS_HERE", INPUTS_HERE);
                add("WEIGHT_TASKS", stage.weight_tasks());
            }
        }
        stage.input.constants("IN", &mut constants);
        stage.output.constants("OUT", &mut constants);
        stage.d_output.constants("D", &mut constants);
        previous.map_or(stage.input, |stage| stage.d_output).constants("DP", &mut constants);
        constants
    }

    /// Those of every kernel.
    pub fn common_constants(&self) -> Constants {
        vec![("QUADS".into(), self.quads), ("GROUPS_ACROSS".into(), GROUPS_ACROSS)]
    }
}

/// What `activation.wgsl` calls them.
const ACTIVATIONS: [(&str, Activation); 6] = [
    ("LEAKY_RELU", Activation::LeakyRelu),
    ("RELU", Activation::Relu),
    ("TANH", Activation::Tanh),
    ("SCALED_TANH", Activation::ScaledTanh),
    ("SIGMOID", Activation::Sigmoid),
    ("NONE", Activation::None),
];
