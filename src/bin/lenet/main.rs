//! The engine at the command line: it trains, evaluates, reads digits and exports networks. Each command has a file here.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    command_line::run()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
#[path = "."]
mod command_line {
    mod bench;
    mod classify;
    mod command;
    mod csv;
    mod evaluate;
    mod export;
    mod files;
    mod find_rate;
    mod gzip;
    mod help;
    mod idx_file;
    mod machine;
    mod mnist_files;
    mod output;
    mod picture_file;
    mod progress;
    mod read;
    mod resume;
    mod run;
    mod saving;
    mod table;
    mod train;

    use command::{Command, Outcome};
    use std::env;
    use std::io;
    use std::process::ExitCode;

    const COMMANDS: [&Command; 7] = [
        &train::TRAIN,
        &find_rate::FIND_RATE,
        &evaluate::EVALUATE,
        &classify::CLASSIFY,
        &read::READ,
        &export::EXPORT,
        &bench::BENCH,
    ];

    /// The exit code that shells expect of an interrupted program: 128 + SIGINT.
    const INTERRUPTED: u8 = 130;

    /// The exit code that shells give a program whose reader has left, as `head` does: 128 + SIGPIPE.
    const UNREAD: u8 = 141;

    pub fn run() -> ExitCode {
        match dispatch() {
            Ok(Outcome::Done) => ExitCode::SUCCESS,
            Ok(Outcome::Failed) => ExitCode::FAILURE,
            Ok(Outcome::Interrupted) => ExitCode::from(INTERRUPTED),
            Err(why) if why.downcast_ref::<io::Error>().is_some_and(|why| why.kind() == io::ErrorKind::BrokenPipe) => {
                ExitCode::from(UNREAD)
            }
            Err(why) => {
                command::note(&why.to_string());
                ExitCode::FAILURE
            }
        }
    }

    fn dispatch() -> command::Result<Outcome> {
        let mut arguments = env::args_os().skip(1);
        let name = arguments.next();
        match name.as_ref().and_then(|name| name.to_str()) {
            None if name.is_none() => help::overview(&COMMANDS),
            Some("--help" | "-h" | "help") => help::overview(&COMMANDS),
            Some("--version" | "-V" | "version") => help::version(),
            name => match COMMANDS.iter().find(|command| Some(command.name) == name) {
                Some(command) => match command.parse(arguments)? {
                    Some(given) => (command.run)(&given),
                    None => help::of(command),
                },
                None => {
                    let names: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
                    let name = name.unwrap_or("(not valid text)");
                    Err(format!("there is no command \"{name}\": there are {}", names.join(", ")).into())
                }
            },
        }
    }
}
