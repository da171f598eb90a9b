//! Every kind of layer, declared once: its fields with their ranges and defaults, and its help. `Layer`, its parser, the
//! JSON that it is written as, and the page's editor come from the declaration.

use super::spec::NetworkSpec;
use super::{Activation, Connections, PoolKind, Preprocessing};
use crate::declare::{AsValue, SettingKind, Value, choice, number, quoted, shown, words};
use crate::refusal::Refusal;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json};

/// Where in a list of layers a kind may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Place {
    /// Before all others: it prepares the image. Of several, in the order of `LAYER_KINDS`.
    First,
    /// Between the image and the output.
    Anywhere,
    /// At the end: its outputs are the logits.
    Last,
}

/// The declaration of one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerField {
    /// The name in `Layer` and in JSON.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Which values it takes.
    pub kind: SettingKind,
}

/// The declaration of one kind of layer.
#[derive(Debug)]
pub struct LayerKind {
    /// The `type` in JSON.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// What it does and where it comes from.
    pub help: &'static str,
    /// Where in a list it may stand.
    pub place: Place,
    /// The fields in the order the page shows them.
    pub fields: &'static [LayerField],
    /// A new layer with the default of every field.
    pub fresh: fn() -> Layer,
}

/// Declares `Layer` and `LAYER_KINDS` from one list. A field that may be missing in JSON says which value it has then.
/// Written by hand, because the code that serde derives for a tagged enum is ten times as large.
macro_rules! layers {
    ($($variant:ident $type:literal $place:ident $label:literal $help:literal {
        $($field:ident: $field_type:ty = $default:expr $(; if missing $missing:expr)?, $kind:expr,
            $field_label:literal, $field_help:expr;)*
    })*) => {
        /// One layer of a network.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(test, derive(ts_rs::TS), ts(tag = "type", rename_all = "snake_case"))]
        pub enum Layer {
            $(#[doc = $help] $variant { $(#[doc = $field_help] $field: $field_type,)* },)*
        }

        /// The declaration of every kind of layer, in the order the page shows them.
        pub const LAYER_KINDS: &[LayerKind] = &[$(LayerKind {
            name: $type,
            label: $label,
            help: $help,
            place: Place::$place,
            fields: &[$(LayerField {
                name: stringify!($field), label: $field_label, help: $field_help, kind: $kind,
            }),*],
            fresh: || Layer::$variant { $($field: $default),* },
        }),*];

        impl Layer {
            /// The `type` in JSON.
            pub fn type_name(&self) -> &'static str {
                match self {
                    $(Layer::$variant { .. } => $type,)*
                }
            }

            /// The value of every field, in the declaration's order.
            pub fn values(&self) -> Vec<Value> {
                match self {
                    $(Layer::$variant { $($field),* } => vec![$($field.to_value()),*],)*
                }
            }

            fn from_fields(kind: &str, fields: &Fields) -> Result<Layer, Refusal> {
                Ok(match kind {
                    $($type => Layer::$variant {
                        $($field: fields.read(stringify!($field), None$(.or(Some($missing)))?)?,)*
                    },)*
                    _ => unreachable!("{kind} was found in LAYER_KINDS"),
                })
            }
        }
    };
}

const COUNT: SettingKind = number(1.0, NetworkSpec::MAX_OUTPUTS as f64).whole();
const SIDE: SettingKind = number(1.0, 1000.0).whole();
const BORDER: SettingKind = number(0.0, 1000.0).whole();
const GREY: SettingKind = number(-1000.0, 1000.0);

/// The help of every field `activation`.
macro_rules! activation_help {
    () => {
        "ReLU max(0, z) (Nair, Hinton 2010); leaky ReLU 0.01 z below zero (Maas and others 2013); tanh; scaled tanh 1.7159 tanh(⅔ z) (LeCun and others 1998); sigmoid 1/(1 + e⁻ᶻ) (Nielsen, chapter 1)."
    };
}

