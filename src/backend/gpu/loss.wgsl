// Softmax and cross-entropy of one quad's logits, with their gradient; formulas as in kernels/src/loss.rs.
//
// output      [UNITS][quad]  logits
// d_output    [UNITS][quad]  gradients of the mean loss: (p - [label]) · share, and 0 for lanes without an image
// outcomes    [quad]         losses in nats, and the class with the largest logit, of equal ones the first

fn answer(quad: u32) {
    let label = outcomes[quad].label;
    var largest = output[quad];
    var said = vec4u();
    var truth = vec4f();
    for (var unit = 0u; unit < UNITS; unit++) {
        let z = output[unit * QUADS + quad];
        said = select(said, vec4u(unit), z > largest);
        largest = select(largest, z, z > largest);
        truth = select(truth, z, label == vec4u(unit));
    }
    var sum = vec4f();
    for (var unit = 0u; unit < UNITS; unit++) {
        sum += exp(output[unit * QUADS + quad] - largest);
    }
    outcomes[quad].said = said;
    outcomes[quad].loss = log(sum) + largest - truth;
    for (var unit = 0u; unit < UNITS; unit++) {
        let p = exp(output[unit * QUADS + quad] - largest) / sum;
        let wanted = select(vec4f(), vec4f(1.0), label == vec4u(unit));
        d_output[unit * QUADS + quad] = (p - wanted) * settings.share * filled(quad);
    }
}
