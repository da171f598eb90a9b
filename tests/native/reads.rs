//! Whether the trained network of `assets` reads digits that people draw: those of `hands`, who had no part in training.

use crate::hands::{self, Drawn};
use crate::trained::trained_viewer;
use lenet::data::digit::{Point, normalize};
use lenet::inspect::{Viewer, largest};

/// The predicted digit of a drawing, and its probability.
fn predict(viewer: &mut Viewer, strokes: &[Vec<[f32; 2]>]) -> (u8, f32) {
    let point = |&[x, y]: &[f32; 2]| Point { x, y, pressure: 0.5 };
    let strokes: Vec<Vec<Point>> = strokes.iter().map(|stroke| stroke.iter().map(point).collect()).collect();
    let pixels = normalize(&strokes).map(|grey| f32::from(grey) / 255.0);
    let probabilities = viewer.look(&pixels).probabilities;
    let digit = largest(&probabilities.to_vec());
    (digit, probabilities[usize::from(digit)])
}

fn accuracy(viewer: &mut Viewer, drawn: &[Drawn]) -> f64 {
    let right = drawn.iter().filter(|drawn| predict(viewer, &drawn.strokes).0 == drawn.digit).count();
    right as f64 / drawn.len() as f64
}

#[test]
fn the_trained_network_reads_the_digits_of_strangers() {
    let mut viewer = trained_viewer();
    let drawn = hands::write(7, 44, 8);
    let read = accuracy(&mut viewer, &drawn);
    println!("{:.2} % of {} digits by 44 hands", 100.0 * read, drawn.len());
    assert!(read >= 0.985, "{read}"); // 99.25 % of 7,040 were measured

    for (digit, style) in hands::styles() {
        let drawn = hands::write_style(11, style, 40);
        assert!(drawn.iter().all(|drawn| drawn.digit == digit && drawn.style == style));
        let read = accuracy(&mut viewer, &drawn);
        println!("{style}: {:.0} %", 100.0 * read);
        assert!(read >= 0.7, "{style}: {read}");
    }
}

/// How sure the network is of what is no digit at all, beside digits.
#[test]
fn it_is_less_sure_of_letters_and_scribbles() {
    let mut viewer = trained_viewer();
    let mut sure = |drawings: Vec<Vec<Vec<[f32; 2]>>>| {
        let count = drawings.iter().filter(|strokes| predict(&mut viewer, strokes).1 >= 0.99).count();
        count as f64 / drawings.len() as f64
    };
    let digits = sure(hands::write(8, 20, 2).into_iter().map(|drawn| drawn.strokes).collect());
    let others = hands::not_a_digit(9, 400);
    assert!(["letter", "scribble", "two digits"].iter().all(|kind| others.iter().any(|(_, is)| is.starts_with(kind))));
    let others = sure(others.into_iter().map(|(strokes, _)| strokes).collect());
    println!("99 % sure of {:.1} % of the digits and of {:.1} % of what is none", 100.0 * digits, 100.0 * others);
    assert!(digits > 2.0 * others, "{digits} and {others}");
}
