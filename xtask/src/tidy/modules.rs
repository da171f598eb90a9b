//! Finds which module of the engine names which. It reads tokens: those in macros count, comments and strings do not.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{Source, circle, folder};

/// The folders of the crates. A file belongs to the first folder that contains it.
const CRATES: [&str; 3] = ["src/kernels/", "src/bin/lenet/", "src/"];

/// Paths that the files of a folder must not name, and the reason.
const ABSENT: [(&str, &[&str], &str); 4] = [
    ("src/train/", &["wgpu", "crate::backend::cpu", "crate::backend::gpu"], "train knows a backend by its trait only"),
    ("src/inspect/", &["crate::train::Trainer", "crate::session"], "inspect changes nothing of a run"),
    ("src/kernels/", &["lenet", "wgpu"], "kernels stand on nothing"),
    ("src/", &BROWSER, "only wasm names the browser's crates"),
];

const BROWSER: [&str; 6] = ["wasm_bindgen", "wasm_bindgen_futures", "js_sys", "web_sys", "serde_wasm_bindgen", "tsify"];

/// A module's path within its crate.
type Module = Vec<String>;

struct File<'a> {
    source: &'a Source,
    module: Module,
    mentions: Vec<Mention>,
}

/// One path that a file names.
struct Mention {
    /// From `crate`, or from the name of another crate or of something local.
    path: Vec<String>,
    line: usize,
    /// The name that a `use … as` gives it.
    alias: Option<String>,
}

pub fn offences(sources: &[Source]) -> Result<Vec<String>> {
    let order = order(sources)?;
    let place = |module: &String| order.iter().position(|name| name == module);
    let mut offences = Vec::new();
    for root in CRATES {
        let files = files(sources, root)?;
        offences.extend(files.iter().flat_map(absences));
        // For each folder, the pairs of modules in it of which the first names the second.
        let mut needs: BTreeMap<&[String], Vec<(String, String)>> = BTreeMap::new();
        for file in &files {
            for mention in &file.mentions {
                let declared = declaring(&mention.path, &files);
                let common = file.module.iter().zip(&declared).take_while(|(a, b)| a == b).count();
                let (Some(from), Some(to)) = (file.module.get(common), declared.get(common)) else { continue };
                needs.entry(&file.module[..common]).or_default().push((from.clone(), to.clone()));
                if root == "src/" && common == 0 && place(to) >= place(from) {
                    let Source { path, .. } = file.source;
                    offences.push(format!("{path}:{}: {from} comes before {to} in lib.rs's table", mention.line));
                }
            }
        }
        for (folder, needs) in needs {
            let circle = circle(&needs);
            if !circle.is_empty() {
                offences.push(format!("{root}{}: modules in a circle: {}", folder.join("/"), circle.join(" → ")));
            }
        }
    }
    Ok(offences)
}

/// The modules in the order of the crate's table. Each may only name modules before it.
fn order(sources: &[Source]) -> Result<Vec<String>> {
    let essay = sources.iter().find(|source| source.path == "src/lib.rs").context("there is no src/lib.rs")?;
    let rows = essay.text.lines().filter_map(|line| line.strip_prefix("//! | ")?.split(" | ").next());
    Ok(rows.map(|name| name.trim_matches(['[', '`', ']']).to_owned()).collect())
}

fn absences(file: &File) -> Vec<String> {
    let Source { path: file_path, .. } = file.source;
    let mut offences = Vec::new();
    for (folder, absent, why) in ABSENT {
        if file_path.starts_with(folder) && !file_path.starts_with("src/wasm/") {
            for Mention { path, line, .. } in &file.mentions {
                let path = path.join("::");
                let starts = |absent: &str| {
                    path.strip_prefix(absent).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
                };
                if absent.iter().any(|absent| starts(absent)) {
                    offences.push(format!("{file_path}:{line}: names {path}; {why}"));
                }
            }
        }
    }
    offences
}

