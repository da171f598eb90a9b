//! A layer read from JSON, field by field. By hand, as what serde derives for an enum with a tag is ten times as large.

use super::{Activation, Connections, Layer, PoolKind, Preprocessing};
use serde_json::{Map, Value};

const ACTIVATIONS: &[(&str, Activation)] = &[
    ("relu", Activation::Relu),
    ("leaky_relu", Activation::LeakyRelu),
    ("tanh", Activation::Tanh),
    ("scaled_tanh", Activation::ScaledTanh),
    ("sigmoid", Activation::Sigmoid),
    ("none", Activation::None),
];
const KINDS: &[(&str, PoolKind)] = &[("max", PoolKind::Max), ("average", PoolKind::Average), ("l2", PoolKind::L2)];
const CONNECTIONS: &[(&str, Connections)] = &[("all", Connections::All), ("lecun1998", Connections::Lecun1998)];

#[derive(Clone, Copy)]
enum Type {
    Conv,
    Pool,
    Dense,
    Subsample,
    Preprocess,
    Frame,
    Rbf,
    Dropout,
    Prelu,
    Rrelu,
}

const TYPES: &[(&str, Type)] = &[
    ("conv", Type::Conv),
    ("pool", Type::Pool),
    ("dense", Type::Dense),
    ("subsample", Type::Subsample),
    ("preprocess", Type::Preprocess),
    ("frame", Type::Frame),
    ("rbf", Type::Rbf),
    ("dropout", Type::Dropout),
    ("prelu", Type::Prelu),
    ("rrelu", Type::Rrelu),
];

/// The types of layers there are, by name.
pub fn layer_types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}

impl TryFrom<Value> for Layer {
    type Error = String;

    fn try_from(value: Value) -> Result<Layer, String> {
        Layer::try_from(&value)
    }
}

impl TryFrom<&Value> for Layer {
    type Error = String;

    fn try_from(value: &Value) -> Result<Layer, String> {
        let Value::Object(given) = value else {
            return Err(format!("{} is no layer: write {{type: \"conv\", …}}", shown(value)));
        };
        let mut fields = Fields { given, known: Vec::new() };
        let layer = match fields.word("type", TYPES)? {
            Type::Conv => Layer::Conv {
                filters: fields.count("filters", None)?,
                size: fields.count("size", None)?,
                stride: fields.count("stride", Some(1))?,
                padding: fields.count("padding", Some(0))?,
                activation: fields.word("activation", ACTIVATIONS)?,
                connections: match fields.given.contains_key("connections") {
                    true => fields.word("connections", CONNECTIONS)?,
                    false => Connections::All,
                },
            },
            Type::Pool => Layer::Pool {
                kind: fields.word("kind", KINDS)?,
                size: fields.count("size", None)?,
                stride: fields.count("stride", None)?,
            },
            Type::Dense => Layer::Dense {
                units: fields.count("units", None)?,
                activation: fields.word("activation", ACTIVATIONS)?,
            },
            Type::Subsample => Layer::Subsample {
                size: fields.count("size", None)?,
                activation: fields.word("activation", ACTIVATIONS)?,
            },
            Type::Preprocess => Layer::Preprocess { kind: fields.word("kind", Preprocessing::ALL)? },
            Type::Frame => Layer::Frame {
                border: fields.count("border", None)?,
                paper: fields.number("paper")?,
                ink: fields.number("ink")?,
            },
            Type::Rbf => Layer::Rbf {},
            Type::Dropout => Layer::Dropout { rate: fields.number("rate")? },
            Type::Prelu => Layer::Prelu {},
            Type::Rrelu => Layer::Rrelu {},
        };
        fields.end()?;
        Ok(layer)
    }
}

/// An object, and the names that were asked for.
struct Fields<'a> {
    given: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields<'_> {
    fn get(&mut self, name: &'static str) -> Option<&Value> {
        self.known.push(name);
        self.given.get(name)
    }

    fn count(&mut self, name: &'static str, default: Option<usize>) -> Result<usize, String> {
        match self.get(name) {
            None => default.ok_or_else(|| missing(name)),
            Some(value) => {
                let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
                count.ok_or_else(|| format!("{name} cannot be {}: give a whole number, 0 or more", shown(value)))
            }
        }
    }

    fn number(&mut self, name: &'static str) -> Result<f32, String> {
        let value = self.get(name).ok_or_else(|| missing(name))?;
        let number = value.as_f64().ok_or_else(|| format!("{name} cannot be {}: give a number", shown(value)))?;
        Ok(number as f32)
    }

    fn word<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Result<T, String> {
        let value = self.get(name).ok_or_else(|| missing(name))?;
        let word = words.iter().find(|(word, _)| value.as_str() == Some(word));
        word.map(|(_, meant)| *meant).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            format!("{name} cannot be {}: give one of {}", shown(value), listed(&words))
        })
    }

    fn end(self) -> Result<(), String> {
        match self.given.keys().find(|name| !self.known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(format!("unknown field \"{name}\": there are {}", listed(&self.known))),
        }
    }
}

/// A value as one writes it. Not by its `Display`, which can also be pretty, and so is twice as large.
pub fn shown(value: &Value) -> String {
    serde_json::to_string(value).expect("a value is JSON")
}

fn missing(name: &str) -> String {
    format!("missing field \"{name}\"")
}

fn listed(words: &[&str]) -> String {
    format!("\"{}\"", words.join("\", \""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_layer_comes_back_as_it_was_written() {
        let mut layers: Vec<Layer> = ACTIVATIONS
            .iter()
            .zip(CONNECTIONS.iter().cycle())
            .map(|(&(_, activation), &(_, connections))| Layer::Conv {
                filters: 4,
                size: 5,
                stride: 2,
                padding: 1,
                activation,
                connections,
            })
            .collect();
        layers.extend(KINDS.iter().map(|&(_, kind)| Layer::Pool { kind, size: 2, stride: 3 }));
        layers.push(Layer::Dense { units: 10, activation: Activation::None });
        layers.extend([Layer::Dropout { rate: 0.25 }, Layer::Prelu {}, Layer::Rrelu {}, Layer::Rbf {}]);
        layers.push(Layer::Subsample { size: 2, activation: Activation::ScaledTanh });
        layers.extend(Preprocessing::ALL.iter().map(|&(_, kind)| Layer::Preprocess { kind }));
        layers.push(Layer::Frame { border: 2, paper: -0.1, ink: 1.175 });
        for layer in layers {
            assert_eq!(Layer::try_from(json!(layer)), Ok(layer));
        }
    }

    #[test]
    fn what_is_no_layer_is_refused_with_what_is_allowed() {
        let refusal = |value: Value| Layer::try_from(value).unwrap_err();
        assert_eq!(refusal(json!({ "type": "conv" })), "missing field \"filters\"");
        assert_eq!(
            refusal(json!({ "type": "rnn" })),
            "type cannot be \"rnn\": give one of \"conv\", \"pool\", \"dense\", \"subsample\", \"preprocess\", \"frame\", \"rbf\", \"dropout\", \"prelu\", \
             \"rrelu\""
        );
        let pool = json!({ "type": "pool", "kind": "max", "size": 2, "stride": 2, "units": 3 });
        let known = "\"type\", \"kind\", \"size\", \"stride\"";
        assert_eq!(refusal(pool), format!("unknown field \"units\": there are {known}"));
        let dense = json!({ "type": "dense", "units": 2.5, "activation": "none" });
        assert_eq!(refusal(dense), "units cannot be 2.5: give a whole number, 0 or more");
        assert_eq!(refusal(json!(3)), "3 is no layer: write {type: \"conv\", …}");
    }
}
