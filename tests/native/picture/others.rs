//! Pictures without a digit, and with more than one.

use super::sheets::{BLACK, Sheet, WHITE, chance};

/// What is blank, with its name.
pub fn blanks() -> Vec<(&'static str, Sheet)> {
    let sheet = |grey: f32| Sheet::of(200, 160, |_, _| [grey; 3]);
    let is_edge = |x: usize, y: usize, deep: usize| x < deep || y < deep || x + deep >= 200 || y + deep >= 160;
    vec![
        ("white", sheet(255.0)),
        ("black", sheet(0.0)),
        ("grey", sheet(90.0)),
        ("one pixel", Sheet::of(1, 1, |_, _| WHITE)),
        ("one column", Sheet::of(1, 40, |_, _| BLACK)),
        ("one row", Sheet::of(40, 1, |_, _| WHITE)),
        ("28×28", Sheet::of(28, 28, |_, _| WHITE)),
        ("black, 28×28", Sheet::of(28, 28, |_, _| BLACK)),
        ("nothing", sheet(0.0).opaque(|_, _| 0.0)),
        ("noise", sheet(200.0).noisy(1, 12.0)),
        ("strong noise", sheet(128.0).noisy(2, 40.0)),
        ("noise, 28×28", Sheet::of(28, 28, |_, _| [200.0; 3]).noisy(3, 8.0)),
        ("light from a side", sheet(230.0).lit(|x, _| 0.7 + 0.3 * x)),
        ("vignette", sheet(230.0).lit(|x, y| 1.0 - 0.35 * (x * x + y * y)).noisy(4, 3.0)),
        ("half in shadow", sheet(230.0).lit(|x, y| if x + 0.4 * y > 0.1 { 0.5 } else { 1.0 })),
        ("ruled", sheet(250.0).marked([150.0; 3], |_, y| y % 25 == 12)),
        ("squared", sheet(250.0).marked([120.0; 3], |x, y| x % 20 == 10 || y % 20 == 10)),
        ("dotted", sheet(250.0).marked([120.0; 3], |x, y| x % 20 < 2 && y % 20 < 2)),
        ("a frame", sheet(255.0).marked(BLACK, |x, y| is_edge(x, y, 1))),
        ("a thick frame", sheet(255.0).marked(BLACK, |x, y| is_edge(x, y, 12))),
        ("a scan edge", sheet(240.0).marked(BLACK, |x, _| x < 9)),
        ("two scan edges", sheet(240.0).marked(BLACK, |x, y| x < 9 || y >= 150).noisy(6, 4.0)),
        ("specks", sheet(255.0).marked(BLACK, |x, y| chance(7, y * 200 + x) < 0.0005)),
        ("salt and pepper", sheet(200.0).marked(BLACK, |x, y| chance(8, y * 200 + x) < 0.02)),
    ]
}

/// More than one digit, made of several test images.
pub fn several(images: &[&[u8]]) -> Vec<(&'static str, Sheet)> {
    let paper = [240.0; 3];
    let pen = [30.0; 3];
    let one = |image: &[u8]| Sheet::with(image, 4.0, [112; 2], [0.0; 2], paper, pen);
    let row = images.iter().map(|image| one(image)).reduce(|left, right| left.beside(&right));
    let column = images.iter().map(|image| one(image)).reduce(|above, below| above.above(&below));
    vec![
        ("two", one(images[0]).beside(&one(images[1]))),
        ("close", one(images[0]).cut([0, 0], [98, 112]).beside(&one(images[1]).cut([14, 0], [98, 112]))),
        ("a line", row.expect("there are images")),
        ("below each other", column.expect("there are images")),
    ]
}
