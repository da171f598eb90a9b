// The end of a step: adds up the parts of the gradients, updates all parameters and writes the mini-batch's record.
//
// partials    [layer][part][weights, then biases]; the sum over the parts, first to last, is the gradient
// gradients, parameters, first, second   [parameter], as the plan lays them out; first and second moments
// outcomes    [quad]
// records     [record] (mean loss, share of correct predictions)
//
// The formulas are those of src/kernels/optimizer.rs.

@group(1) @binding(0) var<storage, read_write> parameters: array<f32>;
@group(1) @binding(1) var<storage, read> partials: array<f32>;
@group(1) @binding(2) var<storage, read_write> gradients: array<f32>;
@group(1) @binding(3) var<storage, read_write> first: array<f32>;
@group(1) @binding(4) var<storage, read_write> second: array<f32>;
@group(1) @binding(5) var<storage, read> outcomes: array<Outcome>;
@group(1) @binding(6) var<storage, read_write> records: array<vec2f>;

const BETA_2 = 0.999;
const EPSILON = 1e-8;

// A thread updates one parameter; the one after the last writes the record.
@compute @workgroup_size(64)
fn update(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    if (thread < PARAMETERS) {
        update_one(thread);
    } else if (thread == PARAMETERS) {
        record();
    }
}

#if TABLE > 0
// Whether a filter sees a map; the pairs are numbered filter by filter.
fn connected(pair: u32) -> bool {
    var sees: array<u32, TABLE>;
#for f in 0..TABLE
    sees[$fu] = SEES_$f;
#end
    return ((sees[pair / MAPS] >> (pair % MAPS)) & 1u) == 1u;
}
#end

fn update_one(p: u32) {
    var at = 0u;
    // A parameter that does not learn has no parts.
    var parts = 0u;
    var count = 0u;
    var is_connected = true;
    var is_weight = false;
#for l in 0..LEARNING
    if (p >= START_$l && p < START_$l + COUNT_$l) {
        at = PARTIALS_$l + p - START_$l;
        count = COUNT_$l;
        parts = PARTS_$l;
        is_weight = p - START_$l < WEIGHTS_$l;
#if TABLE > 0
        if (is_weight && HAS_TABLE_$l == 1u) {
            is_connected = connected((p - START_$l) / TAPS_$l);
        }
#end
    }
#end
    var sums = vec4f();
    var part = 0u;
    for (; part + 4u <= parts; part += 4u) {
        let row = at + part * count;
        sums += vec4f(partials[row], partials[row + count], partials[row + 2u * count], partials[row + 3u * count]);
    }
    var gradient = dot(sums, vec4f(1.0));
    for (; part < parts; part++) {
        gradient += partials[at + part * count];
    }
    if (settings.accumulates == 1u) {
        gradient += gradients[p];
    }
    gradient = select(0.0, gradient, is_connected);
    gradients[p] = gradient;
    let w = parameters[p];
    let decay = select(0.0, settings.weight_decay, is_weight);
    if (is_weight) {
        gradient += settings.l2 * w + settings.l1 * sign(w);
    }
    if (settings.optimizer == SGD) {
        let v = settings.momentum * first[p] + gradient + decay * w;
        first[p] = v;
        parameters[p] = w - settings.learning_rate * v;
    } else if (settings.optimizer == ADAM) {
        let m = settings.momentum * first[p] + (1.0 - settings.momentum) * gradient;
        let s = BETA_2 * second[p] + (1.0 - BETA_2) * gradient * gradient;
        first[p] = m;
        second[p] = s;
        let keep = select(1.0, settings.keep, decay != 0.0);
        parameters[p] = keep * w - settings.learning_rate * m / (sqrt(s) * settings.root + EPSILON);
    }
}

// Lanes of the last quad without an image repeat one, and must not count.
fn record() {
    var loss = vec4f();
    var correct = vec4f();
    for (var quad = 0u; quad < settings.quads; quad++) {
        let outcome = outcomes[quad];
        loss += select(vec4f(), outcome.loss, filled(quad) > vec4f());
        correct += select(vec4f(), filled(quad), outcome.predicted == outcome.label);
    }
    var mean = settings.share * vec2f(dot(loss, vec4f(1.0)), dot(correct, vec4f(1.0)));
    if (settings.accumulates == 1u) {
        mean += records[settings.record];
    }
    records[settings.record] = mean;
}
