// Subsampling: the sum of each window, times the map's coefficient, plus its bias; formulas as in
// src/kernels/subsample.rs.
//
// parameters  coefficients [IN_CHANNELS] from WEIGHTS on, biases [IN_CHANNELS] from BIASES on
// input       IN maps
// output      OUT maps
// d_output    D maps: gradients of the pre-activations
// partials    [part][coefficients, then biases] from PARTIALS on: gradients; a part is every PARTS-th row of the maps

@group(1) @binding(0) var<storage, read> parameters: array<f32>;
#if FORWARD == 1
@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;
#else
@group(1) @binding(2) var<storage, read> d_output: array<vec4f>;
@group(1) @binding(3) var<storage, read_write> partials: array<f32>;
#end

fn window(channel: u32, y: u32, x: u32, quad: u32) -> vec4f {
    var sum = vec4f();
    for (var n = 0u; n < SIZE * SIZE; n++) {
        sum += input[in_place(channel, y * SIZE + n / SIZE, x * SIZE + n % SIZE, quad)];
    }
    return sum;
}

#if FORWARD == 1
// A thread computes one number for one quad.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let at = unit_of(thread_number(group, local), OUT_HEIGHT, OUT_WIDTH);
    if (at.channel >= IN_CHANNELS) {
        return;
    }
    let sum = window(at.channel, at.y, at.x, at.quad);
    let z = parameters[WEIGHTS + at.channel] * sum + parameters[BIASES + at.channel];
    output[out_place(at.channel, at.y, at.x, at.quad)] = activate(z);
}
#end

#if FORWARD == 0
// The first threads compute the gradients of coefficients and biases, the others that of a number of the input of one
// quad each.
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    var thread = thread_number(group, local);
    if (thread < WEIGHT_TASKS * PARTS) {
        backward_weights(thread / PARTS, thread % PARTS);
        return;
    }
#if NEEDS_INPUT_GRADIENT == 1
    thread -= WEIGHT_TASKS * PARTS;
    let at = unit_of(thread, IN_HEIGHT, IN_WIDTH);
    if (at.channel >= IN_CHANNELS) {
        return;
    }
    var d = vec4f();
    // A number that no window covers has a gradient of zero.
    if (at.y / SIZE < OUT_HEIGHT && at.x / SIZE < OUT_WIDTH) {
        d = d_output[d_place(at.channel, at.y / SIZE, at.x / SIZE, at.quad)];
    }
    put_input_gradient(at.channel, at.y, at.x, at.quad, d * parameters[WEIGHTS + at.channel]);
#end
}

fn backward_weights(channel: u32, part: u32) {
    var product = vec4f();
    var sum = vec4f();
    for (var y = part; y < OUT_HEIGHT; y += PARTS) {
        for (var x = 0u; x < OUT_WIDTH; x++) {
            let at = d_place(channel, y, x, 0u);
            for (var quad = 0u; quad < settings.quads; quad++) {
                let d = d_output[at + quad];
                product += d * window(channel, y, x, quad);
                sum += d;
            }
        }
    }
    let at = PARTIALS + part * 2u * IN_CHANNELS + channel;
    partials[at] = dot(product, vec4f(1.0));
    partials[at + IN_CHANNELS] = dot(sum, vec4f(1.0));
}
#end
