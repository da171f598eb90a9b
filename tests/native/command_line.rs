//! The program `lenet` from outside: what it prints, which files it writes, and what is left when it is killed.

use crate::bits::bars;
use flate2::Compression;
use flate2::write::GzEncoder;
use lenet::data::MNIST;
use lenet::network::{Plan, preset};
use lenet::train::{SavedRun, checkpoint};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// A folder for one test, with a small MNIST: 200 training, 40 validation and 40 test images.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("command-line-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        let folder = Folder(path);
        folder.write_mnist(bars(240, 40));
        folder
    }

    /// Writes the four files of images and labels.
    pub fn write_mnist(&self, files: [Vec<u8>; 4]) {
        let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
        for (name, bytes) in names.into_iter().zip(files) {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(&bytes).unwrap();
            fs::write(self.0.join(format!("{name}-ubyte.gz")), packed.finish().unwrap()).unwrap();
        }
    }

    /// The names of the files that begin with these characters, hidden ones too.
    pub fn names(&self, beginning: &str) -> Vec<String> {
        let files = fs::read_dir(&self.0).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = files.filter(|name| name.starts_with(beginning)).collect();
        names.sort();
        names
    }

    /// The command `lenet` with these arguments, in this folder.
    pub fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lenet"));
        command.current_dir(&self.0).args(words.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, words: &str) -> Output {
        self.command(words).output().unwrap()
    }

    /// The output of a successful command.
    pub fn prints(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// The message of a command that fails.
    pub fn refusal(&self, words: &str) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(1), "{words}: {}", text(&output.stdout));
        text(&output.stderr).trim_end().to_owned()
    }

    /// Starts a command, and returns once its checkpoint has changed.
    pub fn start_and_wait(&self, words: &str, checkpoint: &str) -> Child {
        let before = self.read(checkpoint);
        let mut child = self.command(words).spawn().unwrap();
        while self.read(checkpoint) == before {
            assert!(child.try_wait().unwrap().is_none(), "{words} ended early");
            std::thread::sleep(Duration::from_millis(2));
        }
        child
    }

    pub fn read(&self, file: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(file)).ok()
    }

    /// The saved run, without its times.
    pub fn saved_run(&self, file: &str) -> (Vec<f32>, SavedRun) {
        let plan = Plan::new(&preset("nielsen1").unwrap()).unwrap();
        let loaded = checkpoint::load(&self.read(file).unwrap(), &plan).unwrap();
        (loaded.parameters, SavedRun { seconds: 0.0, ..loaded.run.unwrap() })
    }

    /// The rows of a table, without their times.
    fn table(&self, file: &str) -> Vec<Vec<String>> {
        let text = text(&self.read(file).unwrap());
        let rows = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
        rows.map(|mut row| {
            row.remove(4);
            row
        })
        .collect()
    }
}

