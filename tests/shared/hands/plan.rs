//! The notation of `digits.txt` and `letters.txt`, and how a plan written in it becomes movements.

use super::chance::Chance;
use super::motor::Move;
use super::writer::Writer;

/// A way of writing a character.
pub struct Style {
    pub name: &'static str,
    /// How many in a hundred write so: Europeans, Americans.
    pub shares: [f32; 2],
    /// The width is multiplied by this: plans are made of arcs of circles, and few digits are as wide as high.
    pub squeeze: f32,
    /// Degrees by which it leans more to the right than the writer's hand.
    pub lean: f32,
    acts: Vec<Act>,
}

enum Act {
    /// A movement from one direction to another.
    Go { from: f32, to: f32, length: f32, is_loop: bool },
    /// A movement to a place the eye sees: people close a circle by looking, not by dead reckoning.
    Aim { at: Spot, bend: f32 },
    /// The pen is lifted and set down there.
    Down(Spot),
}

/// A place: between two marks, and from there. Mark 0 is where the plan starts, mark n is where its act n ends.
struct Spot {
    marks: [usize; 2],
    part: f32,
    by: [f32; 2],
}

/// A stroke before it is written.
pub struct Stroke {
    pub start: [f32; 2],
    pub moves: Vec<Move>,
}

/// The styles of a table. Each line is `name | European American | squeeze lean | acts`.
pub fn parse(table: &'static str) -> Vec<Style> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(style).collect()
}

fn style(line: &'static str) -> Style {
    let parts: Vec<&'static str> = line.split('|').map(str::trim).collect();
    let [name, shares, form, acts] = parts[..] else { panic!("four parts in {line}") };
    let ([european, american], [squeeze, lean]) = (pair(shares), pair(form));
    let acts = acts.split(',').map(act).collect();
    Style { name, shares: [european, american], squeeze, lean, acts }
}

fn pair(text: &str) -> [f32; 2] {
    let (a, b) = text.split_once(' ').expect("two numbers");
    [number(a), number(b)]
}

fn number(text: &str) -> f32 {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

fn act(text: &str) -> Act {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        [kind @ ("go" | "loop"), from, to, length] => Act::Go {
            from: number(from).to_radians(),
            to: number(to).to_radians(),
            length: number(length),
            is_loop: kind == "loop",
        },
        ["aim", at, x, y, bend] => Act::Aim { at: spot(at, x, y), bend: number(bend).to_radians() },
        ["down", at, x, y] => Act::Down(spot(at, x, y)),
        _ => panic!("{text:?} is no act"),
    }
}

/// `3` is mark 3; `3~4~.2` is a fifth of the way from mark 3 to mark 4.
fn spot(at: &str, x: &str, y: &str) -> Spot {
    let words: Vec<&str> = at.split('~').collect();
    let mark = |word: &str| word.parse::<usize>().expect("a mark's number");
    let (marks, part) = match words[..] {
        [only] => ([mark(only); 2], 0.0),
        [a, b, part] => ([mark(a), mark(b)], number(part)),
        _ => panic!("{at:?} is no mark"),
    };
    Spot { marks, part, by: [number(x), number(y)] }
}

impl Spot {
    fn place(&self, marks: &[[f32; 2]]) -> [f32; 2] {
        let [a, b] = self.marks.map(|mark| marks[mark]);
        [0, 1].map(|k| a[k] + self.part * (b[k] - a[k]) + self.by[k])
    }
}

/// Chance in two layers: what this writer always does so, and what differs each time.
struct Both<'a> {
    always: Chance,
    now: &'a mut Chance,
    unsteadiness: f32,
}

impl Both<'_> {
    fn off(&mut self, always: f32, now: f32) -> f32 {
        // Cut off early: one movement far off its plan can be enough to make another digit.
        let [own, fresh] = [&mut self.always, &mut *self.now].map(|chance| chance.around(0.0, 1.0, -2.0, 2.0));
        always * own + now * self.unsteadiness * fresh
    }
}

/// The style as this writer writes it this time.
pub fn strokes(style: &Style, writer: &Writer, now: &mut Chance) -> Vec<Stroke> {
    let name = style.name.bytes().fold(7, |hash: u64, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut chance = Both { always: Chance::of(writer.seed, name), now, unsteadiness: writer.unsteadiness };
    let mut strokes = vec![Stroke { start: [0.0; 2], moves: Vec::new() }];
    let mut marks = vec![[0.0f32; 2]];
    for (i, act) in style.acts.iter().enumerate() {
        let pen = marks[i];
        let is_last = matches!(style.acts.get(i + 1), None | Some(Act::Down(_)));
        let stroke = strokes.last_mut().expect("there is one from the start");
        let mark = match act {
            Act::Go { from, to, length, is_loop } => {
                // A turn of the whole movement keeps its form: that is most of what differs from hand to hand.
                let turn = chance.off(0.08, 0.045);
                let bend = chance.off(0.08, 0.045);
                let mut length = length * chance.off(0.12, 0.065).exp();
                if *is_loop {
                    length *= writer.loops;
                }
                if is_last {
                    length *= 1.0 + writer.overshoot * chance.now.unit();
                }
                let movement = Move { from: from + turn - bend / 2.0, sweep: to - from + bend, length };
                stroke.moves.push(movement);
                let by = movement.reach(1.0);
                [pen[0] + by[0], pen[1] + by[1]]
            }
            Act::Aim { at, bend } => {
                let goal = at.place(&marks).map(|v| v + chance.off(0.025, 0.025));
                let bend = bend * (1.0 + chance.off(0.08, 0.05));
                stroke.moves.push(Move::spanning([goal[0] - pen[0], goal[1] - pen[1]], bend));
                goal
            }
            Act::Down(at) => {
                let goal = at.place(&marks).map(|v| v + chance.off(0.5 * writer.misplacing, 0.5 * writer.misplacing));
                // The pen comes off the paper late: a tick towards where it goes next.
                if writer.drag > 0.0 {
                    let over = [0, 1].map(|k| writer.drag * (goal[k] - pen[k]));
                    stroke.moves.push(Move::spanning(over, 0.0));
                }
                strokes.push(Stroke { start: goal, moves: Vec::new() });
                goal
            }
        };
        marks.push(mark);
    }
    strokes
}
