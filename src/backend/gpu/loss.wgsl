// Softmax and cross-entropy of one quad's logits, with their gradient; formulas as in kernels/src/loss.rs.
//
// output      [UNITS][quad]  logits
// d_output    [UNITS][quad]  gradients of the mean loss: (p - wanted) · weight · share, and 0 for lanes without an image
// outcomes    [quad]         losses in nats, times what the label weighs, and the class with the largest logit, of equal ones the first

fn answer(quad: u32) {
    let label = outcomes[quad].label;
    var largest = output[quad];
    var predicted = vec4u();
    var truth = vec4f();
    var all = vec4f();
    var weight = vec4f();
    for (var lane = 0u; lane < 4u; lane++) {
        weight[lane] = settings.weights[label[lane] / 4u][label[lane] % 4u];
    }
    for (var unit = 0u; unit < UNITS; unit++) {
        let z = output[unit * QUADS + quad];
        predicted = select(predicted, vec4u(unit), z > largest);
        largest = select(largest, z, z > largest);
        truth = select(truth, z, label == vec4u(unit));
        all += z;
    }
    var sum = vec4f();
    for (var unit = 0u; unit < UNITS; unit++) {
        sum += exp(output[unit * QUADS + quad] - largest);
    }
    outcomes[quad].predicted = predicted;
    let each = settings.smoothing / f32(UNITS);
    let mean = select((1.0 - settings.smoothing) * truth + each * all, truth, vec4<bool>(each == 0.0));
    outcomes[quad].loss = weight * (log(sum) + largest - mean);
    for (var unit = 0u; unit < UNITS; unit++) {
        let p = exp(output[unit * QUADS + quad] - largest) / sum;
        let wanted = select(vec4f(each), vec4f(1.0 - settings.smoothing + each), label == vec4u(unit));
        d_output[unit * QUADS + quad] = (p - wanted) * settings.share * weight * filled(quad);
    }
}
