//! The files that `lenet` writes: what is no plain file, what cannot be written, what two options or two runs name, and what
//! is left after a failure.

use crate::command_line::{Folder, notes, text};
use std::fs;
use std::io::{PipeReader, pipe};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

const RUN: &str = "train --data . preset=nielsen1 batch_size=10 epochs=1";

#[test]
fn a_run_does_not_begin_if_its_files_cannot_be_written() {
    let folder = Folder::new("unwritable");
    let before = folder.read("train-labels-idx1-ubyte.gz");
    fs::create_dir(folder.0.join("folder")).unwrap();
    fs::write(folder.0.join("real"), "old").unwrap();
    symlink("real", folder.0.join("link")).unwrap();
    fs::hard_link(folder.0.join("real"), folder.0.join("second name")).unwrap();
    for (words, said) in [
        ("--out no/such/a", "no/such/a: there is no folder no/such: make it, or give another"),
        ("--checkpoint no/such/a", "no/such/a: there is no folder no/such: make it, or give another"),
        ("--csv no/such/a", "no/such/a: there is no folder no/such: make it, or give another"),
        ("--out folder", "folder: this is a folder: give the name of a file in it"),
        ("--checkpoint new/", "new/: this is a folder: give the name of a file in it"),
        ("--out -", "-: standard output has what is printed: give a file of its own"),
        ("--csv /dev/stdout", "/dev/stdout: standard output has what is printed: give a file of its own"),
        ("--checkpoint /dev/null", "/dev/null: a checkpoint is read again, so it has to be a regular file"),
        ("--checkpoint a --out a", "a: --checkpoint and --out both name this file: give each its own"),
        ("--out a --csv ./folder/../a", "./folder/../a: --out and --csv both name this file: give each its own"),
        ("--checkpoint real --out link", "link: --checkpoint and --out both name this file: give each its own"),
        ("--resume real --csv link", "link: --resume and --csv both name this file: give each its own"),
        (
            "--out train-labels-idx1-ubyte.gz",
            "train-labels-idx1-ubyte.gz: --out would replace ./train-labels-idx1-ubyte.gz, which is trained on: give another",
        ),
    ] {
        let output = folder.run(&format!("{RUN} {words}"));
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()), "{words}");
        assert_eq!(text(&output.stderr).trim_end(), said, "{words}");
    }
    let in_proc = folder.refusal(&format!("{RUN} --out /proc/a"));
    assert!(in_proc.starts_with("/proc/a: its folder takes no new file: "), "{in_proc}");
    let empty = folder.command(RUN).args(["--out", ""]).output().unwrap();
    assert_eq!(text(&empty.stderr).trim_end(), "the name of a file to write is empty");
    let hard = folder.command(RUN).args(["--out", "real", "--csv", "second name"]).output().unwrap();
    assert!(text(&hard.stderr).contains("both name this file"));
    folder.prints("export --out net");
    let own = folder.refusal("export net --out ./net");
    assert_eq!(own, "./net: this file is read: writing to it would lose its run, so give another --out");
    assert_eq!((folder.read("real"), folder.read("train-labels-idx1-ubyte.gz")), (Some(b"old".into()), before));
    assert_eq!(folder.names("a"), [] as [&str; 0]);
}