/// What a command said beside its output, without the lines that a slow run prints about its progress.
pub fn notes(output: &Output) -> String {
    text(&output.stderr).split_inclusive('\n').filter(|line| !line.contains(" images/s")).collect()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Ten epochs of 20 mini-batches, with settings that draw random numbers.
const RUN: &str =
    "train --data . --every 3 preset=lenet5 batch_size=10 epochs=10 augment_rotation=10 patience=10 seed=4";

fn is_the_run_that_was_not_stopped(folder: &Folder) {
    folder.prints(&format!("{RUN} --checkpoint straight.run --csv straight.csv --out straight.safetensors"));
    assert_eq!(folder.read("stopped.safetensors"), folder.read("straight.safetensors"));
    assert!(folder.saved_run("stopped.run") == folder.saved_run("straight.run"));
    let (stopped, straight) = (folder.table("stopped.csv"), folder.table("straight.csv"));
    assert_eq!(straight.iter().filter(|row| row[1] == "train").count(), 200);
    assert_eq!(straight.iter().filter(|row| row[1] == "test").count(), 10 + 1);
    assert_eq!(stopped, straight);
}

const RESUMED: &str = "train --data . --every 3 --resume stopped.run --csv stopped.csv --out stopped.safetensors";

#[test]
fn a_run_that_was_killed_and_resumed_is_the_run_that_was_not() {
    let folder = Folder::new("killed");
    let begun = format!("{RUN} --checkpoint stopped.run --csv stopped.csv --out stopped.safetensors");
    for words in [&begun, RESUMED, RESUMED] {
        let mut child = folder.start_and_wait(words, "stopped.run");
        child.kill().unwrap();
        assert!(child.wait().unwrap().code().is_none(), "it was killed");
    }
    assert!(folder.saved_run("stopped.run").1.step < 200);
    folder.prints(RESUMED);
    is_the_run_that_was_not_stopped(&folder);
}

#[cfg(unix)]
#[test]
fn ctrl_c_saves_the_run_where_it_stands_and_says_how_to_go_on() {
    let folder = Folder::new("interrupted");
    let begun = format!("{RUN} --checkpoint stopped.run --csv stopped.csv --out stopped.safetensors");
    for words in [&begun, RESUMED] {
        let child = folder.start_and_wait(words, "stopped.run");
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{said}");
        let step = folder.saved_run("stopped.run").1.step;
        let ending = format!("interrupted at step {step}; `lenet train --resume stopped.run` continues");
        assert_eq!(said.trim_end().lines().last(), Some(ending.as_str()));
        assert_eq!(folder.table("stopped.csv").iter().filter(|row| row[1] == "train").count(), step as usize);
    }
    folder.prints(RESUMED);
    is_the_run_that_was_not_stopped(&folder);
}

#[test]
fn a_finished_run_is_over_unless_it_gets_more_epochs() {
    let folder = Folder::new("longer");
    let run = "preset=nielsen1 batch_size=20 schedule=constant";
    folder.prints(&format!("train --data . --checkpoint long.run --out long.safetensors epochs=3 {run}"));
    folder.prints(&format!("train --data . --checkpoint short.run epochs=1 {run}"));
    let again = folder.prints("train --data . --resume short.run");
    assert!(again.starts_with("mean of 1 seeds: ") && again.lines().count() == 1, "{again}");
    assert_eq!(folder.saved_run("short.run").1.step, 10);
    folder.prints("train --data . --resume short.run --out short.safetensors epochs=3");
    assert_eq!(folder.saved_run("short.run").1.step, 30);
    assert_eq!(folder.read("short.safetensors"), folder.read("long.safetensors"));
}

#[test]
fn a_run_may_go_on_by_so_many_steps_at_a_time() {
    let folder = Folder::new("steps");
    folder.prints("train --data . --checkpoint whole.run preset=nielsen1 batch_size=20 epochs=2");
    folder.prints("train --data . --checkpoint parts.run --steps 7 preset=nielsen1 batch_size=20 epochs=2");
    assert_eq!(folder.saved_run("parts.run").1.step, 7);
    folder.prints("train --data . --resume parts.run --steps 5 workers=2");
    assert_eq!(folder.saved_run("parts.run").1.step, 12);
    folder.prints("train --data . --resume parts.run");
    assert!(folder.saved_run("parts.run") == folder.saved_run("whole.run"));
}

#[test]
fn several_seeds_are_trained_one_after_the_other() {
    let folder = Folder::new("seeds");
    let said = folder.prints("train --data . --seeds 2 --csv all.csv preset=nielsen1 epochs=1 workers=2");
    let beginnings: Vec<&str> = said.lines().map(|line| line.split(" epoch").next().unwrap()).collect();
    let [first, second, mean, together] = beginnings[..] else { panic!("{said}") };
    assert!((first, second) == ("seed 1", "seed 2") && mean.starts_with("mean of 2 seeds: "), "{said}");
    assert!(together.starts_with("together: ") && together.ends_with("images wrong"), "{said}");
    let seeds: Vec<String> = folder.table("all.csv").into_iter().map(|mut row| row.remove(0)).collect();
    assert!(seeds.contains(&"1".to_owned()) && seeds.contains(&"2".to_owned()));
}

#[test]
fn a_network_is_evaluated_and_handed_on() {
    let folder = Folder::new("evaluated");
    folder.prints("train --data . --checkpoint a.run preset=nielsen1 epochs=4 batch_size=10");
    folder.prints("export a.run --out a.safetensors");
    let (run, network) = (folder.read("a.run").unwrap(), folder.read("a.safetensors").unwrap());
    assert!(network.len() < run.len() / 2, "without the moments");
    for split in ["test", "validation", "train"] {
        let said = folder.prints(&format!("evaluate a.run --data . --split {split}"));
        assert_eq!(said, folder.prints(&format!("evaluate a.safetensors --data . --split {split} --workers 2")));
        let images = if split == "train" { 200 } else { 40 };
        assert!(said.starts_with(&format!("{images} images of the {split} split\nloss 0.")), "{said}");
        let counts = said.lines().skip(6).flat_map(|row| row.split_whitespace().skip(1));
        assert_eq!(counts.map(|count| count.parse::<u32>().unwrap()).sum::<u32>(), images);
    }
}

#[test]
fn a_number_in_a_picture_is_read() {
    let folder = Folder::new("read");
    let trained = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors");
    let (images, labels) = crate::picture::test_images(4);
    let pixels = crate::picture::in_a_line(&images, 3);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 3 * 28 * 4, 3 * 28);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    fs::write(folder.0.join("number.png"), bytes).unwrap();
    let said = folder.prints(&format!("read --network {trained} number.png"));
    let number: String = labels.iter().map(u8::to_string).collect();
    assert!(said.starts_with(&format!("number.png: {number} ({} ", labels[0])), "{said}");
    let refusal = folder.refusal(&format!("read --network {trained} train-labels-idx1-ubyte.gz"));
    assert!(refusal.starts_with("train-labels-idx1-ubyte.gz: "), "{refusal}");
}

