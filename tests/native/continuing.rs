//! `lenet train --resume`: what a run that continues says before it does something that one does not expect.

use crate::bits::bars;
use crate::command_line::{Folder, notes, text};
use std::fs;

/// One epoch of 20 mini-batches.
const SHORT: &str = "train --data . --checkpoint a preset=nielsen1 batch_size=10 epochs=1";

/// What a successful command says beside its output.
fn says(folder: &Folder, words: &str) -> String {
    let output = folder.run(words);
    assert!(output.status.success(), "{words}: {}", text(&output.stderr));
    notes(&output)
}

#[test]
fn a_run_that_is_over_says_so_and_how_to_go_on() {
    let folder = Folder::new("over");
    folder.prints(SHORT);
    let over = "the run finished after epoch 1, and nothing is trained: epochs=N with N above 1 goes on\n";
    assert_eq!(says(&folder, "train --data . --resume a"), over);
    assert_eq!(says(&folder, "train --data . --resume a epochs=1"), over);
    assert_eq!(folder.saved_run("a").1.step, 20);
    says(&folder, "train --data . --resume a epochs=3 --steps 30");
    let refusal = folder.refusal("train --data . --resume a epochs=2");
    assert_eq!(refusal, "epochs cannot be 2: the run has done 2.50 epochs already, so give more");
    assert_eq!(folder.saved_run("a").1.step, 50);
}

#[test]
fn whoever_forgets_to_resume_is_told_what_is_replaced() {
    let folder = Folder::new("replaced");
    assert_eq!(says(&folder, SHORT), "");
    let said = says(&folder, &format!("{SHORT} seed=2"));
    let name = folder.0.join("a").canonicalize().unwrap();
    let name = name.display();
    let expected =
        format!("{name} holds a run at step 20, which this run replaces: --resume {name} would continue it\n");
    assert_eq!(said, expected);
}

/// Whoever stops such a run early has the old one still.
#[cfg(unix)]
#[test]
fn a_run_that_is_stopped_before_its_first_save_leaves_the_one_it_would_replace() {
    let folder = Folder::new("stopped-early");
    folder.prints(SHORT);
    let before = folder.read("a");
    let words = "train --data . --checkpoint a --csv table preset=nielsen1 batch_size=1 epochs=100 seed=2";
    let run = folder.start_and_wait(words, "table");
    assert!(std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    let output = run.wait_with_output().unwrap();
    let said = notes(&output);
    assert_eq!(output.status.code(), Some(130), "{said}");
    // One epoch of 200 steps may have passed, if this test was slow.
    let is_early = !text(&output.stdout).contains("epoch 1 ");
    assert_eq!(folder.read("a") == before, is_early, "{said}");
    assert_eq!(said.trim_end().ends_with("; nothing was saved"), is_early, "{said}");
}

#[test]
fn a_rate_that_jumps_up_is_said() {
    let folder = Folder::new("jump");
    folder.prints(SHORT);
    let finished = folder.read("a").unwrap();
    let longer = says(&folder, "train --data . --resume a epochs=2");
    assert!(longer.starts_with("the learning rate jumps from 0.0000000"), "{longer}");
    for calm in ["epochs=2 schedule=constant learning_rate=0.0001", "epochs=2 learning_rate=0.01"] {
        fs::write(folder.0.join("a"), &finished).unwrap();
        assert_eq!(says(&folder, &format!("train --data . --resume a {calm}")), "");
    }
    fs::write(folder.0.join("a"), &finished).unwrap();
    assert!(says(&folder, "train --data . --resume a --steps 3").starts_with("the learning rate jumps"));
    // Where nothing is changed, nothing is said.
    folder.prints("train --data . --checkpoint b --steps 7 preset=nielsen1 batch_size=10 epochs=1");
    assert_eq!(says(&folder, "train --data . --resume b"), "");
}

#[test]
fn other_images_are_refused_even_if_there_are_as_many() {
    let folder = Folder::new("other-images");
    folder.prints(&format!("{SHORT} --steps 3"));
    let before = folder.read("a");
    for (file, at) in [(0, 16 + 784 * 7 + 300), (0, 16 + 784 * 239), (1, 8 + 100)] {
        let mut files = bars(240, 40);
        files[file][at] = (files[file][at] + 1) % 10;
        folder.write_mnist(files);
        let refusal = folder.refusal("train --data . --resume a");
        assert_eq!(refusal, "a: its run was trained on other images than these: it was made with other data");
    }
    assert_eq!(folder.read("a"), before);
    folder.write_mnist(bars(240, 40));
    assert_eq!(says(&folder, "train --data . --resume a"), "");
}

#[test]
fn a_setting_without_effect_is_said() {
    let folder = Folder::new("without-effect");
    let run = "train --data . --steps 1 preset=nielsen1";
    let patience = "patience=3 has no effect: all images are trained on, and none are left to validate on\n";
    assert_eq!(says(&folder, &format!("{run} patience=3 train_on_all=true")), patience);
    assert_eq!(says(&folder, &format!("{run} patience=3")), "");
    let smoothness = says(&folder, &format!("{run} augment_smoothness=5"));
    assert!(smoothness.contains("augment_elastic, which is 0"), "{smoothness}");
    assert_eq!(says(&folder, &format!("{run} augment_smoothness=5 augment_elastic=30")), "");
}

#[test]
fn layers_that_are_no_json_and_windows_that_do_not_fit_are_explained() {
    let folder = Folder::new("layers");
    let said = |layers: &str| {
        let output = folder.command("train --data . --steps 1").arg(format!("layers={layers}")).output().unwrap();
        (output.status.code(), notes(&output))
    };
    let (code, unquoted) = said(r#"[{type: "dense", units: 10, activation: "none"}]"#);
    assert_eq!(code, Some(1));
    assert!(unquoted.starts_with("layers is not JSON: key must be a string at line 1 column 3."), "{unquoted}");
    assert!(unquoted.contains("Names and words need double quotes"), "{unquoted}");
    let half = r#"[{"type": "conv", "filters": 2, "size": 3, "stride": 2, "activation": "relu"},
                   {"type": "dense", "units": 10, "activation": "none"}]"#;
    let (code, note) = said(half);
    let expected = "C1: (28 − 3 + 2·0)/2 + 1 = 13.5 places a side are rounded down to 13, as in PyTorch, so no unit sees row \
                    and column 28 of its input\n";
    assert_eq!((code, note.as_str()), (Some(0), expected));
    // Only a zero of the padding is left over.
    let pytorch = half.replace("\"stride\": 2,", "\"stride\": 2, \"padding\": 1,");
    assert_eq!(said(&pytorch), (Some(0), String::new()));
}

#[test]
fn a_run_that_diverges_is_over_and_says_why() {
    let folder = Folder::new("diverged");
    let layers =
        r#"layers=[{"type":"dense","units":30,"activation":"none"},{"type":"dense","units":10,"activation":"none"}]"#;
    let run = "train --data . optimizer=sgd batch_size=10 epochs=100 learning_rate=10 schedule=constant";
    let output = folder.command(run).arg(layers).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains(": a learning rate of 10 is too high for these settings, so take a lower one."), "{said}");
    assert!(said.trim_end().ends_with("This run cannot go on: begin another.") && !said.contains("Reset"), "{said}");
}
