//! Declarations of everything that people can set: hyperparameters and the fields of layers. The page builds its
//! controls from the declarations, and every value is checked against them.

use crate::refusal::Refusal;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use std::fmt;

/// A value of a setting or a field.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(untagged))]
pub enum Value {
    /// The value of a `SettingKind::Flag`.
    Flag(bool),
    /// The value of a `SettingKind::Number`.
    Number(f64),
    /// The value of a `SettingKind::Choice`.
    Text(String),
}

impl Value {
    /// Converts a JSON value; `None` for null, a list and an object.
    pub fn from_json(json: &Json) -> Option<Value> {
        match json {
            Json::Bool(flag) => Some(Value::Flag(*flag)),
            Json::Number(number) => number.as_f64().map(Value::Number),
            Json::String(text) => Some(Value::Text(text.clone())),
            _ => None,
        }
    }
}

/// These read a value that was checked against a declaration of its kind.
impl Value {
    fn flag(&self) -> bool {
        match self {
            Value::Flag(flag) => *flag,
            other => other.unchecked(),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Value::Number(number) => *number,
            other => other.unchecked(),
        }
    }

    fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            other => other.unchecked(),
        }
    }

    fn unchecked(&self) -> ! {
        unreachable!("{self} was checked")
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            // A number without a fraction is written as an integer (5 and not 5.0). Below 2⁵³ every such f64 fits an
            // i64.
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                serializer.serialize_i64(*number as i64)
            }
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

/// One option of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChoiceOption {
    /// The word that selects this option.
    pub value: &'static str,
    /// The name that people read.
    pub label: &'static str,
}

/// The values that a setting or a field accepts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SettingKind {
    /// A number from `min` to `max`.
    Number {
        /// The minimum.
        min: f64,
        /// The maximum.
        max: f64,
        /// Whether only whole numbers are allowed.
        integer: bool,
        /// Whether a slider should be logarithmic.
        logarithmic: bool,
    },
    /// One of several words.
    Choice {
        /// The words.
        options: &'static [ChoiceOption],
    },
    /// True or false.
    Flag,
}

/// A number from `min` to `max`.
pub const fn number(min: f64, max: f64) -> SettingKind {
    SettingKind::Number { min, max, integer: false, logarithmic: false }
}

/// A choice between the words of `T`.
pub const fn choice<T: Words>() -> SettingKind {
    SettingKind::Choice { options: T::OPTIONS }
}

impl SettingKind {
    /// This range with whole numbers only.
    pub const fn whole(self) -> SettingKind {
        match self {
            SettingKind::Number { min, max, logarithmic, .. } => {
                SettingKind::Number { min, max, integer: true, logarithmic }
            }
            other => other,
        }
    }

    /// This range with a logarithmic slider.
    pub const fn logarithmic(self) -> SettingKind {
        match self {
            SettingKind::Number { min, max, integer, .. } => {
                SettingKind::Number { min, max, integer, logarithmic: true }
            }
            other => other,
        }
    }

    /// Checks whether `value` is allowed. `name` is for the error.
    ///
    /// # Errors
    /// The value is not allowed. The sentence lists the allowed values.
    pub fn check(self, name: &str, value: &Value) -> Result<(), Refusal> {
        let allowed = match (self, value) {
            (SettingKind::Number { min, max, integer, .. }, Value::Number(x)) => {
                (min..=max).contains(x) && !(integer && x.fract() != 0.0)
            }
            (SettingKind::Choice { options }, Value::Text(text)) => options.iter().any(|option| option.value == text),
            (SettingKind::Flag, Value::Flag(_)) => true,
            _ => false,
        };
        if allowed { Ok(()) } else { Err(self.refuse(name, &value.to_string())) }
    }

    /// Converts and checks the JSON value of `name`.
    ///
    /// # Errors
    /// The value is not allowed. The sentence lists the allowed values.
    pub fn read(self, name: &str, json: &Json) -> Result<Value, Refusal> {
        let value = Value::from_json(json).ok_or_else(|| self.refuse(name, &shown(json)))?;
        self.check(name, &value)?;
        Ok(value)
    }