fn files<'a>(sources: &'a [Source], root: &str) -> Result<Vec<File<'a>>> {
    let is_in_crate = |source: &&Source| CRATES.iter().find(|root| source.path.starts_with(**root)) == Some(&root);
    let test_modules: Vec<String> = sources.iter().flat_map(test_modules).collect();
    let is_code = |source: &&Source| source.extension() == "rs" && !test_modules.contains(&source.path);
    let sources = sources.iter().filter(is_code).filter(is_in_crate);
    let named = sources.map(|source| (source, module(&source.path[root.len()..])));
    let named: Vec<(&Source, Module)> = named.collect();
    let modules: BTreeSet<Module> = named.iter().map(|(_, module)| module.clone()).collect();
    let read = |(source, module): (&'a Source, Module)| {
        let tokens = source.text.parse().ok().with_context(|| format!("cannot read {}", source.path))?;
        let mut reader = Reader { module, modules: &modules, mentions: Vec::new() };
        reader.read(tokens, None);
        Ok(File { source, module: reader.module, mentions: reader.mentions })
    };
    named.into_iter().map(read).collect()
}

/// The files of modules that exist only in tests. They may name every module.
fn test_modules(source: &Source) -> Vec<String> {
    let declarations = source.text.split("#[cfg(test)]\nmod ").skip(1);
    let names = declarations.filter_map(|rest| rest.split_once(';')).map(|(name, _)| name);
    names.map(|name| format!("{}/{name}.rs", folder(&source.path))).collect()
}

fn module(path: &str) -> Module {
    let mut module: Module = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    module.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
    module
}

struct Reader<'a> {
    module: Module,
    modules: &'a BTreeSet<Module>,
    mentions: Vec<Mention>,
}

impl Reader<'_> {
    /// Records every path in the tokens. In the braces of a `use`, each path continues `prefix`.
    fn read(&mut self, tokens: TokenStream, prefix: Option<&[String]>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let word = |at: usize| match tokens.get(at) {
            Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
            _ => None,
        };
        let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let TokenTree::Ident(first) = token else {
                if let TokenTree::Group(group) = token {
                    let in_module = at >= 3 && word(at - 3).as_deref() == Some("mod");
                    // A module inside a file, such as its tests, is not recorded.
                    if !(in_module && group.delimiter() == Delimiter::Brace) {
                        self.read(group.stream(), None);
                    }
                }
                continue;
            };
            let in_use = prefix.is_some() || at >= 2 && word(at - 2).as_deref() == Some("use");
            let mut path = prefix.unwrap_or_default().to_vec();
            self.push(&mut path, first.to_string());
            while is_colon(at) && is_colon(at + 1) {
                match tokens.get(at + 2) {
                    Some(TokenTree::Ident(name)) => self.push(&mut path, name.to_string()),
                    Some(TokenTree::Group(group)) => self.read(group.stream(), Some(&path)),
                    _ => {}
                }
                at += 3;
            }
            let renamed = (word(at).as_deref() == Some("as")).then(|| word(at + 1)).flatten();
            let alias = renamed.or_else(|| path.last().cloned()).filter(|_| in_use);
            self.mentions.push(Mention { path, line: first.span().start().line, alias });
        }
    }

    /// Appends one word to a path.
    fn push(&self, path: &mut Vec<String>, word: String) {
        let here = || std::iter::once("crate".to_owned()).chain(self.module.iter().cloned());
        match word.as_str() {
            "self" if path.is_empty() => path.extend(here()),
            "self" => {}
            "super" => {
                if path.is_empty() {
                    path.extend(here());
                }
                path.pop();
            }
            _ => {
                let is_child = || self.modules.contains(&[&self.module[..], std::slice::from_ref(&word)].concat());
                if path.is_empty() && is_child() {
                    path.extend(here());
                }
                path.push(word);
            }
        }
    }
}

/// The module that declares a path's item, found by following `use`s.
fn declaring(path: &[String], files: &[File]) -> Module {
    let mut module = Module::new();
    let mut file = None;
    if path.first().is_none_or(|first| first != "crate") {
        return module;
    }
    for (at, name) in path.iter().enumerate().skip(1) {
        module.push(name.clone());
        let inner = files.iter().find(|file| file.module == module);
        if inner.is_none() {
            module.pop();
            let mentions = file.into_iter().flat_map(|file: &File| &file.mentions);
            let mut passed_on = mentions.filter(|mention| mention.alias.as_ref() == Some(name));
            return passed_on.next().map_or(module, |on| declaring(&[&on.path, &path[at + 1..]].concat(), files));
        }
        file = inner;
    }
    module
}
