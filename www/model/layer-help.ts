// What each kind of layer is called, what it does and where it comes from, in a line.
import type { Layer } from "../engine/protocol";

export interface LayerHelp {
  name: string;
  help: string;
}

export const LAYERS: Record<Layer["type"], LayerHelp> = {
  conv: {
    name: "Convolution",
    help: "Each filter slides over all maps (or, for C3 of 1998, those of a table): window × filter, summed, plus a bias, through the activation; a map for each filter (LeCun and others 1989).",
  },
  pool: {
    name: "Pooling",
    help: "Keeps of each window the largest number, the mean, or the root of the sum of squares (Nielsen, chapter 6); with a stride below its size windows overlap (Krizhevsky and others 2012: 3 and 2). Nothing to learn.",
  },
  dense: {
    name: "Dense",
    help: "Each unit sees every number before it: a weight for each, plus a bias, through the activation.",
  },
  subsample: {
    name: "Subsampling",
    help: "Adds up each window, times a coefficient, plus a bias, both learned by the map, through the activation (LeCun and others 1998, S2 and S4).",
  },
  preprocess: {
    name: "Preprocessing",
    help: "Takes the mean of the training images off, divides by how much each pixel varies, or whitens; its numbers do not learn (CS231n, Data preprocessing).",
  },
  frame: {
    name: "Frame",
    help: "Puts paper around the image and scales its greys to paper…ink: 32×32, −0.1 to 1.175, so that their mean is about 0 and their variance about 1 (LeCun and others 1998).",
  },
  rbf: {
    name: "RBF output",
    help: "Minus the squared distance of 84 units to a fixed 7×12 picture of each digit; the pictures do not learn (LeCun and others 1998).",
  },
  dropout: {
    name: "Dropout",
    help: "In training makes each number 0 with this probability and divides the others by what is left; else it does nothing (Srivastava and others 2014).",
  },
  prelu: {
    name: "Parametric ReLU",
    help: "Leaky ReLU whose slope below zero each map learns, beginning at 0.25 (He and others 2015). It takes the place of an activation.",
  },
  rrelu: {
    name: "Randomised ReLU",
    help: "Leaky ReLU whose slope below zero is drawn from 1/8 to 1/3 for each number in training, and is their mean otherwise (Xu and others 2015). It takes the place of an activation.",
  },
};

export const ACTIVATION_HELP =
  "ReLU max(0, z) (Nair, Hinton 2010); leaky ReLU 0.01 z below zero (Maas and others 2013); tanh; scaled tanh 1.7159 tanh(⅔ z) (LeCun and others 1998); sigmoid 1/(1 + e⁻ᶻ) (Nielsen, chapter 1).";
