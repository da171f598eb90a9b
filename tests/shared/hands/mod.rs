//! Digits by people who had no part in training: a judge of whether a network reads handwriting that it has not seen.
//!
//! The strokes come from a model of the hand's movements (`motor`); the ways of writing are in `digits.txt`, and a
//! `writer` has traits that all his digits share. This was written without a look at `src/data/pen`. Nothing may be
//! taken from there, or given to it: then the judge would only see whether the network knows its own lessons.

mod chance;
mod motor;
mod plan;
mod scribble;
mod writer;

use chance::Chance;
use plan::Style;
use writer::{Strokes, Writer};

/// One drawing and what it shows.
pub struct Drawn {
    pub strokes: Vec<Vec<[f32; 2]>>,
    pub digit: u8,
    pub style: &'static str,
}

/// `writers` writers, each of whom writes every digit `each` times in the style that is his.
pub fn write(seed: u64, writers: usize, each: usize) -> Vec<Drawn> {
    let table = digits();
    let mut drawn = Vec::with_capacity(writers * each * 10);
    for i in 0..writers {
        let mut chance = Chance::of(seed, i as u64);
        let writer = Writer::new(chance.bits());
        for digit in 0..10 {
            let style = chosen(&table, digit, &writer, &mut chance);
            drawn.extend((0..each).map(|_| draw(style, &writer, &mut chance)));
        }
    }
    drawn
}

/// All styles of a digit by name, so that a test can ask for one of them.
pub fn styles() -> Vec<(u8, &'static str)> {
    digits().iter().map(|style| (digit_of(style), style.name)).collect()
}

/// Drawings in one style, each by another writer.
pub fn write_style(seed: u64, style: &str, count: usize) -> Vec<Drawn> {
    let table = digits();
    let style = table.iter().find(|of| of.name == style).unwrap_or_else(|| panic!("no style {style:?}"));
    (0..count as u64)
        .map(|i| {
            let mut chance = Chance::of(seed, i);
            let writer = Writer::new(chance.bits());
            draw(style, &writer, &mut chance)
        })
        .collect()
}

/// What is not one digit, with what it is: letters, scribbles, and two digits side by side.
pub fn not_a_digit(seed: u64, count: usize) -> Vec<(Vec<Vec<[f32; 2]>>, &'static str)> {
    let (table, letters) = (digits(), plan::parse(include_str!("letters.txt")));
    (0..count)
        .map(|i| {
            let mut chance = Chance::of(seed, i as u64);
            let seed = chance.bits();
            match i % 4 {
                0 | 2 => {
                    let letter = &letters[chance.below(letters.len())];
                    (Writer::clear(seed).draw(letter, &mut chance), letter.name)
                }
                1 => (scribble::scribble(&Writer::new(seed), &mut chance), "scribble"),
                _ => (two(&table, &Writer::new(seed), &mut chance), "two digits"),
            }
        })
        .collect()
}

fn digits() -> Vec<Style> {
    plan::parse(include_str!("digits.txt"))
}

fn digit_of(style: &Style) -> u8 {
    style.name.as_bytes()[0] - b'0'
}

/// The way in which the writer learned to write the digit.
fn chosen<'a>(table: &'a [Style], digit: u8, writer: &Writer, chance: &mut Chance) -> &'a Style {
    let known: Vec<&Style> = table.iter().filter(|style| digit_of(style) == digit).collect();
    let shares: Vec<f32> = known.iter().map(|style| style.shares[usize::from(writer.is_american)]).collect();
    known[chance.pick(&shares)]
}

fn draw(style: &Style, writer: &Writer, chance: &mut Chance) -> Drawn {
    Drawn { strokes: writer.draw(style, chance), digit: digit_of(style), style: style.name }
}

/// Two digits by one hand, with a gap between them that a person sees.
fn two(table: &[Style], writer: &Writer, chance: &mut Chance) -> Strokes {
    let mut one = || {
        let digit = chance.below(10) as u8;
        let style = chosen(table, digit, writer, chance);
        writer.draw(style, chance)
    };
    let (mut left, right) = (one(), one());
    let (from, to) = (bounds(&left), bounds(&right));
    let height = (from[1][1] - from[0][1]).max(to[1][1] - to[0][1]);
    let gap = height * chance.between(0.15, 0.5);
    let along = from[1][0] + gap - to[0][0];
    let across = from[1][1] - to[1][1] + 0.05 * height * chance.normal();
    left.extend(right.into_iter().map(|stroke| stroke.iter().map(|[x, y]| [x + along, y + across]).collect()));
    left
}

/// The least and the greatest x and y.
fn bounds(strokes: &Strokes) -> [[f32; 2]; 2] {
    strokes.iter().flatten().fold([[f32::MAX; 2], [f32::MIN; 2]], |[low, high], point| {
        [[0, 1].map(|k| low[k].min(point[k])), [0, 1].map(|k| high[k].max(point[k]))]
    })
}
