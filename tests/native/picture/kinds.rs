//! Kinds of pictures with one digit: how one is made of MNIST's image, and how many may be predicted wrongly.

use super::sheets::{BLACK, Colour, Sheet, WHITE, between, chance, inked, mixed};

/// The number of pictures of each kind.
pub const SAMPLE: usize = 40;

pub struct Kind {
    pub name: &'static str,
    /// The maximum number of the first `SAMPLE` test images that the network predicts wrongly.
    pub wrong: usize,
    /// The picture of an image, with its number as a seed.
    pub make: fn(&[u8], usize) -> Sheet,
}

const GREY: Colour = [128.0; 3];
const INK: Colour = [40.0, 45.0, 60.0];
const PAPER: Colour = [235.0, 230.0, 215.0];
const RULE: Colour = [170.0, 195.0, 225.0];

fn ink(image: &[u8]) -> Sheet {
    Sheet::plain(image, PAPER, INK)
}

fn is_edge(x: usize, y: usize, sides: [usize; 4], of: usize) -> bool {
    x < sides[0] || y < sides[1] || x + sides[2] >= of || y + sides[3] >= of
}

/// On a transparent sheet, with this colour at each row.
fn see_through(image: &[u8], colour: fn(usize) -> Colour) -> Sheet {
    Sheet::of(200, 200, |_, y| colour(y))
        .opaque(|x, y| between(image, (x as f32 - 29.5) / 5.0, (y as f32 - 29.5) / 5.0))
}

/// Cropped to the ink, `times` as large.
pub fn cropped(image: &[u8], times: usize, least: u8) -> Sheet {
    let [low, high] = inked(image, least);
    let sheet = Sheet::of(28 * times, 28 * times, |x, y| [255.0 - f32::from(image[y / times * 28 + x / times]); 3]);
    sheet.cut(low.map(|low| low * times), [0, 1].map(|axis| (high[axis] - low[axis]) * times))
}

