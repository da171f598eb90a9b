//! WGSL with its inner loops unrolled.
//!
//! A shader compiler keeps an array in registers only if it unrolls every loop over it. Not all WebGPU compilers do so;
//! those of software adapters never do, which is seven times slower. So the `.wgsl` files mark what must be unrolled,
//! with lines that begin with `#`:
//!
//! | line | meaning |
//! |---|---|
//! | `#for k in 0..SIZE` … `#end` | the lines between, for each k; the name is one letter |
//! | `#if SIZE > 1` … `#else` … `#end` | the lines between, where the condition holds |
//!
//! In other lines `$k` becomes the loop's number and `${k * STRIDE + 1}` the value of an expression. Names in capitals
//! are the shader's constants; WGSL sees them too, as `const`.

use std::fmt::Write;

/// Integer constants by name.
pub type Constants = Vec<(String, usize)>;

/// The shader of `text` for these constants: their declarations, then the text without its `#` lines.
///
/// # Panics
/// The text is not well-formed, which is a mistake in the program.
pub fn expand(text: &str, constants: &Constants) -> String {
    let mut shader = String::new();
    for (name, value) in constants {
        let _ = writeln!(shader, "const {name} = {value}u;");
    }
    let names = constants.iter().map(|(name, value)| (name.as_str(), *value as i64)).collect();
    let lines: Vec<&str> = text.lines().collect();
    Expansion { names, shader }.run(&lines)
}

struct Expansion<'a> {
    names: Vec<(&'a str, i64)>,
    shader: String,
}

impl<'a> Expansion<'a> {
    fn run(mut self, lines: &[&'a str]) -> String {
        self.lines(lines);
        self.shader
    }

    fn lines(&mut self, lines: &[&'a str]) {
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at].trim_start();
            if let Some(head) = line.strip_prefix("#for ") {
                let body = block(&lines[at + 1..]);
                self.repeat(head, &lines[at + 1..at + 1 + body.end]);
                at += body.end + 2;
            } else if let Some(condition) = line.strip_prefix("#if ") {
                let body = block(&lines[at + 1..]);
                let inner = &lines[at + 1..at + 1 + body.end];
                let (then, otherwise) = match body.otherwise {
                    Some(place) => (&inner[..place], &inner[place + 1..]),
                    None => (inner, &inner[..0]),
                };
                let chosen = if self.value(condition) != 0 { then } else { otherwise };
                self.lines(chosen);
                at += body.end + 2;
            } else {
                self.text(lines[at]);
                at += 1;
            }
        }
    }

    fn repeat(&mut self, head: &'a str, body: &[&'a str]) {
        let parts = head.split_once(" in ").and_then(|(name, range)| Some((name.trim(), range.split_once("..")?)));
        let Some((name, (start, end))) = parts else { panic!("#for {head}: write #for k in 0..SIZE") };
        assert_eq!(name.len(), 1, "#for {head}: the name is one letter");
        for number in self.value(start)..self.value(end) {
            self.names.push((name, number));
            self.lines(body);
            self.names.pop();
        }
    }

    fn text(&mut self, line: &str) {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('$') {
            self.shader.push_str(before);
            let (expression, left) = match after.strip_prefix('{') {
                Some(inner) => inner.split_once('}').unwrap_or_else(|| panic!("{line}: a brace is not closed")),
                None => after.split_at(1),
            };
            let value = self.value(expression);
            let _ = write!(self.shader, "{value}");
            rest = left;
        }
        self.shader.push_str(rest);
        self.shader.push('\n');
    }

    fn value(&self, expression: &str) -> i64 {
        let mut parser = Parser { names: &self.names, rest: expression };
        let value = parser.sum_of_levels(0);
        assert!(parser.rest.trim().is_empty(), "{expression}: what does \"{}\" mean?", parser.rest);
        value
    }
}

struct Block {
    /// The line with its `#end`.
    end: usize,
    otherwise: Option<usize>,
}