layers! {
    Conv "conv" Anywhere "Convolution"
    "Each filter slides over the maps and makes a map of its own: window × filter, summed, plus a bias, through the activation (LeCun and others 1989)." {
        filters: usize = 8, COUNT, "filters",
            "The number of filters, and so of the maps that come out.";
        size: usize = 3, SIDE, "size",
            "The side of a filter, in pixels.";
        stride: usize = 1; if missing 1, SIDE, "stride",
            "The step from one place of the window to the next, in pixels.";
        padding: usize = 1; if missing 0, BORDER, "padding",
            "The width of the border of zeros around the maps, in pixels.";
        activation: Activation = Activation::Relu, choice::<Activation>(), "activation",
            activation_help!();
        connections: Connections = Connections::All; if missing Connections::All, choice::<Connections>(), "connections",
            "Which maps each filter sees: all, or those of the table of C3 in LeCun and others 1998, for 6 maps and 16 filters.";
    }
    Pool "pool" Anywhere "Pooling"
    "Makes each map smaller: of each window it keeps the largest number, the mean, or the root of the sum of squares (Nielsen, chapter 6). Nothing is learned." {
        kind: PoolKind = PoolKind::Max, choice::<PoolKind>(), "kind",
            "What is kept of a window: the largest number, the mean, or the root of the sum of squares.";
        size: usize = 2, SIDE, "size",
            "The side of a window, in pixels.";
        stride: usize = 2, SIDE, "stride",
            "The step from one window to the next, in pixels; below the size, windows overlap (Krizhevsky and others 2012: 3 and 2).";
    }
    Dense "dense" Anywhere "Dense"
    "Each unit sees every number before it: a weight for each, plus a bias, through the activation." {
        units: usize = 64, COUNT, "units",
            "The number of units, and so of the numbers that come out.";
        activation: Activation = Activation::Relu, choice::<Activation>(), "activation",
            activation_help!();
    }
    Subsample "subsample" Anywhere "Subsampling"
    "Adds up each window, times a coefficient, plus a bias, through the activation; each map learns one coefficient and one bias (LeCun and others 1998, S2 and S4)." {
        size: usize = 2, SIDE, "size",
            "The side of a window, in pixels; windows lie side by side.";
        activation: Activation = Activation::ScaledTanh, choice::<Activation>(), "activation",
            activation_help!();
    }
    Preprocess "preprocess" First "Preprocessing"
    "Subtracts the mean of the training images, divides by how much each pixel varies, or whitens; its numbers come from the training images and do not learn (CS231n, Data preprocessing)." {
        kind: Preprocessing = Preprocessing::Center, choice::<Preprocessing>(), "kind",
            "Zero-centre subtracts the mean image; standardise also divides by each pixel's deviation; PCA whitening makes the principal components vary alike.";
    }
    Frame "frame" First "Frame"
    "Puts paper around the image and scales its greys from 0…1 to paper…ink: 32×32, −0.1 to 1.175, so that their mean is about 0 and their variance about 1 (LeCun and others 1998)." {
        border: usize = 2, BORDER, "border",
            "The width of the paper on each side, in pixels.";
        paper: f32 = -0.1, GREY, "paper",
            "The number that 0 becomes.";
        ink: f32 = 1.175, GREY, "ink",
            "The number that 1 becomes.";
    }
    Rbf "rbf" Last "RBF output"
    "Minus the squared distance of 84 units to a fixed 7×12 picture of each digit; the pictures do not learn (LeCun and others 1998)." {}
    Dropout "dropout" Anywhere "Dropout"
    "In training it sets each number to 0 with a probability and divides the others by what is left; afterwards it does nothing (Srivastava and others 2014)." {
        rate: f32 = 0.5, number(0.0, 0.999), "rate",
            "The probability with which a number is set to 0.";
    }
    Prelu "prelu" Anywhere "Parametric ReLU"
    "Leaky ReLU whose slope below zero each map learns, beginning at 0.25 (He and others 2015). It takes the place of an activation." {}
    Rrelu "rrelu" Anywhere "Randomised ReLU"
    "Leaky ReLU whose slope below zero is drawn from 1/8 to 1/3 for each number in training, and is their mean afterwards (Xu and others 2015). It takes the place of an activation." {}
}