/// A grey PNG of `scale` times 28×28 pixels.
fn png(image: &[u8], scale: usize, dark_on_light: bool) -> Vec<u8> {
    let side = 28 * scale;
    let pixel = |at: usize| image[at / side / scale * 28 + at % side / scale];
    let pixels = (0..side * side).map(|at| if dark_on_light { 255 - pixel(at) } else { pixel(at) });
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels.collect::<Vec<u8>>()).unwrap();
    bytes
}

#[test]
fn pictures_and_idx_files_are_read_alike() {
    let folder = Folder::new("classified");
    let trained = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors");
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/mnist/t10k-images-idx3-ubyte.gz");
    let mut images = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(fs::File::open(tests).unwrap());
    std::io::Read::read_to_end(&mut unpacked, &mut images).unwrap();
    let image = &images[16..16 + MNIST.pixels()];
    for (name, scale, dark) in [("plain", 1, false), ("dark", 1, true), ("large", 7, true)] {
        fs::write(folder.0.join(format!("{name}.png")), png(image, scale, dark)).unwrap();
    }
    fs::write(folder.0.join("one.idx"), [&[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28], image].concat()).unwrap();
    let files = "plain.png dark.png large.png one.idx one.idx";
    let said = folder.prints(&format!("classify --network {trained} {files}"));
    let lines: Vec<&str> = said.lines().collect();
    let answer = |line: &str| line.split(": ").nth(1).unwrap().split("  [").next().unwrap().to_owned();
    assert!(answer(lines[0]).starts_with("7 ("), "{said}");
    assert_eq!(answer(lines[1]), answer(lines[0]));
    assert_eq!(answer(lines[3]), answer(lines[0]));
    assert!(lines[1].ends_with("[dark on light: inverted]"), "{said}");
    assert!(lines[2].starts_with("large.png: 7 (") && lines[2].ends_with("cropped, scaled and centred]"), "{said}");
    assert_eq!(lines.len(), 5);
}