#[test]
fn a_link_stays_a_mode_is_kept_and_another_s_part_is_left_alone() {
    let folder = Folder::new("kept");
    let path = |name: &str| folder.0.join(name);
    fs::write(path("real"), "old").unwrap();
    fs::set_permissions(path("real"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(path("link.part"), "mine").unwrap();
    symlink("real", path("link")).unwrap();
    symlink("dangling target", path("dangling")).unwrap();
    folder.prints("export --out link");
    folder.prints("export --out dangling");
    folder.prints("export --out plain");
    assert!(fs::symlink_metadata(path("link")).unwrap().is_symlink() && folder.read("real") == folder.read("plain"));
    assert!(folder.read("dangling target") == folder.read("plain"));
    assert_eq!(fs::metadata(path("real")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(folder.read("link.part"), Some(b"mine".into()));
    let names = folder.names("");
    assert!(!names.iter().any(|name| name.contains("lenet-")), "{names:?}");
}

#[test]
fn a_pipe_is_written_to_and_stays_one() {
    let folder = Folder::new("pipe");
    folder.prints("export --out plain");
    assert!(Command::new("mkfifo").arg(folder.0.join("pipe")).status().unwrap().success());
    let writer = folder.command("export --out pipe").spawn().unwrap();
    let through = fs::read(folder.0.join("pipe")).unwrap();
    assert!(writer.wait_with_output().unwrap().status.success());
    assert!(Some(through) == folder.read("plain"));
    let printed = folder.run("export --out -").stdout;
    assert!(Some(printed) == folder.read("plain"));
    let named = folder.run("export --out /dev/stdout").stdout;
    assert!(Some(named) == folder.read("plain"));
}

#[test]
fn a_full_disk_leaves_the_old_file_and_no_other() {
    let folder = Folder::new("full");
    fs::write(folder.0.join("a"), "old").unwrap();
    let program = env!("CARGO_BIN_EXE_lenet");
    let script = format!("trap '' XFSZ; ulimit -f 100; '{program}' export --out a");
    let output = Command::new("bash").args(["-c", &script]).current_dir(&folder.0).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("a: "), "{}", text(&output.stderr));
    assert_eq!(folder.read("a"), Some(b"old".into()));
    assert_eq!(folder.names("").iter().filter(|name| !name.ends_with(".gz")).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn of_two_runs_on_one_checkpoint_the_second_is_refused() {
    let folder = Folder::new("two-runs");
    let endless = "train --data . --every 3 preset=nielsen1 batch_size=10 epochs=100 --checkpoint a";
    let mut first = folder.start_and_wait(endless, "a");
    for second in ["train --data . --checkpoint ./a", "train --data . --resume a"] {
        let refusal = folder.refusal(second);
        assert!(
            refusal.ends_with("a: another run writes to this file: wait for its end, or give another"),
            "{refusal}"
        );
    }
    first.kill().unwrap();
    first.wait().unwrap();
    folder.prints("train --data . --resume a --steps 3");
    assert_eq!(folder.names(".a"), [] as [&str; 0]);
}

#[test]
fn a_save_that_fails_on_the_way_does_not_end_the_run() {
    let folder = Folder::new("vanished");
    fs::create_dir(folder.0.join("sub")).unwrap();
    let words = "train --data . --every 3 preset=nielsen1 batch_size=10 epochs=100 --checkpoint sub/a --out net";
    let run = folder.start_and_wait(words, "sub/a");
    fs::rename(folder.0.join("sub"), folder.0.join("elsewhere")).unwrap();
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "the last save failed, too");
    assert!(text(&output.stderr).contains("; the run goes on, and is saved again later"));
    assert!(text(&output.stdout).contains("epoch 100 "));
    assert!(folder.read("net").is_some());
}

#[test]
fn ctrl_c_keeps_the_network_that_there_is() {
    let folder = Folder::new("interrupted-out");
    let words = "train --data . preset=nielsen1 batch_size=10 epochs=100 --csv table --out net";
    let run = folder.start_and_wait(words, "table");
    // The table has its header before the first step.
    while text(&folder.read("table").unwrap()).lines().count() < 3 {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    let output = run.wait_with_output().unwrap();
    let (code, said) = (output.status.code(), text(&output.stderr));
    assert!(
        code == Some(130) && said.trim_end().ends_with("; net has the network, but not its run"),
        "{code:?} {said}"
    );
    folder.prints("evaluate net --data .");
}

/// A pipe that nobody reads.
fn unread() -> Stdio {
    let (reader, writer): (PipeReader, _) = pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn a_reader_who_leaves_ends_what_is_only_printed_and_not_what_is_saved() {
    let folder = Folder::new("reader");
    let images = "t10k-images-idx3-ubyte.gz";
    for words in
        [RUN, "train --help", "--version", "evaluate --data .", "export --out -", &format!("classify {images}")]
    {
        let output = folder.command(words).stdout(unread()).output().unwrap();
        assert_eq!((output.status.code(), notes(&output)), (Some(141), String::new()), "{words}");
    }
    let saved = folder.command(&format!("{RUN} --out net")).stdout(unread()).stderr(unread()).status().unwrap();
    assert!(saved.success() && folder.read("net").is_some());
    let refused = folder.command("fly").stderr(unread()).status().unwrap();
    assert_eq!(refused.code(), Some(1));
}

#[test]
fn a_minus_is_standard_input() {
    let folder = Folder::new("standard-input");
    folder.prints("train --data . --steps 7 preset=nielsen1 batch_size=10 --checkpoint a");
    let fed = |words: &str, file: &str| {
        let input = fs::File::open(folder.0.join(file)).unwrap();
        let output = folder.command(words).stdin(input).output().unwrap();
        assert!(output.status.success(), "{words}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    fed("export - --out net", "a");
    assert_eq!(fed("evaluate - --data .", "a"), folder.prints("evaluate net --data ."));
    fed("train --data . --resume - --steps 3 --checkpoint b", "a");
    assert_eq!(folder.saved_run("b").1.step, 10);
    fed("train --data . --resume - --steps 3 --out c", "a");
    assert!(folder.read("-").is_none() && folder.read("c").is_some());
    let images = "t10k-images-idx3-ubyte.gz";
    assert_eq!(
        fed("classify -", images).replace("- ", ""),
        folder.prints(&format!("classify {images}")).replace(&format!("{images} "), "")
    );
    let nothing = folder.command("evaluate - --data .").stdin(Stdio::null()).output().unwrap();
    assert_eq!(text(&nothing.stderr).trim_end(), "-: standard input is empty");
}

/// The trained network is part of the program, and the images are found from where it is built.
#[test]
fn the_program_works_in_any_folder_and_says_what_it_lacks_elsewhere() {
    let folder = Folder::new("elsewhere");
    let trained = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors");
    folder.prints(&format!("export {trained} --out trained"));
    let copied = folder.0.join("lenet");
    fs::copy(env!("CARGO_BIN_EXE_lenet"), &copied).unwrap();
    assert!(folder.prints("evaluate").contains("accuracy 99."), "the images of the repository");
    let away = tempfile::tempdir().unwrap();
    let run = |words: &str| Command::new(&copied).args(words.split(' ')).current_dir(&away).output().unwrap();
    assert!(run("export --out net").status.success());
    assert!(fs::read(away.path().join("net")).ok() == folder.read("trained"));
    // The copy lies in the folder of builds, which is in the repository: there it still finds the images.
    fs::copy(&copied, away.path().join("lenet")).unwrap();
    let alone = Command::new(away.path().join("lenet")).arg("evaluate").current_dir(&away).output().unwrap();
    let said = text(&alone.stderr);
    assert_eq!(said.trim_end(), "there is no folder assets/mnist here or beside the program: give --data FOLDER");
}