pub const KINDS: &[Kind] = &[
    Kind { name: "black on white", wrong: 0, make: |image, _| Sheet::plain(image, WHITE, BLACK) },
    Kind { name: "white on black", wrong: 0, make: |image, _| Sheet::plain(image, BLACK, WHITE) },
    Kind { name: "light on a grey board", wrong: 0, make: |image, _| Sheet::plain(image, [140.0; 3], WHITE) },
    Kind { name: "dark on grey", wrong: 0, make: |image, _| Sheet::plain(image, GREY, [30.0; 3]) },
    Kind { name: "dark mode", wrong: 0, make: |image, _| Sheet::plain(image, [30.0; 3], [212.0, 212.0, 212.0]) },
    Kind { name: "pencil", wrong: 0, make: |image, seed| Sheet::plain(image, [250.0; 3], [205.0; 3]).noisy(seed, 3.0) },
    Kind {
        name: "blue on yellow",
        wrong: 0,
        make: |image, _| Sheet::plain(image, [250.0, 220.0, 60.0], [40.0, 60.0, 160.0]),
    },
    Kind {
        name: "red on green of one brightness",
        wrong: 0,
        make: |image, _| Sheet::plain(image, [0.0, 102.0, 0.0], [200.0, 0.0, 0.0]),
    },
    Kind { name: "yellow on white", wrong: 0, make: |image, _| Sheet::plain(image, WHITE, [255.0, 230.0, 0.0]) },
    Kind { name: "vignette", wrong: 0, make: |image, _| ink(image).lit(|x, y| 1.0 - 0.35 * (x * x + y * y)) },
    Kind { name: "light from a corner", wrong: 0, make: |image, _| ink(image).lit(|x, y| 0.7 + 0.15 * (x + y)) },
    Kind {
        name: "lamp",
        wrong: 1,
        make: |image, seed| {
            ink(image).lit(|x, y| 0.35 + 0.65 * (-1.2 * ((x - 0.4).powi(2) + (y + 0.5).powi(2))).exp()).noisy(seed, 3.0)
        },
    },
    Kind {
        name: "half in shadow",
        wrong: 2,
        make: |image, _| ink(image).lit(|x, y| if x + 0.3 * y > 0.05 { 0.5 } else { 1.0 }),
    },
    Kind {
        name: "a corner in shadow",
        wrong: 1,
        make: |image, seed| ink(image).lit(|x, y| if x + y > 0.8 { 0.6 } else { 1.0 }).noisy(seed, 3.0),
    },
    Kind {
        name: "ruled paper",
        wrong: 1,
        make: |image, seed| {
            let rule = |x: usize, y: usize| y % 25 == 12 || x == 18 + seed % 3;
            Sheet::with(image, 5.0, [200; 2], [30.0; 2], WHITE, INK).changed(|x, y, before| {
                if rule(x, y) { std::array::from_fn(|at| before[at].min(RULE[at])) } else { before }
            })
        },
    },
    Kind {
        name: "squared paper, as dark as the ink",
        wrong: 4,
        make: |image, _| ink(image).marked([90.0, 100.0, 120.0], |x, y| x % 25 == 10 || y % 25 == 12),
    },
    Kind {
        name: "tilted rules",
        wrong: 4,
        make: |image, _| ink(image).marked([100.0, 120.0, 150.0], |x, y| (y + x / 40) % 33 < 2),
    },
    Kind {
        name: "dotted paper",
        wrong: 0,
        make: |image, _| ink(image).marked([120.0; 3], |x, y| x % 20 < 2 && y % 20 < 2),
    },
    Kind {
        name: "a scan edge",
        wrong: 0,
        make: |image, _| ink(image).marked(BLACK, |x, y| is_edge(x, y, [12, 0, 0, 0], 200)),
    },
    Kind {
        name: "two scan edges",
        wrong: 0,
        make: |image, seed| ink(image).marked([20.0; 3], |x, y| is_edge(x, y, [0, 7, 9, 0], 200)).noisy(seed, 4.0),
    },
    Kind {
        name: "four scan edges",
        wrong: 0,
        make: |image, _| ink(image).marked([20.0; 3], |x, y| is_edge(x, y, [3, 14, 9, 5], 200)),
    },
    Kind {
        name: "a tilted scan edge",
        wrong: 0,
        make: |image, _| ink(image).marked([10.0; 3], |x, y| x + y / 12 >= 196),
    },
    Kind {
        name: "a white border around a board",
        wrong: 0,
        make: |image, _| {
            Sheet::plain(image, [60.0, 80.0, 70.0], [225.0; 3]).marked(WHITE, |x, y| is_edge(x, y, [12; 4], 200))
        },
    },
    Kind {
        name: "a hair-line frame",
        wrong: 0,
        make: |image, _| ink(image).marked(BLACK, |x, y| is_edge(x, y, [1; 4], 200)),
    },
    Kind {
        name: "a thick frame",
        wrong: 0,
        make: |image, _| ink(image).marked(INK, |x, y| is_edge(x, y, [20; 4], 200)),
    },
    Kind {
        name: "a frame within the sheet",
        wrong: 0,
        make: |image, _| ink(image).marked(INK, |x, y| !is_edge(x, y, [10; 4], 200) && is_edge(x, y, [14; 4], 200)),
    },
    Kind {
        name: "a round frame",
        wrong: 1,
        make: |image, _| {
            ink(image).marked(INK, |x, y| {
                let away = (x as f32 - 99.5).hypot(y as f32 - 99.5);
                (88.0..92.0).contains(&away)
            })
        },
    },
    Kind {
        name: "a frame with round corners",
        wrong: 0,
        make: |image, _| {
            ink(image).marked(INK, |x, y| {
                let beyond = |x: usize| ((x as f32 - 99.5).abs() - 65.0).max(0.0);
                (26.0..30.0).contains(&beyond(x).hypot(beyond(y)))
            })
        },
    },
    Kind {
        name: "specks",
        wrong: 0,
        make: |image, seed| ink(image).marked(BLACK, |x, y| chance(seed, y / 2 * 100 + x / 2) < 0.002),
    },
    Kind {
        name: "salt and pepper",
        wrong: 1,
        make: |image, seed| {
            ink(image).changed(|x, y, before| match chance(seed, y * 200 + x) {
                ..0.02 => BLACK,
                0.02..0.04 => WHITE,
                _ => before,
            })
        },
    },
    Kind { name: "noise", wrong: 1, make: |image, seed| ink(image).noisy(seed, 30.0) },
    Kind {
        name: "photograph",
        wrong: 1,
        make: |image, seed| {
            let sheet = Sheet::with(image, 7.0, [400, 300], [90.0, 50.0], PAPER, INK);
            sheet.lit(|x, y| 0.75 - 0.2 * x - 0.25 * (x * x + y * y)).noisy(seed, 8.0)
        },
    },
    Kind {
        name: "28×28, moved",
        wrong: 0,
        make: |image, _| Sheet::of(28, 28, |x, y| [255.0 - f32::from(image[(y + 24) % 28 * 28 + (x + 24) % 28]); 3]),
    },
    Kind {
        name: "28×28, noisy",
        wrong: 1,
        make: |image, seed| {
            Sheet::of(28, 28, |x, y| {
                mixed([180.0; 3], [60.0; 3], f32::from(image[y * 28 + x]) / 255.0)
                    .map(|grey| grey + 16.0 * chance(seed, y * 28 + x) - 8.0)
            })
        },
    },
    Kind {
        name: "14×14",
        wrong: 4,
        make: |image, _| {
            Sheet::of(14, 14, |x, y| {
                let sum: f32 = [0, 1, 28, 29].iter().map(|next| f32::from(image[2 * y * 28 + 2 * x + next])).sum();
                [255.0 - sum / 4.0; 3]
            })
        },
    },
    Kind {
        name: "small on a large sheet",
        wrong: 1,
        make: |image, _| Sheet::with(image, 2.0, [600, 500], [440.0, 320.0], WHITE, BLACK),
    },
    Kind {
        name: "a wide strip",
        wrong: 0,
        make: |image, _| Sheet::with(image, 4.0, [1200, 120], [60.0, 4.0], PAPER, INK),
    },
    Kind {
        name: "a high strip",
        wrong: 0,
        make: |image, _| Sheet::with(image, 4.0, [120, 1200], [4.0, 900.0], PAPER, INK),
    },
    Kind {
        name: "at the rim",
        wrong: 1,
        make: |image, _| Sheet::with(image, 5.0, [200; 2], [-5.0 * inked(image, 100)[0][0] as f32, 30.0], PAPER, INK),
    },
    Kind { name: "cropped to the ink", wrong: 1, make: |image, _| cropped(image, 10, 128) },
    Kind { name: "cropped to all ink", wrong: 1, make: |image, _| cropped(image, 4, 1) },
    Kind { name: "black on nothing", wrong: 0, make: |image, _| see_through(image, |_| BLACK) },
    Kind { name: "white on nothing", wrong: 0, make: |image, _| see_through(image, |_| WHITE) },
    Kind {
        name: "many colours on nothing",
        wrong: 1,
        make: |image, _| see_through(image, |y| [255.0 - y as f32, 40.0, y as f32]),
    },
    Kind {
        name: "bright colours on nothing",
        wrong: 0,
        make: |image, _| see_through(image, |y| [255.0, 255.0 - y as f32 / 2.0, 200.0]),
    },
    Kind {
        name: "a card with round, see-through corners",
        wrong: 0,
        make: |image, _| {
            ink(image).opaque(|x, y| {
                let beyond = |x: usize| ((x as f32 - 99.5).abs() - 70.0).max(0.0);
                if beyond(x).hypot(beyond(y)) > 30.0 { 0.0 } else { 1.0 }
            })
        },
    },
];
