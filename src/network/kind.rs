//! What the declaration of a kind of layer consists of. The declarations are in `layers`.

use crate::declare::{AsValue, SettingKind, Value};
use crate::refusal::Refusal;
use serde_json::{Map, Value as Json};

/// The places in a list of layers where a kind is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Place {
    /// Before all other layers, because it prepares the image. Several such layers have the order of `LAYER_KINDS`.
    First,
    /// Between the image and the output.
    Anywhere,
    /// At the end, because its outputs are the logits.
    Last,
}

/// The declaration of one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerField {
    /// The name in `Layer` and in JSON.
    pub name: &'static str,
    /// The name that people read.
    pub label: &'static str,
    /// A description in one line.
    pub help: &'static str,
    /// The values that it accepts.
    pub kind: SettingKind,
}

/// The declaration of one kind of layer.
#[derive(Debug)]
pub struct LayerKind {
    /// The `type` in JSON.
    pub name: &'static str,
    /// The name that people read.
    pub label: &'static str,
    /// The beginning of a layer's name in a network: the C of C1. For layers that come before all others, the whole
    /// name.
    pub stem: &'static str,
    /// A description, with the source of the idea.
    pub help: &'static str,
    /// The places in a list where it is allowed.
    pub place: Place,
    /// The fields in the order in which the page shows them.
    pub fields: &'static [LayerField],
    /// The default of every field in a new layer.
    pub defaults: fn() -> Vec<Value>,
}

/// Declares `Layer` and `LAYER_KINDS` from one list. A field that may be missing in JSON declares its default there.
/// This is a macro and not serde, because the code that serde derives for a tagged enum is ten times as large.
macro_rules! layers {
    ($($variant:ident $type:literal $stem:literal $place:ident $label:literal $help:literal {
        $($field:ident: $field_type:ty = $default:expr $(; if missing $missing:expr)?, $kind:expr,
            $field_label:literal, $field_help:expr;)*
    })*) => {
        /// One layer of a network.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(test, derive(ts_rs::TS), ts(tag = "type", rename_all = "snake_case"))]
        pub enum Layer {
            $(#[doc = $help] $variant { $(#[doc = $field_help] $field: $field_type,)* },)*
        }

        /// The declarations of all kinds of layers in the order in which the page shows them.
        pub const LAYER_KINDS: &[LayerKind] = &[$(LayerKind {
            name: $type,
            label: $label,
            stem: $stem,
            help: $help,
            place: Place::$place,
            fields: &[$(LayerField {
                name: stringify!($field), label: $field_label, help: $field_help, kind: $kind,
            }),*],
            defaults: || Layer::$variant { $($field: $default),* }.values(),
        }),*];

        impl Layer {
            /// The `type` in JSON.
            pub fn type_name(&self) -> &'static str {
                match self {
                    $(Layer::$variant { .. } => $type,)*
                }
            }

            /// The values of all fields in the order of the declaration.
            pub fn values(&self) -> Vec<Value> {
                match self {
                    $(Layer::$variant { $($field),* } => vec![$($field.to_value()),*],)*
                }
            }

            pub(super) fn from_fields(kind: &str, fields: &Fields) -> Result<Layer, Refusal> {
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
pub(super) use layers;

pub(super) fn missing(field: &str) -> Refusal {
    Refusal::new(format!("the field \"{field}\" is missing")).at_field(field)
}

/// The fields of a layer in JSON, with their declarations.
pub(super) struct Fields<'a> {
    pub given: &'a Map<String, Json>,
    pub declared: &'static [LayerField],
}

impl Fields<'_> {
    pub(super) fn read<T: AsValue>(&self, name: &str, if_missing: Option<T>) -> Result<T, Refusal> {
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