words! { Activation:
    Relu "relu" "ReLU",
    LeakyRelu "leaky_relu" "leaky ReLU",
    Tanh "tanh" "tanh",
    ScaledTanh "scaled_tanh" "scaled tanh",
    Sigmoid "sigmoid" "sigmoid",
    None "none" "no activation",
}
words! { PoolKind:
    Max "max" "max",
    Average "average" "mean",
    L2 "l2" "L2",
}
words! { Connections:
    All "all" "all maps",
    Lecun1998 "lecun1998" "1998 table",
}
words! { Preprocessing:
    Center "center" "zero-centre",
    Standardize "standardize" "standardise",
    Whiten "whiten" "PCA whitening",
}

impl Layer {
    /// A convolution whose filters see all maps.
    pub const fn conv(filters: usize, size: usize, stride: usize, padding: usize, activation: Activation) -> Layer {
        Layer::Conv { filters, size, stride, padding, activation, connections: Connections::All }
    }

    /// The declaration of this kind of layer.
    pub fn kind(&self) -> &'static LayerKind {
        kind_of(self.type_name()).expect("every layer is in LAYER_KINDS")
    }

    /// Checks every field against its declaration.
    ///
    /// # Errors
    /// The first field that is out of range.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut fields = self.kind().fields.iter().zip(self.values());
        fields.try_for_each(|(field, value)| field.kind.check(field.name, &value))
    }

    /// A layer read from JSON: `{"type": "conv", …}`.
    ///
    /// # Errors
    /// The field that is missing, unknown or out of range, with what is allowed.
    pub fn read(json: &Json) -> Result<Layer, Refusal> {
        let Json::Object(given) = json else {
            return Err(Refusal::new(format!("{} is not a layer: write {{\"type\": \"conv\", …}}", shown(json))));
        };
        let name = given.get("type").ok_or_else(|| missing("type"))?;
        let kind = name.as_str().and_then(kind_of).ok_or_else(|| {
            let types = quoted(LAYER_KINDS.iter().map(|kind| kind.name));
            Refusal::new(format!("type cannot be {}: give one of {types}", shown(name))).at_field("type")
        })?;
        let layer = Layer::from_fields(kind.name, &Fields { given, declared: kind.fields })?;
        let names = || ["type"].into_iter().chain(kind.fields.iter().map(|field| field.name));
        match given.keys().find(|name| names().all(|known| known != *name)) {
            None => Ok(layer),
            Some(name) => {
                let sentence =
                    format!("there is no field \"{name}\" in \"{}\": there are {}", kind.name, quoted(names()));
                Err(Refusal::new(sentence).at_field(name))
            }
        }
    }

    /// A list of layers read from JSON.
    ///
    /// # Errors
    /// The first layer that cannot be read, and why.
    pub fn read_list(json: &Json) -> Result<Vec<Layer>, Refusal> {
        let Json::Array(list) = json else {
            return Err(Refusal::new("layers is a list: [{\"type\": \"conv\", …}, …]").at_field("layers"));
        };
        let read = |(index, json)| {
            Layer::read(json).map_err(|refusal| refusal.at_layer(index, &format!("layer {}", index + 1)))
        };
        list.iter().enumerate().map(read).collect()
    }
}

fn kind_of(name: &str) -> Option<&'static LayerKind> {
    LAYER_KINDS.iter().find(|kind| kind.name == name)
}

fn missing(field: &str) -> Refusal {
    Refusal::new(format!("the field \"{field}\" is missing")).at_field(field)
}

/// The fields of a layer in JSON, and their declarations.
struct Fields<'a> {
    given: &'a Map<String, Json>,
    declared: &'static [LayerField],
}

