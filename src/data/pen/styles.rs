//! The ways in which people write the ten digits, as points that a pen passes.

/// One way of writing a digit.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The digit.
    pub digit: u8,
    /// How common it is, compared with the other styles of this digit.
    pub share: f32,
    /// The points that the pen passes, x from 0 (left) to 100 and y from 0 (top) to 100. "!" marks a corner, and "/"
    /// separates strokes.
    path: &'static str,
}

/// A point that the pen passes, and whether it turns sharply there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passed {
    pub at: [f32; 2],
    pub corner: bool,
}

impl Style {
    /// The strokes of its path.
    pub fn strokes(&self) -> Vec<Vec<Passed>> {
        // Whole numbers: reading others takes 10 kB of code.
        let number = |text: &str| f32::from(text.parse::<u8>().expect("a path has whole numbers"));
        let passed = |word: &str| {
            let (x, y) = word.trim_end_matches('!').split_once(',').expect("a point is x,y");
            Passed { at: [number(x), number(y)], corner: word.ends_with('!') }
        };
        self.path.split('/').map(|stroke| stroke.split_whitespace().map(passed).collect()).collect()
    }
}

const fn style(digit: u8, share: f32, path: &'static str) -> Style {
    Style { digit, share, path }
}

/// All styles, with a name for each.
pub const STYLES: &[Style] = &[
    style(0, 5.0, "55,2 26,12 12,50 25,88 52,98 80,86 90,48 78,12 56,2 44,4"), // round
    style(0, 2.0, "52,1 36,14 28,50 36,88 52,99 68,86 74,48 66,12 52,1"),      // narrow
    style(0, 2.0, "62,8 40,2 17,40 24,86 58,98 84,62 80,22 56,14"),            // not closed
    style(0, 1.0, "62,18 46,4 18,34 20,76 50,98 82,76 85,35 60,6 38,14 52,28"), // with a curl
    style(0, 1.0, "40,96 14,66 16,26 48,2 82,24 88,66 62,96 34,94"),           // from below
    style(0, 1.0, "55,2 26,12 12,50 25,88 52,98 80,86 90,48 78,12 55,2 / 88,8 14,94"), // slashed
    style(1, 4.0, "50,0 50,50 50,100"),                                        // bare
    style(1, 2.5, "33,20 52,0! 52,50 52,100"),                                 // short flag
    style(1, 2.0, "14,46 36,24 56,0! 56,50 56,100"),                           // long flag
    style(1, 1.0, "22,30 42,20 54,0! 53,50 52,100"),                           // curved flag
    style(1, 2.0, "28,22 52,0! 52,50 52,100 / 22,100 52,99 82,100"),           // flag and foot
    style(1, 1.0, "12,40 54,0! 54,50 54,98 / 14,99 54,98 92,97"),              // long flag and foot
    style(1, 0.7, "30,24 52,0! 50,96! 24,98! 80,97"),                          // foot in one stroke
    style(1, 0.7, "28,6 52,2! 52,50 52,98 / 24,98 80,98"),                     // level serif and foot
    style(1, 0.5, "26,1 76,0 / 51,1 51,99 / 25,99 77,99"),                     // bars above and below
    style(1, 0.5, "50,0 50,98 / 26,99 76,98"),                                 // bare with a foot
    style(1, 0.6, "36,18 52,0! 50,60 52,90 66,98 80,92"),                      // hooked
    style(2, 4.0, "14,26 26,6 55,0 79,16 74,42 44,70 10,98! 50,98 90,97"),     // plain
    style(2, 4.0, "14,22 32,4 58,0 80,20 70,48 42,78 20,96 8,90 20,76 46,86 68,98 92,90"), // looped
    style(2, 2.0, "14,20 40,0 74,12 74,40 50,70 26,92 12,94 16,84 34,86 60,95 90,96"), // small loop
    style(2, 2.0, "12,28 30,4 60,2 80,22 70,48 38,78 10,96! 28,87 55,96 74,99 92,88"), // wavy foot
    style(2, 1.0, "28,34 15,28 22,10 48,0 76,12 78,35 54,65 12,98! 50,97 90,98"), // hooked top
    style(2, 0.7, "12,6 44,2 80,5! 48,50 14,96! 50,95 92,96"),                 // like a Z
    style(2, 1.0, "18,30 36,3 64,5 68,30 44,65 8,97! 50,92 95,98"),            // like a swan
    style(2, 1.0, "10,36 18,10 50,0 82,18 78,50 52,76 12,92! 46,100 92,84"),   // round, rising foot
    style(3, 4.0, "15,13 40,0 72,8 78,28 60,44 40,48! 66,50 87,68 80,90 50,100 17,92"), // round
    style(3, 2.0, "14,10 46,0 76,14 70,34 34,48! 74,56 86,76 62,98 30,99 12,88"), // pointed waist
    style(3, 2.5, "14,3 48,2 84,2! 44,42! 74,47 88,68 76,92 45,100 12,91"),    // flat top
    style(3, 1.0, "18,4 80,0! 60,22 44,38 72,44 86,66 74,92 44,100 14,94"),    // flat top, round
    style(3, 1.5, "15,13 45,0 75,12 72,34 50,47 38,45 41,38 54,44 80,58 86,80 60,98 15,90"), // looped waist
    style(3, 1.5, "15,12 52,0 78,20 58,42 46,49 60,53 86,74 56,100 12,92"),    // smooth
    style(3, 1.0, "28,12 50,0 68,12 60,32 42,40! 76,48 88,72 66,98 34,99 8,86"), // small top
    style(3, 1.0, "12,14 44,0 82,14 78,40 40,58! 66,62 74,80 52,98 22,94"),    // small foot
    style(4, 4.0, "28,0 20,30 12,58! 50,58 92,56 / 68,18 66,60 63,100"),       // open
    style(4, 3.0, "20,2 18,30 17,52! 50,53 86,50 / 82,0 80,50 79,100"),        // open, upright
    style(4, 2.0, "18,4 15,36 32,54 60,54 80,42 / 83,0 81,50 78,100"),         // round and open
    style(4, 2.5, "64,0 34,34 8,66! 50,66 94,65 / 64,0 64,50 63,100"),         // closed
    style(4, 1.0, "62,100 63,50 64,0! 34,34 8,68! 50,67 92,66"),               // closed, from below
    style(4, 1.0, "72,0 36,36 8,68! 50,67 92,66 / 72,26 71,60 70,100"),        // triangle
    style(4, 2.5, "32,2 20,32 12,60! 46,60 80,56! 76,20! 70,60 66,100"),       // one stroke, back up
    style(4, 2.0, "24,2 14,34 20,54 48,56 74,36 84,8! 80,50 76,100"),          // one stroke, rounded
    style(4, 1.5, "36,2 18,36 14,58 40,62 70,44 80,18 76,10 72,26 68,60 66,100"), // one stroke, looped
    style(4, 0.8, "66,4 34,28 10,54! 40,56 70,50 / 68,2 68,50 64,100"),        // like a 9
    style(4, 0.8, "52,0 28,40 10,78! 50,78 92,76 / 66,40 65,70 64,100"),       // low crossing
    style(5, 3.0, "28,3 25,24 22,45! 50,36 82,54 84,78 50,100 12,92 / 28,3 58,3 90,2"), // two strokes
    style(5, 3.0, "88,2 58,3 28,4! 22,45! 54,36 86,60 76,92 42,100 12,91"),    // one stroke
    style(5, 2.0, "84,8 46,2 25,18 31,42 60,50 82,70 66,96 36,100 12,90"),     // S-like
    style(5, 1.5, "30,14 27,32 24,48! 54,40 84,62 72,94 36,100 10,90 / 32,3 62,1 92,0"), // bar apart
    style(5, 1.0, "32,0 30,30 28,58! 54,50 74,70 62,95 20,98 / 32,1 86,8"),    // small belly
    style(5, 1.0, "30,2 24,32! 58,24 92,50 84,88 44,100 6,86 / 30,2 56,2 80,0"), // large belly
    style(5, 0.7, "85,2 30,3! 26,45! 60,42 78,50 77,88 60,98 15,98"),          // angular
    style(5, 1.0, "34,6 24,46! 58,38 84,60 74,90 42,100 14,94 / 34,6 64,4"),   // short bar
    style(5, 1.0, "38,8 26,46! 54,40 78,62 64,94 30,100 8,94 / 38,8 66,4 98,0"), // leaning, bar rising
    style(6, 3.0, "66,0 36,30 15,65 26,93 55,100 81,84 77,61 50,53 20,72"),    // straight back
    style(6, 3.0, "80,12 60,0 30,20 12,60 25,94 60,99 85,78 70,56 38,56 16,75"), // curled back
    style(6, 2.0, "60,0 32,40 22,80 40,99 67,92 66,73 44,70 25,85"),           // small low loop
    style(6, 1.5, "70,2 26,35 8,70 34,99 74,95 92,66 66,40 26,52 10,70"),      // large loop
    style(6, 1.5, "56,0 28,42 15,80 20,64 50,50 80,64 76,92 46,100 18,86"),    // from below
    style(6, 1.0, "62,0 24,45 18,84 48,100 80,84 74,62 50,62"),                // not closed
    style(6, 1.0, "36,0 22,40 18,80 44,100 76,90 76,66 48,58 20,74"),          // upright
    style(6, 0.7, "72,4 40,10 14,52 24,92 60,98 80,76 60,58 38,68 44,84 60,80"), // loop inside
    style(7, 3.0, "12,3 50,3 88,3! 62,50 40,100"),                             // plain
    style(7, 1.0, "16,6 80,2! 68,50 60,100"),                                  // plain, steep
    style(7, 3.0, "12,3 50,3 88,3! 62,50 40,100 / 28,54 55,51 84,49"),         // with a bar
    style(7, 1.0, "14,4 84,2! 60,50 46,100 / 18,50 88,48"),                    // with a long bar
    style(7, 1.5, "12,24 13,3! 50,3 88,3! 62,50 42,100"),                      // with a serif
    style(7, 1.5, "14,22 15,4! 88,2! 60,50 45,100 / 26,53 82,50"),             // serif and bar
    style(7, 2.0, "10,5 50,4 85,2! 62,34 50,66 48,100"),                       // curved stem
    style(7, 1.5, "12,10 46,4 84,2! 60,40 48,70 45,100 / 24,58 78,54"),        // curved stem and bar
    style(7, 1.5, "8,14 26,3 56,9 90,0! 58,45 42,100"),                        // wavy top
    style(7, 1.0, "10,18 24,4 54,10 88,2! 58,48 40,100 / 24,56 80,50"),        // wavy top and bar
    style(7, 1.0, "12,10 44,2 80,6 82,22 62,56 46,100"),                       // rounded corner
    style(8, 4.0, "76,16 50,0 22,18 35,40 66,58 82,80 50,100 18,80 34,57 66,38 78,18 70,8"), // from the right
    style(8, 2.0, "50,0 26,9 24,32 50,46 74,34 75,10 50,0 / 50,46 21,59 17,86 50,100 81,86 79,59 50,46"), // two circles
    style(8, 1.5, "70,8 38,2 16,22 32,46 55,66 58,86 46,98 35,86 46,65 74,45 87,20 70,6"), // tiny lower loop
    style(8, 1.0, "60,14 50,0 38,11 46,30 78,60 82,85 50,100 16,85 22,60 52,32 61,14"), // tiny upper loop
    style(8, 1.5, "50,48 26,30 30,6 55,0 78,15 71,35 50,48 22,66 25,94 58,100 83,80 70,59 50,48"), // from the middle
    style(8, 1.0, "76,6 34,4 26,28 68,60 75,90 38,98 25,72 58,42 88,4"),       // open above
    style(8, 1.5, "24,16 50,0 78,18 64,40 34,58 18,80 50,100 82,80 66,57 34,38 22,18 32,6"), // from the left
    style(8, 1.0, "72,12 46,0 28,16 50,48 74,84 50,100 26,84 50,46 74,16 60,3"), // thin crossing
    style(9, 3.0, "78,20 50,2 20,15 21,42 50,52 75,32 80,6! 78,50 76,100"),    // straight leg
    style(9, 1.5, "80,12 46,0 16,22 26,47 58,48 80,22 / 81,4 78,50 74,100"),   // leg lifted
    style(9, 2.0, "80,28 52,2 20,20 30,49 64,48 81,26 80,60 62,100"),          // smooth
    style(9, 2.5, "78,18 46,0 19,20 26,43 58,46 78,20! 82,50 70,90 42,100 15,88"), // curled tail
    style(9, 2.0, "74,12 50,0 32,12 38,29 60,29 74,14! 80,50 68,88 40,100 10,90"), // small loop, long tail
    style(9, 1.0, "66,10 46,1 30,14 40,30 62,26 70,12! 82,42 80,76 54,98 22,96 4,80"), // small loop, wide tail
    style(9, 1.5, "76,20 48,2 20,18 29,44 62,42 77,22! 80,55 72,92! 44,97 16,98"), // flat tail
    style(9, 1.0, "76,6 40,5 20,28 42,48 78,32 82,10! 78,56 70,100"),          // open loop
    style(9, 1.5, "75,15 42,2 17,28 36,49 70,30! 56,64 40,100"),               // slanted leg
    style(9, 0.7, "74,16 46,2 20,20 32,46 62,42 76,18! 74,84 84,98 96,92"),    // hooked leg
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_has_several_styles_whose_points_lie_in_the_box() {
        for digit in 0..10 {
            assert!(STYLES.iter().filter(|style| style.digit == digit).count() >= 6, "{digit}");
        }
        for style in STYLES {
            let strokes = style.strokes();
            assert!(strokes.iter().all(|stroke| stroke.len() >= 2), "{}", style.path);
            let inside = |passed: &Passed| passed.at.iter().all(|at| (0.0..=100.0).contains(at));
            assert!(strokes.iter().flatten().all(inside) && style.share > 0.0, "{}", style.path);
        }
    }
}
