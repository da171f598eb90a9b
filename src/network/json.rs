//! Reads a layer from JSON and writes it as JSON, as its kind declares.

use super::kind::{Fields, LayerKind, missing};
use super::layers::{LAYER_KINDS, Layer};
use crate::declare::{quoted, shown};
use crate::refusal::Refusal;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;

impl Layer {
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

    /// Reads a layer from JSON: `{"type": "conv", …}`.
    ///
    /// # Errors
    /// A field is missing, unknown or out of range. The sentence lists what is allowed.
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

    /// Reads a list of layers from JSON.
    ///
    /// # Errors
    /// The first layer that cannot be read, and the reason.
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
    use crate::declare::SettingKind;
    use crate::network::Activation;
    use serde_json::json;

    #[test]
    fn every_layer_comes_back_as_it_was_written() {
        for kind in LAYER_KINDS {
            let mut written = json!({ "type": kind.name });
            for (field, value) in kind.fields.iter().zip((kind.defaults)()) {
                written[field.name] = json!(value);
            }
            let fresh = Layer::read(&written).unwrap();
            assert_eq!(fresh.type_name(), kind.name);
            assert_eq!(json!(fresh), written);
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
