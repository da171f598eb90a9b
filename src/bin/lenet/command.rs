//! The declaration of a command. Its arguments are parsed, and its help is written, from the declaration.

use lenet::session::Configuration;
use lexopt::prelude::*;
use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{Write, stderr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The ways in which a command ends without an error.
pub enum Outcome {
    Done,
    /// Some of its files were bad, and it said so.
    Failed,
    Interrupted,
}

/// One of the commands.
pub struct Command {
    pub name: &'static str,
    /// The arguments after the options, as the help shows them.
    pub words: &'static str,
    /// A description of the command in one or two sentences.
    pub about: &'static str,
    pub options: &'static [Opt],
    /// Returns the end of the command's help.
    pub more: fn() -> String,
    pub run: fn(&Given) -> Result<Outcome>,
}

/// An option with its value.
pub struct Opt {
    pub name: &'static str,
    /// What the help calls the value; empty for an option that takes none.
    pub value: &'static str,
    pub help: &'static str,
}

pub const DATA: Opt = Opt {
    name: "data",
    value: "FOLDER",
    help: "where MNIST's four files are, gzipped or not (assets/mnist, here or beside the program)",
};

pub const TRANSPOSE: Opt = Opt {
    name: "transpose",
    value: "",
    help: "mirror each image of IDX files at its diagonal: EMNIST's images lie on their side",
};

pub const NETWORK: Opt = Opt {
    name: "network",
    value: "FILE",
    help: "the network, or a checkpoint; - is standard input (the LeNet-5 in this program)",
};

/// Prints a sentence beside what the command prints. Nobody may be there to read it.
pub fn note(sentence: &str) {
    let _ = writeln!(stderr(), "{sentence}");
}

/// The arguments given to a command.
pub struct Given {
    options: BTreeMap<&'static str, OsString>,
    pub words: Vec<OsString>,
}

impl Command {
    /// Parses the arguments. Returns None if they ask for help.
    ///
    /// # Errors
    /// The option that is unknown, occurs twice or has no value.
    pub fn parse(&self, arguments: impl Iterator<Item = OsString> + 'static) -> Result<Option<Given>> {
        let mut given = Given { options: BTreeMap::new(), words: Vec::new() };
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("help") | Short('h') => return Ok(None),
                Long(name) => {
                    let Some(option) = self.options.iter().find(|option| option.name == name) else {
                        let names: Vec<String> =
                            self.options.iter().map(|option| format!("--{}", option.name)).collect();
                        return Err(
                            format!("there is no --{name}: lenet {} takes {}", self.name, names.join(", ")).into()
                        );
                    };
                    let value = if option.value.is_empty() { OsString::new() } else { parser.value()? };
                    if given.options.insert(option.name, value).is_some() {
                        return Err(format!("--{} is given twice", option.name).into());
                    }
                }
                Value(word) => given.words.push(word),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(given))
    }
}

impl Given {
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.options.get(name).map(PathBuf::from)
    }

    /// Whether an option that takes no value is given.
    pub fn flag(&self, name: &str) -> bool {
        self.options.contains_key(name)
    }

    /// A whole number in a range.
    ///
    /// # Errors
    /// The value is not one.
    pub fn number<T: FromStr + PartialOrd + Display>(&self, name: &str, range: RangeInclusive<T>) -> Result<Option<T>> {
        let Some(text) = self.options.get(name) else { return Ok(None) };
        let number = text.to_str().and_then(|text| text.parse().ok()).filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            format!("--{name} cannot be {}: give a whole number from {least} to {most}", text.display()).into()
        })
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.options.get(name).map(|text| text.to_string_lossy().into_owned())
    }

    /// The file that is given, or `default`.
    ///
    /// # Errors
    /// Several files are given.
    pub fn file_or(&self, default: &str) -> Result<PathBuf> {
        match &self.words[..] {
            [] => Ok(default.into()),
            [file] => Ok(file.into()),
            [_, more, ..] => Err(format!("give one file: {} is one too many", more.display()).into()),
        }
    }

    /// The configuration that is given as NAME=VALUE.
    ///
    /// # Errors
    /// A word does not have this form, or a name occurs twice.
    pub fn configuration(&self) -> Result<Configuration> {
        let mut configuration = Configuration::new();
        for pair in &self.words {
            let pair = pair.to_string_lossy();
            let (name, value) = pair.split_once('=').ok_or_else(|| format!("{pair}: give NAME=VALUE"))?;
            let value = match serde_json::from_str(value) {
                Ok(value) => value,
                Err(why) if value.trim_start().starts_with(['[', '{']) => {
                    return Err(format!(
                        "{name} is not JSON: {why}. Names and words need double quotes: \
                         {name}='[{{\"type\": \"dense\", \"units\": 10, \"activation\": \"none\"}}]'"
                    )
                    .into());
                }
                // A word needs no quotes.
                Err(_) => value.into(),
            };
            if configuration.insert(name.into(), value).is_some() {
                return Err(format!("{name} is given twice").into());
            }
        }
        Ok(configuration)
    }
}
