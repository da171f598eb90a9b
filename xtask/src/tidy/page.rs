//! Checks what the page's files import, and which names the worker's files must not contain.

use regex::Regex;

use super::{Source, circle, folder};

/// The files of `engine/` that run on the page's thread.
const ON_THE_PAGE: [&str; 1] = ["www/engine/client.ts"];

/// Pairs of view families in which the first shows the second's components. The folder `parts` is shared by all.
const SHOWS: [(&str, &str); 1] = [("run-bar", "settings")];
const SHARED: &str = "parts";

/// The file of `engine/` that must not depend on a worker.
const PURE: &str = "www/engine/refusal.ts";

struct Import {
    from: String,
    to: String,
    only_types: bool,
    place: String,
}

pub fn offences(sources: &[Source]) -> Vec<String> {
    let sources: Vec<&Source> = sources.iter().filter(|source| source.path.starts_with("www/")).collect();
    let imports: Vec<Import> = sources.iter().flat_map(|source| imports(source, &sources)).collect();
    let mut offences: Vec<String> = imports.iter().filter_map(forbidden).collect();
    let needs: Vec<(String, String)> = imports.iter().map(|import| (import.from.clone(), import.to.clone())).collect();
    let circle = circle(&needs);
    if !circle.is_empty() {
        offences.push(format!("www: files in a circle: {}", circle.join(" → ")));
    }
    offences.extend(sources.iter().flat_map(|source| words(source)));
    offences
}

/// The files of the page that a file imports or starts as a worker.
fn imports(source: &Source, sources: &[&Source]) -> Vec<Import> {
    if !["ts", "tsx"].contains(&source.extension()) {
        return Vec::new();
    }
    let import = Regex::new(r#"(?m)^(?:import|export)\s+(?:(type)\s+)?(?:[^;"]*?\sfrom\s+)?"(\.[^"]+)""#).unwrap();
    let found = import.captures_iter(&source.text).filter_map(|captures| {
        let named = normal(&format!("{}/{}", folder(&source.path), &captures[2]));
        let is_it = |path: &str| ["", ".ts", ".tsx"].iter().any(|end| path == format!("{named}{end}"));
        // A generated file is not among the sources, so its name stays as it is.
        let to = sources.iter().find(|source| is_it(&source.path)).map_or(named.clone(), |source| source.path.clone());
        let place = source.place(captures.get(0)?.start());
        Some(Import { from: source.path.clone(), to, only_types: captures.get(1).is_some(), place })
    });
    found.collect()
}

/// A path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn forbidden(Import { from, to, only_types, place }: &Import) -> Option<String> {
    if from.starts_with("www/views/") && to.starts_with("www/engine/") && to != PURE && !only_types {
        return Some(format!("{place}: imports {to}; views know no worker, only its types"));
    }
    if from.starts_with("www/engine/") && ["www/views/", "www/draw/"].iter().any(|folder| to.starts_with(folder)) {
        return Some(format!("{place}: imports {to}; the worker knows nothing of what is drawn"));
    }
    let family = |path| folder(path).strip_prefix("www/views/");
    let (one, other) = (family(from)?, family(to)?);
    let may_show = one == other || other == SHARED || SHOWS.contains(&(one, other));
    (!may_show).then(|| format!("{place}: imports {to}, of another family of views"))
}

/// Checks that the worker's files do not use the DOM.
fn words(source: &Source) -> Vec<String> {
    if !source.path.starts_with("www/engine/") || ON_THE_PAGE.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let word = Regex::new(r"(?m)^[^/*\n]*?(?:^|[^.\w])(document\.|window\.|HTML\w*Element\b)").unwrap();
    let found = word.captures_iter(&source.text).filter_map(|captures| captures.get(1));
    found
        .map(|word| format!("{}: names {}; the worker knows no DOM", source.place(word.start()), word.as_str()))
        .collect()
}
