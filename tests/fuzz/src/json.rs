//! Changes one value of the JSON text that an input contains, so that it stays JSON.

use serde_json::{Value, json};
use std::ops::Range;

/// The place of the first JSON object or list in `bytes`.
pub fn find(bytes: &[u8]) -> Option<Range<usize>> {
    let start = bytes.iter().position(|byte| b"{[".contains(byte))?;
    let mut values = serde_json::Deserializer::from_slice(&bytes[start..]).into_iter::<Value>();
    values.next()?.ok()?;
    Some(start..start + values.byte_offset())
}

/// Replaces one value of the text, which is counted in depth-first order.
pub fn change(bytes: &mut Vec<u8>, which: usize, to: usize) {
    let Some(place) = find(bytes) else {
        return;
    };
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes[place.clone()]) else {
        return;
    };
    let count = count(&value);
    replace(&mut value, &mut ((which * count) >> 16), to);
    bytes.splice(place, value.to_string().into_bytes());
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        // Metadata of safetensors files is JSON in a string.
        Value::String(text) => serde_json::from_str::<Value>(text).map_or(0, |inner| count(&inner)),
        _ => 0,
    }
}

/// Counts `at` down, and replaces the value at which it reaches 0.
fn replace(value: &mut Value, at: &mut usize, to: usize) {
    if *at == 0 {
        *value = other(value, to);
    }
    *at = at.wrapping_sub(1);
    match value {
        _ if *at == usize::MAX => {}
        Value::Array(items) => items.iter_mut().for_each(|item| step(item, at, to)),
        Value::Object(fields) => fields.values_mut().for_each(|field| step(field, at, to)),
        Value::String(text) => {
            if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
                step(&mut inner, at, to);
                *text = inner.to_string();
            }
        }
        _ => {}
    }
}

/// Goes on unless the value has been replaced.
fn step(value: &mut Value, at: &mut usize, to: usize) {
    if *at != usize::MAX {
        replace(value, at, to);
    }
}

/// Another value in the place of `value`.
fn other(value: &Value, to: usize) -> Value {
    let number = value.as_f64().unwrap_or_default();
    match (to % 20, value) {
        (0, _) => Value::Null,
        (1, _) => json!(true),
        (2, _) => json!(-1),
        (3, _) => json!(0),
        (4, _) => json!(1e300),
        (5, _) => json!(u64::MAX),
        (6, _) => json!("NaN"),
        (7, _) => json!([]),
        (8, _) => json!({}),
        (9, _) => json!(0.5),
        (10, _) => json!(4_294_967_296_u64),
        (11, _) => json!(number + 1.0),
        (12, _) => json!((number as i64).saturating_add(1)),
        (13, _) => json!((number as i64).saturating_sub(1)),
        (14, _) => json!((number as i64).saturating_mul(2)),
        (15, Value::Array(items)) => {
            let mut items = items.clone();
            items.extend(items.first().cloned());
            items.into()
        }
        (16, Value::Array(items)) => items.iter().skip(1).cloned().collect(),
        (17, Value::Array(items)) => items.iter().rev().cloned().collect(),
        (18, Value::Object(fields)) => fields.clone().into_iter().skip(1).collect(),
        (_, Value::String(text)) => json!(text.chars().rev().collect::<String>()),
        _ => json!(to as f64 / 1024.0),
    }
}