impl Fields<'_> {
    fn read<T: AsValue>(&self, name: &str, if_missing: Option<T>) -> Result<T, Refusal> {
        match self.value(name)? {
            Some(value) => Ok(T::from_value(&value)),
            None => if_missing.ok_or_else(|| missing(name)),
        }
    }

    fn value(&self, name: &str) -> Result<Option<Value>, Refusal> {
        let declared = self.declared.iter().find(|field| field.name == name).expect("declared with the layer");
        self.given.get(name).map(|json| declared.kind.read(name, json)).transpose()
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.kind();
        let mut map = serializer.serialize_map(Some(1 + kind.fields.len()))?;
        map.serialize_entry("type", kind.name)?;
        for (field, value) in kind.fields.iter().zip(self.values()) {
            map.serialize_entry(field.name, &value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_layer_comes_back_as_it_was_written() {
        for kind in LAYER_KINDS {
            let fresh = (kind.fresh)();
            assert_eq!(fresh.type_name(), kind.name);
            assert_eq!(fresh.check(), Ok(()), "{}", kind.name);
            let written = json!(fresh);
            assert_eq!(Layer::read(&written), Ok(fresh));
            // And with every word of every choice.
            for field in kind.fields {
                let SettingKind::Choice { options } = field.kind else { continue };
                for option in options {
                    let mut written = written.clone();
                    written[field.name] = option.value.into();
                    assert_eq!(json!(Layer::read(&written).unwrap()), written);
                }
            }
        }
        let frame = Layer::Frame { border: 3, paper: -0.1, ink: 1.175 };
        assert_eq!(json!(frame), json!({ "type": "frame", "border": 3, "paper": -0.1, "ink": 1.175 }));
    }

    #[test]
    fn a_missing_field_has_the_value_that_is_declared_for_it() {
        let written = json!({ "type": "conv", "filters": 4, "size": 5, "activation": "tanh" });
        assert_eq!(Layer::read(&written), Ok(Layer::conv(4, 5, 1, 0, Activation::Tanh)));
    }

    #[test]
    fn refusals_name_the_field_and_say_what_is_allowed() {
        let refusal = |json: Json| {
            let Refusal { layer: None, field, sentence } = Layer::read(&json).unwrap_err() else { panic!("{json}") };
            (field.unwrap_or_default(), sentence)
        };
        let is = |json, field: &str, sentence: &str| assert_eq!(refusal(json), (field.into(), sentence.into()));
        is(json!({ "type": "conv" }), "filters", "the field \"filters\" is missing");
        is(json!({ "size": 5 }), "type", "the field \"type\" is missing");
        is(
            json!({ "type": "rnn" }),
            "type",
            "type cannot be \"rnn\": give one of \"conv\", \"pool\", \"dense\", \"subsample\", \"preprocess\", \"frame\", \"rbf\", \
             \"dropout\", \"prelu\", \"rrelu\"",
        );
        is(
            json!({ "type": "pool", "kind": "max", "size": 2, "stride": 2, "units": 3 }),
            "units",
            "there is no field \"units\" in \"pool\": there are \"type\", \"kind\", \"size\", \"stride\"",
        );
        is(
            json!({ "type": "dense", "units": 2.5, "activation": "none" }),
            "units",
            "units cannot be 2.5: give a whole number from 1 to 2500000",
        );
        is(
            json!({ "type": "pool", "kind": ["max"], "size": 2, "stride": 2 }),
            "kind",
            "kind cannot be [\"max\"]: give one of \"max\", \"average\", \"l2\"",
        );
        is(json!(3), "", "3 is not a layer: write {\"type\": \"conv\", …}");
        let list = Layer::read_list(&json!([{ "type": "prelu" }, { "type": "dropout", "rate": 1 }])).unwrap_err();
        assert_eq!((list.layer, list.field.as_deref()), (Some(1), Some("rate")));
        assert_eq!(list.sentence, "layer 2: rate cannot be 1: give a number from 0 to 0.999");
    }
}
