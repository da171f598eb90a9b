// Layers that multiply each number by a factor: dropout, and the rectifiers whose slope below zero is learned or drawn.
// Formulas and random numbers as in src/kernels/elementwise.rs and noise.rs.
//
// parameters  slopes [IN_CHANNELS] from BIASES on, for PARAMETRIC
// input       IN maps
// output      OUT maps
// d_output    D maps: gradients of the output
// partials    [part][IN_CHANNELS] from PARTIALS on: gradients of the slopes

#if FACTOR == PARAMETRIC
@group(1) @binding(0) var<storage, read> parameters: array<f32>;
#end
#if FORWARD == 1
@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;
#else
@group(1) @binding(2) var<storage, read> d_output: array<vec4f>;
#end
#if FACTOR == PARAMETRIC && FORWARD == 0
@group(1) @binding(3) var<storage, read_write> partials: array<f32>;
#end

const NEXT = 0x9e3779b9u;

fn scatter(bits: vec4u) -> vec4u {
    var x = (bits ^ (bits >> vec4u(16u))) * 0x7feb352du;
    x = (x ^ (x >> vec4u(15u))) * 0x846ca68bu;
    return x ^ (x >> vec4u(16u));
}

// From 0 to less than 1, for the four images of a quad.
fn uniform_number(at: Unit) -> vec4f {
    let layer = scatter(vec4u(settings.noise + LAYER * NEXT));
    let start = scatter(layer + (vec4u(settings.first_image + 4u * at.quad) + vec4u(0u, 1u, 2u, 3u)) * NEXT);
    return vec4f(scatter(start + at.number * NEXT) >> vec4u(8u)) * (1.0 / 16777216.0);
}

fn factor(x: vec4f, at: Unit) -> vec4f {
#if FACTOR == DROPOUT
    if (settings.noise == 0u) {
        return vec4f(1.0);
    }
    return select(vec4f(bitcast<f32>(KEPT)), vec4f(), uniform_number(at) < vec4f(bitcast<f32>(RATE)));
#end
#if FACTOR == PARAMETRIC
    return select(vec4f(parameters[BIASES + at.channel]), vec4f(1.0), x > vec4f());
#end
#if FACTOR == RANDOMISED
    const MIN_SLOPE = 1.0 / 8.0;
    const MAX_SLOPE = 1.0 / 3.0;
    var slope = vec4f((MIN_SLOPE + MAX_SLOPE) / 2.0);
    if (settings.noise != 0u) {
        slope = MIN_SLOPE + (MAX_SLOPE - MIN_SLOPE) * uniform_number(at);
    }
    return select(slope, vec4f(1.0), x > vec4f());
#end
}

#if FORWARD == 1
// A thread computes one number for one quad.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let at = unit_of(thread_number(group, local), OUT_HEIGHT, OUT_WIDTH);
    if (at.channel >= IN_CHANNELS) {
        return;
    }
    let value = input[in_place(at.channel, at.y, at.x, at.quad)];
    output[out_place(at.channel, at.y, at.x, at.quad)] = value * factor(value, at);
}
#end

#if FORWARD == 0
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    var thread = thread_number(group, local);
#if FACTOR == PARAMETRIC
    if (thread < WEIGHT_TASKS * PARTS) {
        backward_slope(thread / PARTS, thread % PARTS);
        return;
    }
    thread -= WEIGHT_TASKS * PARTS;
#end
#if NEEDS_INPUT_GRADIENT == 1
    let at = unit_of(thread, OUT_HEIGHT, OUT_WIDTH);
    if (at.channel >= IN_CHANNELS) {
        return;
    }
    let value = input[in_place(at.channel, at.y, at.x, at.quad)];
    let d = d_output[d_place(at.channel, at.y, at.x, at.quad)];
    put_input_gradient(at.channel, at.y, at.x, at.quad, d * factor(value, at));
#end
}

#if FACTOR == PARAMETRIC
// A part is every PARTS-th row of the maps.
fn backward_slope(channel: u32, part: u32) {
    var sum = vec4f();
    for (var y = part; y < OUT_HEIGHT; y += PARTS) {
        for (var x = 0u; x < OUT_WIDTH; x++) {
            let at = in_place(channel, y, x, 0u);
            let d_at = d_place(channel, y, x, 0u);
            for (var quad = 0u; quad < settings.quads; quad++) {
                let value = input[at + quad];
                sum += select(d_output[d_at + quad] * value, vec4f(), value > vec4f());
            }
        }
    }
    partials[PARTIALS + part * IN_CHANNELS + channel] = dot(sum, vec4f(1.0));
}
#end
#end
