// Softmax and cross-entropy of one quad's logits, with their gradient; formulas as in src/kernels/loss.rs.
//
// output         [UNITS][quad]  logits
// d_output       [UNITS][quad]  gradients of the mean loss: (p - wanted) · weight · share, and 0 for lanes without an image
// outcomes       [quad]         losses in nats, times the weight of the label's class; the predicted class is that with
//                               the largest logit, of equal ones the first
// class_weights  [class]        this pass's from settings.class_weights on

@group(1) @binding(3) var<storage, read_write> d_output: array<vec4f>;
@group(1) @binding(4) var<storage, read_write> outcomes: array<Outcome>;
@group(1) @binding(5) var<storage, read> class_weights: array<f32>;

fn softmax_cross_entropy(quad: u32) {
    let label = outcomes[quad].label;
    var largest = output[quad];
    var predicted = vec4u();
    var label_logit = vec4f();
    var all = vec4f();
    var weight = vec4f();
    for (var lane = 0u; lane < 4u; lane++) {
        weight[lane] = class_weights[settings.class_weights + label[lane]];
    }
    for (var unit = 0u; unit < UNITS; unit++) {
        let z = output[unit * QUADS + quad];
        predicted = select(predicted, vec4u(unit), z > largest);
        largest = select(largest, z, z > largest);
        label_logit = select(label_logit, z, label == vec4u(unit));
        all += z;
    }
    var sum = vec4f();
    for (var unit = 0u; unit < UNITS; unit++) {
        sum += exp(output[unit * QUADS + quad] - largest);
    }
    outcomes[quad].predicted = predicted;
    let each = settings.smoothing / f32(UNITS);
    let smoothed = (1.0 - settings.smoothing) * label_logit + each * all;
    let mean = select(smoothed, label_logit, vec4<bool>(each == 0.0));
    outcomes[quad].loss = weight * (log(sum) + largest - mean);
    for (var unit = 0u; unit < UNITS; unit++) {
        let p = exp(output[unit * QUADS + quad] - largest) / sum;
        let wanted = select(vec4f(each), vec4f(1.0 - settings.smoothing + each), label == vec4u(unit));
        d_output[unit * QUADS + quad] = (p - wanted) * settings.share * weight * filled(quad);
    }
}