    fn refuse(self, name: &str, given: &str) -> Refusal {
        let allowed = match self {
            SettingKind::Number { min, max, integer, .. } => {
                format!("a {}number from {min} to {max}", if integer { "whole " } else { "" })
            }
            SettingKind::Choice { options } => format!("one of {}", quoted(options.iter().map(|option| option.value))),
            SettingKind::Flag => "true or false".into(),
        };
        Refusal::new(format!("{name} cannot be {given}: give {allowed}")).at_field(name)
    }
}

/// Joins words as a quoted list: "a", "b", "c".
pub fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    format!("\"{}\"", words.collect::<Vec<_>>().join("\", \""))
}

/// JSON on one line. `Json`'s own `Display` can also indent, which doubles its code.
pub fn shown(json: &Json) -> String {
    serde_json::to_string(json).expect("a value is JSON")
}

/// A type whose values are stored and exchanged as `Value`.
pub trait AsValue: Sized {
    /// Converts to a `Value`.
    fn to_value(&self) -> Value;
    /// Converts from a `Value` that was checked against the declaration.
    fn from_value(value: &Value) -> Self;
}

macro_rules! as_value {
    ($variant:ident, $read:ident, $($type:ty: $to:expr, $from:expr;)*) => {$(
        impl AsValue for $type {
            fn to_value(&self) -> Value {
                Value::$variant($to(self))
            }

            fn from_value(value: &Value) -> Self {
                $from(value.$read())
            }
        }
    )*};
}

as_value!(Number, number,
    f32: decimal, |x| x as f32;
    u32: |x: &u32| f64::from(*x), |x| x as u32;
    usize: |x: &usize| *x as f64, |x| x as usize;
);
as_value!(Flag, flag, bool: |x: &bool| *x, |x| x;);

/// An enum whose variants are selected by words. `words!` implements it.
pub trait Words: Copy + 'static {
    /// All variants.
    const ALL: &'static [Self];
    /// The word and the label of each variant, in the same order.
    const OPTIONS: &'static [ChoiceOption];
    /// The word of this variant.
    fn word(self) -> &'static str;

    /// The variant with this word.
    fn of_word(word: &str) -> Option<Self> {
        let at = Self::OPTIONS.iter().position(|option| option.value == word)?;
        Some(Self::ALL[at])
    }
}

impl<T: Words> AsValue for T {
    fn to_value(&self) -> Value {
        Value::Text(self.word().into())
    }

    fn from_value(value: &Value) -> Self {
        T::of_word(value.text()).expect("it was checked")
    }
}

/// Declares the word and the label of every variant of an enum.
macro_rules! words {
    ($type:ty: $($variant:ident $word:literal $label:literal,)*) => {
        impl $crate::declare::Words for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            const OPTIONS: &'static [$crate::declare::ChoiceOption] =
                &[$($crate::declare::ChoiceOption { value: $word, label: $label }),*];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}
pub(crate) use words;

/// The shortest decimal that rounds to this f32: 0.003 and not 0.003000000026077032.
fn decimal(x: &f32) -> f64 {
    let mut rounded = (0..=20).map(|places| {
        let scale = 10_f64.powi(places);
        (f64::from(*x) * scale).round() / scale
    });
    rounded.find(|rounded| *rounded as f32 == *x).unwrap_or(f64::from(*x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_as_it_was_written() {
        for (single, double) in
            [(0.003_f32, 0.003), (1e-5, 1e-5), (0.05, 0.05), (10.0, 10.0), (1.0 / 3.0, 0.333_333_34)]
        {
            assert_eq!(decimal(&single), double);
        }
        assert!(decimal(&f32::NAN).is_nan());
    }

    #[test]
    fn whole_numbers_are_written_without_a_fraction() {
        let values = [Value::Number(5.0), Value::Number(-0.1), Value::Number(1e300), Value::Text("max".into())];
        assert_eq!(serde_json::to_string(&values).unwrap(), "[5,-0.1,1e+300,\"max\"]");
    }
}
