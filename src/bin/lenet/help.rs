//! The help texts of the commands, generated from their declarations and the engine's settings.

use super::command::{Command, Outcome, Result};
use lenet::declare::{SettingKind, Words};
use lenet::network::{LAYER_KINDS, PRESETS, Preprocessing};
use lenet::train::{Applies, SETTINGS, Setting, Settings};
use std::fmt::Write as _;
use std::io::{self, Write as _};

/// One line for each command.
pub fn overview(commands: &[&Command]) -> Result<Outcome> {
    let mut text = "LeNet Live's engine at the command line.\n\nusage: lenet COMMAND ...\n\n".to_owned();
    for command in commands {
        let about = command.about.split_once(". ").map_or(command.about, |(first, _)| first).trim_end_matches('.');
        writeln!(text, "  {:<10} {about}.", command.name)?;
    }
    text += "\n`lenet COMMAND --help` lists what it takes; `lenet --version` says which this is.\n";
    say(&text)
}

/// The name and the version of this program.
pub fn version() -> Result<Outcome> {
    say(concat!("lenet ", env!("CARGO_PKG_VERSION"), "\n"))
}

/// The whole help of one command.
pub fn of(command: &Command) -> Result<Outcome> {
    let Command { name, words, about, options, more, .. } = command;
    let mut text = format!("{about}\n\nusage: lenet {name} [OPTION ...] {words}\n\n");
    let written = |option: &super::command::Opt| format!("--{} {}", option.name, option.value).trim_end().to_owned();
    let width = options.iter().map(|option| written(option).len()).max().unwrap_or_default();
    for option in *options {
        writeln!(text, "  {:<width$}  {}", written(option), option.help)?;
    }
    text += &more();
    say(&text)
}

fn say(text: &str) -> Result<Outcome> {
    io::stdout().write_all(text.as_bytes())?;
    Ok(Outcome::Done)
}

/// The names of all presets.
pub fn presets() -> String {
    PRESETS.iter().map(|preset| preset.name).collect::<Vec<_>>().join(", ")
}

/// The help on NAME=VALUE, which lists the networks and every setting.
pub fn configuration() -> String {
    let types: Vec<&str> = LAYER_KINDS.iter().map(|kind| kind.name).collect();
    let preprocessings: Vec<&str> = Preprocessing::OPTIONS.iter().map(|option| option.value).collect();
    let mut text = format!(
        "\nNAME=VALUE is one of these:\n\n\
         \x20 preset=NAME         one of {}\n\
         \x20 layers='[...]'      a list of layers as JSON instead: {{\"type\": \"dense\", \"units\": 10, \"activation\": \"none\"}};\n\
         \x20                     types: {}\n\
         \x20 preprocessing=NAME  what is done to every image first: none, {}\n\
         \x20 workers=N           threads on the CPU: 1, 2, 4 or 8; by default one for each core\n\
         \x20 backend=NAME        cpu or webgpu; by default the CPU\n\n\
         and these settings (their defaults in brackets; * cannot change once a run has begun):\n",
        presets(),
        types.join(", "),
        preprocessings.join(", "),
    );
    let defaults = Settings::default();
    for setting in SETTINGS {
        let mark = if setting.applies == Applies::Reset { "*" } else { "" };
        let default = defaults.get(setting.name).expect("declared").to_string();
        let (range, default) = (range(setting), default.trim_matches('"'));
        text += &format!("\n  {}{mark}: {range} ({default})\n      {}\n", setting.name, setting.help);
    }
    text
}

fn range(setting: &Setting) -> String {
    match setting.kind {
        SettingKind::Number { min, max, integer, .. } => {
            format!("{}{min} to {max}", if integer { "whole, " } else { "" })
        }
        SettingKind::Choice { options } => options.iter().map(|option| option.value).collect::<Vec<_>>().join(", "),
        SettingKind::Flag => "true or false".into(),
    }
}
