//! All hyperparameters, each declared once with its name, range, default and a line of help. The page builds its
//! controls from `SETTINGS`; the console and the command line set them by name.

use super::Schedule;
use crate::backend::{MAX_BATCH_SIZE, Optimizer};
use crate::declare::{AsValue, SettingKind, Value, choice, number, words};
use crate::network::Initialization;
use crate::refusal::Refusal;
use lenet_kernels::augment::Augmentation;
use serde::Serialize;

/// The time at which a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Applies {
    /// At the next mini-batch, without a reset.
    NextStep,
    /// At the start of the next run.
    Reset,
}

/// The declaration of one setting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// The name in `Settings` and in `configure`.
    pub name: &'static str,
    /// The name that people read.
    pub label: &'static str,
    /// A description in one line.
    pub help: &'static str,
    /// The time at which a change takes effect.
    pub applies: Applies,
    /// The values that it accepts.
    pub kind: SettingKind,
}

/// Declares `Settings` and `SETTINGS` from one list.
macro_rules! settings {
    ($($name:ident: $type:ty = $default:expr, $applies:ident, $kind:expr, $label:literal, $help:literal;)*) => {
        /// The value of every setting.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings {
            $(#[doc = $help] pub $name: $type,)*
        }

        impl Default for Settings {
            fn default() -> Self {
                Settings { $($name: $default,)* }
            }
        }

        /// The declarations of all settings in the order in which the page shows them.
        pub const SETTINGS: &[Setting] = &[
            $(Setting {
                name: stringify!($name), label: $label, help: $help, applies: Applies::$applies, kind: $kind,
            },)*
        ];

        impl Settings {
            /// The value of the setting with this name.
            pub fn get(&self, name: &str) -> Option<Value> {
                match name {
                    $(stringify!($name) => Some(self.$name.to_value()),)*
                    _ => None,
                }
            }

            /// Sets a value by name.
            ///
            /// # Errors
            /// The name is unknown, or the value is not allowed. The sentence says what is allowed. Nothing has
            /// changed.
            pub fn set(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
                declared(name)?.kind.check(name, value)?;
                match name {
                    $(stringify!($name) => self.$name = AsValue::from_value(value),)*
                    _ => unreachable!("{name} was found in SETTINGS"),
                }
                Ok(())
            }
        }
    };
}

fn declared(name: &str) -> Result<&'static Setting, Refusal> {
    SETTINGS.iter().find(|setting| setting.name == name).ok_or_else(|| {
        let names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        Refusal::new(format!("there is no setting \"{name}\": there are {}", names.join(", "))).at_field(name)
    })
}