/// The extent of the block whose first line is the first of `lines`.
fn block(lines: &[&str]) -> Block {
    let (mut depth, mut otherwise) = (0, None);
    for (at, line) in lines.iter().map(|line| line.trim_start()).enumerate() {
        match line.split_whitespace().next() {
            Some("#for" | "#if") => depth += 1,
            Some("#else") if depth == 0 => otherwise = Some(at),
            Some("#end") if depth == 0 => return Block { end: at, otherwise },
            Some("#end") => depth -= 1,
            _ => {}
        }
    }
    panic!("a #for or #if has no #end: {lines:?}");
}

/// Arithmetic of whole numbers as in WGSL; comparisons are 1 or 0.
struct Parser<'a> {
    names: &'a [(&'a str, i64)],
    rest: &'a str,
}

type Operator = (&'static str, fn(i64, i64) -> i64);

/// From the operators that bind weakest to those that bind strongest. Longer operators stand before their beginnings.
const LEVELS: [&[Operator]; 4] = [
    &[("&&", |a, b| (a != 0 && b != 0) as i64), ("||", |a, b| (a != 0 || b != 0) as i64)],
    &[
        ("==", |a, b| (a == b) as i64),
        ("!=", |a, b| (a != b) as i64),
        ("<=", |a, b| (a <= b) as i64),
        (">=", |a, b| (a >= b) as i64),
        ("<", |a, b| (a < b) as i64),
        (">", |a, b| (a > b) as i64),
    ],
    &[("+", |a, b| a + b), ("-", |a, b| a - b)],
    &[("*", |a, b| a * b), ("/", |a, b| a / b), ("%", |a, b| a % b)],
];

impl Parser<'_> {
    fn sum_of_levels(&mut self, level: usize) -> i64 {
        let Some(operators) = LEVELS.get(level) else {
            return self.number();
        };
        let mut value = self.sum_of_levels(level + 1);
        while let Some((sign, apply)) = operators.iter().find(|(sign, _)| self.rest.trim_start().starts_with(sign)) {
            self.rest = &self.rest.trim_start()[sign.len()..];
            value = apply(value, self.sum_of_levels(level + 1));
        }
        value
    }

    fn number(&mut self) -> i64 {
        self.rest = self.rest.trim_start();
        if let Some(inner) = self.rest.strip_prefix('(') {
            self.rest = inner;
            let value = self.sum_of_levels(0);
            let closed = self.rest.trim_start().strip_prefix(')');
            self.rest = closed.unwrap_or_else(|| panic!("{}: a parenthesis is not closed", self.rest));
            return value;
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let named = || self.names.iter().rev().find(|(name, _)| *name == word).map(|(_, value)| *value);
        word.parse().ok().or_else(named).unwrap_or_else(|| panic!("\"{word}\" is neither a number nor a name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> String {
        let constants = vec![("SIZE".to_owned(), 3), ("ZERO".to_owned(), 0)];
        let shader = expand(text, &constants);
        shader.strip_prefix("const SIZE = 3u;\nconst ZERO = 0u;\n").unwrap().to_owned()
    }

    #[test]
    fn loops_are_written_out_and_may_be_nested() {
        let text = "#for a in 0..2\n  #for b in a..SIZE - 1\n    x_$a_$b = ${(a + 1) * 10 - b};\n  #end\n#end\nend";
        assert_eq!(body(text), "    x_0_0 = 10;\n    x_0_1 = 9;\n    x_1_1 = 19;\nend\n");
        assert_eq!(body("#for k in 0..ZERO\nnever\n#end"), "");
    }

    #[test]
    fn conditions_choose() {
        let text = "#for k in 0..SIZE\n#if k % 2 == 0 && k < 2\neven $k\n#else\n#if k == 1\none\n#else\nother\n#end\n#end\n#end";
        assert_eq!(body(text), "even 0\none\nother\n");
    }

    #[test]
    #[should_panic(expected = "neither a number nor a name")]
    fn a_name_that_is_not_known_is_a_mistake_in_the_program() {
        body("${WIDTH}");
    }
}
