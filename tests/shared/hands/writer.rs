//! A writer: the traits that all his characters share, and how he puts a plan on paper.

use super::chance::Chance;
use super::motor::{Rhythm, trace};
use super::plan::{Stroke, Style, strokes};

pub type Strokes = Vec<Vec<[f32; 2]>>;

pub struct Writer {
    /// What his own forms of all styles are drawn from.
    pub seed: u64,
    /// Which of a style's two shares is his.
    pub is_american: bool,
    /// Factor of loops' sizes.
    pub loops: f32,
    /// The last movement of a stroke gets longer by up to this part.
    pub overshoot: f32,
    /// How far off the pen comes down after it was lifted; a digit is about 2 high.
    pub misplacing: f32,
    /// The part of the way to the next stroke that he still draws: 0 for those who lift the pen in time.
    pub drag: f32,
    /// How much his characters differ from time to time.
    pub unsteadiness: f32,
    rhythm: Rhythm,
    /// Radians, to the right.
    slant: f32,
    aspect: f32,
    tremor: f32,
    /// Radians by which his lines climb.
    climb: f32,
    size: f32,
}

impl Writer {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::of(seed, 1);
        let drags = chance.unit() < 0.2;
        Self {
            seed,
            is_american: chance.unit() < 0.45,
            loops: chance.around(1.0, 0.12, 0.75, 1.3),
            overshoot: chance.between(0.0, 0.22),
            misplacing: chance.between(0.02, 0.07),
            drag: if drags { chance.between(0.04, 0.14) } else { 0.0 },
            unsteadiness: chance.between(0.5, 1.6),
            rhythm: Rhythm {
                overlap: chance.between(0.2, 0.62),
                skew: chance.between(0.18, 0.34),
                step: chance.between(0.03, 0.06),
            },
            slant: chance.around(8.0, 11.0, -20.0, 35.0).to_radians(),
            aspect: chance.around(0.95, 0.16, 0.6, 1.3),
            tremor: 0.002 + 0.009 * chance.unit().powi(3),
            climb: chance.around(-1.5, 3.0, -8.0, 8.0).to_radians(),
            size: chance.between(60.0, 220.0),
        }
    }

    /// A writer with clear corners and no narrow hand, for letters: rounded off or pressed together, a letter can
    /// become a digit.
    pub fn clear(seed: u64) -> Self {
        let mut writer = Self::new(seed);
        writer.rhythm.overlap = writer.rhythm.overlap.min(0.4);
        writer.slant = writer.slant.clamp(-0.2, 0.4);
        writer.aspect = writer.aspect.max(0.8);
        writer
    }

    /// The style as he writes it this time.
    pub fn draw(&self, style: &Style, chance: &mut Chance) -> Strokes {
        let planned = strokes(style, self, chance);
        self.put(&planned, style.squeeze, style.lean.to_radians(), chance)
    }

    /// Plan to paper: movements, tremor, then the hand's slant, width and size.
    pub fn put(&self, planned: &[Stroke], squeeze: f32, lean: f32, chance: &mut Chance) -> Strokes {
        // Below this a loop's two sides run together under the pen's width.
        let width = (squeeze * self.aspect * (0.05 * chance.normal()).exp()).max(0.38);
        let climb = self.climb + 0.03 * self.unsteadiness * chance.normal();
        // Both tilt the stems: together no further than people's hands do.
        let slant = self.slant + lean + 0.03 * self.unsteadiness * chance.normal();
        let slant = slant.clamp(-0.33 - climb, 0.68 - climb);
        let size = self.size * (0.08 * chance.normal()).exp();
        let (shear, (sin, cos)) = (slant.tan(), climb.sin_cos());
        let corner = [chance.between(0.0, 300.0), chance.between(0.0, 300.0)];
        planned
            .iter()
            .map(|stroke| {
                let mut points = trace(stroke.start, &stroke.moves, &self.rhythm);
                shake(&mut points, self.tremor, chance);
                for point in &mut points {
                    let [x, y] = *point;
                    let x = x * width - y * shear;
                    *point = [corner[0] + size * (x * cos - y * sin), corner[1] + size * (x * sin + y * cos)];
                }
                points
            })
            .collect()
    }
}

/// Noise that swings about as fast as a hand trembles, four to six points a swing, instead of one that jumps from
/// point to point as a bad tablet's would.
fn shake(points: &mut [[f32; 2]], tremor: f32, chance: &mut Chance) {
    let mut swing = [[0.0f32; 2]; 2];
    for point in points {
        for k in 0..2 {
            let next = 0.62 * swing[0][k] - 0.72 * swing[1][k] + 0.65 * chance.normal();
            swing[1][k] = swing[0][k];
            swing[0][k] = next;
            point[k] += tremor * next;
        }
    }
}