#[test]
fn mistakes_are_answered_with_a_sentence_and_leave_no_file() {
    let folder = Folder::new("mistakes");
    folder.prints("train --data . --checkpoint a.run --out a.safetensors preset=nielsen1 epochs=1");
    let before = folder.read("a.run");
    fs::write(folder.0.join("text"), "no network").unwrap();
    for (words, said) in [
        ("fly", "there is no command \"fly\": there are train, find-rate, evaluate, classify, read, export, bench"),
        ("train --data nowhere", "nowhere: No such file or directory (os error 2)"),
        ("train --data . epochs", "epochs: give NAME=VALUE"),
        ("train --data . epochs=0", "epochs cannot be 0: give a whole number from 1 to 100"),
        ("train --data . --every 3", "--every says when to save a checkpoint: give --checkpoint FILE too"),
        ("train --data . --steps 0", "--steps cannot be 0: give a whole number from 1 to 4294967295"),
        ("train --data . --steps 4294967296", "--steps cannot be 4294967296: give a whole number from 1 to 4294967295"),
        ("train --data . --seeds two", "--seeds cannot be two: give a whole number from 1 to 1000"),
        ("train --data . --seeds 2 seed=7", "--seeds N trains with the seeds 1 to N: leave it out, or leave out seed"),
        ("train --data . --seeds 2 --checkpoint b", "a checkpoint holds one run: leave out --seeds, and give seed=N"),
        (
            "train --data . --resume a.safetensors",
            "a.safetensors: there is a network in this file, but no run that could be continued",
        ),
        (
            "train --data . --resume a.run seed=3",
            "seed cannot change once a run has begun: leave it out, or begin another run",
        ),
        (
            "train --data . --resume a.run preset=lenet5",
            "preset cannot change once a run has begun: leave it out, or begin another run",
        ),
        (
            "train --data . --csv text --resume a.run",
            "text: this is not the table of a run, which begins with seed,split,step,epoch,seconds,loss,accuracy,learning_rate",
        ),
        ("evaluate a.run b.run", "give one file: b.run is one too many"),
        (
            "evaluate a.run --data . --split exam",
            "there is no split \"exam\": there are \"train\", \"validation\" and \"test\"",
        ),
        ("export a.run", "the file to write is missing: give --out FILE"),
        ("export a.run --out b --format pickle", "there is no format \"pickle\": there are safetensors and onnx"),
        ("classify", "there is nothing to classify: give PNG, JPEG or IDX files"),
    ] {
        assert_eq!(folder.refusal(words), said, "{words}");
    }
    assert!(folder.refusal("evaluate text --data .").starts_with("text: This file is not a LeNet Live checkpoint: "));
    assert!(folder.refusal("train --wings 2").starts_with("there is no --wings: lenet train takes --seeds, --data"));
    assert_eq!(folder.read("a.run"), before);
    assert_eq!(folder.read("b"), None);
}

#[test]
fn a_rate_is_found_and_can_be_trained_with() {
    let folder = Folder::new("rate");
    let said = folder.prints("find-rate --data . --csv rates.csv preset=nielsen1 batch_size=10");
    let suggestion = said.trim().strip_prefix("learning_rate=").unwrap().parse::<f64>().unwrap();
    assert!((1e-5..1.0).contains(&suggestion), "{said}");
    let table = text(&folder.read("rates.csv").unwrap());
    let rates: Vec<f64> = table.lines().skip(1).map(|row| row.split(',').next().unwrap().parse().unwrap()).collect();
    assert!(rates.len() > 50 && rates.is_sorted() && rates.contains(&1e-5), "{rates:?}");
    folder.prints(&format!("train --data . --steps 3 preset=nielsen1 {}", said.trim()));
    let refusal = folder.refusal("find-rate --data . preset=nielsen1 initialization=zeros");
    assert!(refusal.starts_with("no rate made the loss fall"), "{refusal}");
}

#[test]
fn a_machine_is_measured() {
    let folder = Folder::new("bench");
    let one = "bench --data . --seconds 1 --backend cpu --batch-size 20";
    let tables = folder.prints(&format!("{one} nielsen1"));
    for word in ["nielsen1 on one core\n", "mini-batch", "\n  20 ", "a step of 20 images;", "\n  update "] {
        assert!(tables.contains(word), "{word}: {tables}");
    }
    let lines = folder.prints(&format!("{one} --json nielsen1"));
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["preset"], &first["workers"]), (&"nielsen1".into(), &1.into()));
    assert!(first["lines"][0]["images_per_second"].as_f64().unwrap() > 0.0, "{first}");
    let refusal = folder.refusal("bench --data . lenet6");
    assert!(refusal.starts_with("there is no preset \"lenet6\": there are \"lenet5\","), "{refusal}");
}

#[test]
fn every_command_explains_itself() {
    let folder = Folder::new("help");
    let overview = folder.prints("--help");
    for command in ["train", "find-rate", "evaluate", "classify", "read", "export", "bench"] {
        assert!(overview.contains(&format!("\n  {command} ")), "{overview}");
        assert!(folder.prints(&format!("{command} --help")).contains(&format!("usage: lenet {command} [OPTION ...]")));
    }
    let help = folder.prints("train --help");
    for setting in lenet::train::SETTINGS {
        assert!(help.contains(setting.help), "{}", setting.name);
    }
}