settings! {
    learning_rate: f32 = 4e-3, NextStep, number(1e-5, 10.0).logarithmic(), "Learning rate",
        "How far each step goes against the gradient; with a schedule, the most it goes (η in Nielsen, chapter 1).";
    schedule: Schedule = Schedule::OneCycle, NextStep, choice::<Schedule>(), "Schedule",
        "How the learning rate moves over the run: up and down once (Smith, Topin 2018), down a cosine (Loshchilov, Hutter 2017), or not at all.";
    epochs: u32 = 5, NextStep, number(1.0, 100.0).whole(), "Epochs",
        "How many times the run goes through all training images (Nielsen, chapter 1).";
    batch_size: u32 = 32, NextStep, number(1.0, MAX_BATCH_SIZE as f64).whole().logarithmic(), "Mini-batch",
        "How many images one step averages its gradient over (Nielsen, chapter 1).";
    optimizer: Optimizer = Optimizer::Adam, NextStep, choice::<Optimizer>(), "Optimizer",
        "SGD follows the gradient with momentum; Adam scales each parameter's step by how its gradients varied (Kingma, Ba 2015).";
    momentum: f32 = 0.9, NextStep, number(0.0, 0.999), "Momentum",
        "How much of the last steps' direction each step keeps: SGD's momentum (CS231n; Nielsen, chapter 3), Adam's β₁.";
    weight_decay: f32 = 0.05, NextStep, number(0.0, 1.0), "Weight decay",
        "Pulls every weight towards zero: with SGD the L2 penalty λ (0.0005 is usual), with Adam apart from the gradient (Loshchilov, Hutter 2019).";
    l2: f32 = 0.0, NextStep, number(0.0, 100.0), "L2 penalty λ",
        "Adds λ/2n · Σw² to the loss over n training images (Nielsen, chapter 3: 5 or 0.1). With SGD it is a weight decay of λ/n: λ = 5 on 50,000 images is 0.0001. Nielsen's network3.py divides by the number of mini-batches, not of images: its lambda times batch_size is this λ (0.1 in tens is 1).";
    l1: f32 = 0.0, NextStep, number(0.0, 100.0), "L1 penalty λ",
        "Adds λ/n · Σ|w| to the loss over n training images, which makes small weights zero (Nielsen, chapter 3).";
    max_norm: f32 = 0.0, NextStep, number(0.0, 10.0), "Max-norm",
        "After each step shortens every unit's weights to this length, as a vector; 3 or 4 are usual, 0 is off (CS231n; Srivastava and others 2014).";
    label_smoothing: f32 = 0.0, NextStep, number(0.0, 0.5), "Label smoothing",
        "Takes this share of the wanted probability from the label and spreads it over all ten digits (Szegedy and others 2016: 0.1).";
    patience: u32 = 0, NextStep, number(0.0, 100.0).whole(), "Early stopping, patience",
        "Stops when validation has not improved for so many epochs and puts the best parameters back; 0 is off (Nielsen, chapter 3: no improvement in n).";
    augment_shift: f32 = 0.0, NextStep, number(0.0, 8.0), "Shift, pixels",
        "Moves each training image by up to so many pixels, across and down, another way each time (LeCun and others 1998, section III.D).";
    augment_rotation: f32 = 0.0, NextStep, number(0.0, 45.0), "Rotation, degrees",
        "Turns each training image by up to so many degrees; 10 to 15 leave every digit what it is (Wei 2015, Must know tips/tricks, section 1).";
    augment_scale: f32 = 0.0, NextStep, number(0.0, 0.5), "Scale",
        "Makes each training image larger or smaller by up to this share; 0.1 is a tenth (LeCun and others 1998, section III.D).";
    augment_shear: f32 = 0.0, NextStep, number(0.0, 45.0), "Shear, degrees",
        "Leans the uprights of each training image by up to so many degrees, as slanted handwriting does (LeCun and others 1998, section III.D).";
    augment_elastic: f32 = 0.0, NextStep, number(0.0, 100.0), "Elastic, α",
        "Warps each training image by smooth random displacements, as a trembling hand does (Simard, Steinkraus, Platt 2003: 34).";
    augment_smoothness: f32 = 4.0, NextStep, number(3.0, 10.0), "Elastic, σ",
        "Over how many pixels the elastic displacements are smoothed: less trembles more (Simard, Steinkraus, Platt 2003: 4).";
    augment_stroke: f32 = 0.0, NextStep, number(0.0, 1.0), "Stroke, pixels",
        "Makes the stroke of each training image thicker or thinner by up to so much on each side: its grey dilation or erosion (ours).";
    expand: bool = false, Reset, SettingKind::Flag, "Expand five-fold",
        "Trains also on each image moved by one pixel up, down, left and right: 250,000 images an epoch (Nielsen's expand_mnist.py).";
    pen_share: f32 = 0.2, Reset, number(0.0, 1.0), "Share of the pen",
        "Puts digits that a pen draws in the place of this share of each mini-batch: barred sevens, curled nines, ones with a foot, which MNIST has hardly any of (ours).";
    imbalance: f32 = 1.0, Reset, number(1.0, 1000.0).logarithmic(), "Imbalance",
        "Keeps so many times fewer nines than zeros, and the digits between in geometric steps (Cui and others 2019); 1 keeps all.";
    class_weights: bool = false, Reset, SettingKind::Flag, "Class weights",
        "Weighs each image's loss by how rare its digit is among the training images, n/(10 · n of the digit): 1 on average (King, Zeng 2001).";
    balanced_sampling: bool = false, Reset, SettingKind::Flag, "Balanced sampling",
        "Draws as many images of each digit in every epoch, the rare ones several times; with class weights as well rare digits count for more than the others (Wei 2015: up-sampling).";
    initialization: Initialization = Initialization::He, Reset, choice::<Initialization>(), "Initial weights",
        "How far the random weights at the start are spread: He and others 2015 for ReLU, Glorot, Bengio 2010 for tanh, Nielsen's network3.py, LeCun and others 1998.";
    train_on_all: bool = false, Reset, SettingKind::Flag, "Train on all 60,000",
        "Trains on the 10,000 validation images too, and so validates on none (Nielsen, chapter 3, says what that is for).";
    seed: u32 = 1, Reset, number(0.0, u32::MAX as f64).whole(), "Seed",
        "The same seed gives the same initial weights, the same order of images and the same changes of them (Salmon and others 2011 make the numbers).";
}

