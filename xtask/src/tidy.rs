//! `cargo xtask test tidy` checks the rules of the crate's essay that a program can check.
//!
//! - No source file is longer than 500 lines, and every file that a comment names exists.
//! - Neither the crate's modules nor the page's files depend on each other in a circle, and the modules follow the order
//!   of the table in lib.rs (`modules`, `page`).
//! - Some names and imports are absent from some folders (`modules::ABSENT`, `page::forbidden`, `page::words`).

mod modules;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use regex::Regex;

use crate::tools;

const MAX_LINES: usize = 500;

/// File names in comments that belong to another project or to a generated file.
const ELSEWHERE: [&str; 3] = ["network3.py", "expand_mnist.py", "pkg/lenet.d.ts"];

/// A text file of the repository.
struct Source {
    /// The path from the repository's root, with slashes.
    path: String,
    text: String,
}

impl Source {
    fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// `path:line` of the position at which a match begins.
    fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.path, self.text[..offset].matches('\n').count() + 1)
    }
}

pub fn tidy() -> Result<()> {
    let files = files()?;
    let read =
        |path: &String| Some(Source { path: path.clone(), text: fs::read_to_string(tools::root().join(path)).ok()? });
    let sources: Vec<Source> = files.iter().filter_map(read).collect();
    let mut offences = long_files(&sources);
    offences.extend(missing_files(&sources, &files));
    offences.extend(modules::offences(&sources)?);
    offences.extend(page::offences(&sources));
    offences.dedup();
    for offence in &offences {
        eprintln!("{offence}");
    }
    match offences.len() {
        0 => Ok(()),
        count => bail!("{count} offences"),
    }
}

/// All files that git tracks or would add.
fn files() -> Result<BTreeSet<String>> {
    let list = "ls-files --cached --others --exclude-standard";
    let list = tools::output(&mut tools::program("git", &tools::root(), list))?;
    Ok(list.lines().filter(|path| tools::root().join(path).is_file()).map(str::to_owned).collect())
}

fn long_files(sources: &[Source]) -> Vec<String> {
    let is_code = |source: &&Source| ["rs", "wgsl", "ts", "tsx", "css", "mjs", "py"].contains(&source.extension());
    let lines = |source: &Source| source.text.lines().count();
    let long = sources.iter().filter(is_code).filter(|source| lines(source) > MAX_LINES);
    long.map(|source| format!("{}: {} lines, of which {MAX_LINES} are allowed", source.path, lines(source))).collect()
}

/// Finds file names in comments and in Markdown that are neither a path from the root nor the end of one.
fn missing_files(sources: &[Source], files: &BTreeSet<String>) -> Vec<String> {
    let comment = Regex::new(r"//|^\s*(?:/?\*|#)").unwrap();
    let name = Regex::new(r"[\w.@][\w.@/-]*\.(?:rs|wgsl|tsx?|css|mjs|md|py|toml|html|yml)\b").unwrap();
    let exists = |name: &str| {
        let name = name.trim_start_matches("../").trim_start_matches("./");
        let is_whole = |rest: &str| rest.is_empty() || rest.ends_with('/') || name.starts_with('.');
        let ends = |file: &String| file.strip_suffix(name).is_some_and(is_whole);
        ELSEWHERE.iter().any(|other| name.ends_with(other)) || files.iter().any(ends)
    };
    let mut offences = Vec::new();
    for source in sources {
        for (at, line) in source.text.lines().enumerate() {
            let start =
                if source.extension() == "md" { Some(0) } else { comment.find(line).map(|found| found.start()) };
            let text = start.map_or("", |start| &line[start..]);
            for found in name.find_iter(text).filter(|found| !exists(found.as_str())) {
                if !text[..found.start()].ends_with("//") {
                    offences.push(format!("{}:{}: there is no {}", source.path, at + 1, found.as_str()));
                }
            }
        }
    }
    offences
}

/// A circle among pairs of a file and a file that it depends on; empty if there is none.
fn circle(needs: &[(String, String)]) -> Vec<String> {
    let mut left: BTreeSet<&String> = needs.iter().map(|(from, _)| from).collect();
    let next = |from: &String, left: &BTreeSet<&String>| {
        needs.iter().find(|(file, needed)| file == from && left.contains(needed)).map(|(_, needed)| needed)
    };
    while let Some(free) = left.iter().copied().find(|file| next(file, &left).is_none()) {
        left.remove(free);
    }
    let mut way: Vec<String> = left.iter().next().map(|first| first.to_string()).into_iter().collect();
    while let Some(needed) = way.last().and_then(|last| next(last, &left)) {
        if let Some(start) = way.iter().position(|file| file == needed) {
            return way.split_off(start);
        }
        way.push(needed.clone());
    }
    way
}

/// The folder that a file lies in.
fn folder(path: &str) -> &str {
    Path::new(path).parent().and_then(Path::to_str).unwrap_or_default()
}
