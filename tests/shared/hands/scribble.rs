//! Scribbles: what a bored hand, or one that tries a pen, leaves on the paper.

use super::chance::Chance;
use super::motor::Move;
use super::plan::Stroke;
use super::writer::{Strokes, Writer};
use std::f32::consts::{PI, TAU};

/// One of three kinds, each with so many movements that no digit comes out by accident.
pub fn scribble(writer: &Writer, chance: &mut Chance) -> Strokes {
    let moves = match chance.below(3) {
        0 => zigzag(chance),
        1 => coil(chance),
        _ => tangle(chance),
    };
    writer.put(&[Stroke { start: [0.0; 2], moves }], 1.0, 0.0, chance)
}

/// To and fro, as one blackens something or crosses it out.
fn zigzag(chance: &mut Chance) -> Vec<Move> {
    let along = chance.between(0.0, PI);
    let narrow = chance.between(0.15, 0.4);
    (0..9 + chance.below(5))
        .map(|i| {
            let back = if i % 2 == 0 { narrow } else { PI - narrow };
            let from = along + back + 0.1 * chance.normal();
            Move { from, sweep: 0.25 * chance.normal(), length: 1.5 * (0.2 * chance.normal()).exp() }
        })
        .collect()
}

/// A row of loops, like a spring.
fn coil(chance: &mut Chance) -> Vec<Move> {
    let from = chance.between(0.0, TAU);
    let (ahead, around) = (chance.between(0.55, 0.75), if chance.unit() < 0.5 { 1.0 } else { -1.0 });
    // Each loop is two halves, of which the one that goes ahead is longer: so the loops advance.
    (0..2 * (4 + chance.below(3)))
        .map(|i| {
            let length = if i % 2 == 0 { 1.5 } else { 1.5 * ahead } * (0.12 * chance.normal()).exp();
            Move { from: from + around * PI * i as f32, sweep: around * PI, length }
        })
        .collect()
}

/// Bends in all directions that stay about one place.
fn tangle(chance: &mut Chance) -> Vec<Move> {
    let (mut pen, mut rim) = ([0.0f32; 2], 0.0);
    (0..9 + chance.below(5))
        .map(|_| {
            // Each aims across a circle to its other side, so that the lines cross.
            rim += chance.between(1.9, TAU - 1.9);
            let over = [rim.cos() - pen[0], rim.sin() - pen[1]];
            let movement = Move::spanning(over, 0.9 * chance.normal());
            pen = [rim.cos(), rim.sin()];
            movement
        })
        .collect()
}