words! { Schedule:
    OneCycle "one_cycle" "One cycle",
    Cosine "cosine" "Cosine",
    Constant "constant" "Constant",
}
words! { Optimizer:
    Adam "adam" "Adam",
    Sgd "sgd" "SGD",
}
words! { Initialization:
    He "he" "He",
    Glorot "glorot" "Glorot",
    Nielsen "nielsen" "Nielsen, 1/√n out",
    InverseRoot "inverse_root" "LeCun, 1/√n in",
    SmallGaussian "small_gaussian" "Small Gaussian, 0.01",
    Zeros "zeros" "Zeros (to see why not)",
}

impl Settings {
    /// The augmentation of training images.
    pub fn augmentation(&self) -> Augmentation {
        Augmentation {
            shift: self.augment_shift,
            rotation: self.augment_rotation,
            scale: self.augment_scale,
            shear: self.augment_shear,
            elastic: self.augment_elastic,
            smoothness: self.augment_smoothness,
            stroke: self.augment_stroke,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_takes_its_own_default_back() {
        let mut settings = Settings::default();
        for setting in SETTINGS {
            let value = settings.get(setting.name).unwrap();
            settings.set(setting.name, &value).unwrap_or_else(|error| panic!("{error}"));
        }
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn every_option_of_every_choice_can_be_set() {
        for setting in SETTINGS {
            if let SettingKind::Choice { options } = setting.kind {
                for option in options {
                    let mut settings = Settings::default();
                    let value = Value::Text(option.value.into());
                    settings.set(setting.name, &value).unwrap();
                    assert_eq!(settings.get(setting.name), Some(value));
                }
            }
        }
    }

    #[test]
    fn refusals_say_what_is_allowed_and_change_nothing() {
        let mut settings = Settings::default();
        let mut refusal = |name, value| settings.set(name, &value).unwrap_err().to_string();
        assert_eq!(
            refusal("batch_size", Value::Number(2.5)),
            "batch_size cannot be 2.5: give a whole number from 1 to 1024"
        );
        assert_eq!(
            refusal("optimizer", Value::Text("rmsprop".into())),
            "optimizer cannot be \"rmsprop\": give one of \"adam\", \"sgd\""
        );
        assert!(refusal("learning_rate", Value::Number(f64::NAN)).contains("from 0.00001 to 10"));
        assert!(refusal("train_on_all", Value::Number(1.0)).ends_with("give true or false"));
        assert!(refusal("learningRate", Value::Number(1.0)).starts_with("there is no setting \"learningRate\""));
        assert_eq!(settings, Settings::default());
    }
}
