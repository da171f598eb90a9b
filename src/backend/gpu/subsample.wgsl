// Subsampling: the numbers of each window added, times the map's coefficient, plus its bias; formulas as in
// kernels/src/subsample.rs.
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
    let corner = channel * IN_AREA + (y * SIZE + IN_BORDER) * IN_ROW + x * SIZE + IN_BORDER;
    var sum = vec4f();
    for (var n = 0u; n < SIZE * SIZE; n++) {
        sum += input[(corner + n / SIZE * IN_ROW + n % SIZE) * QUADS + quad];
    }
    return sum;
}

#if FORWARD == 1
// A thread computes one number for one quad.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    let quad = thread % settings.quads;
    let unit = thread / settings.quads;
    let channel = unit / (OUT_HEIGHT * OUT_WIDTH);
    if (channel >= IN_CHANNELS) {
        return;
    }
    let y = unit / OUT_WIDTH % OUT_HEIGHT;
    let x = unit % OUT_WIDTH;
    let to = channel * OUT_AREA + (y + OUT_BORDER) * OUT_ROW + x + OUT_BORDER;
    let z = parameters[WEIGHTS + channel] * window(channel, y, x, quad) + parameters[BIASES + channel];
    output[to * QUADS + quad] = activate(z);
}
#end

#if FORWARD == 0
// The first threads take the coefficients and biases, the others a number of the input for one quad each.
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    var thread = thread_number(group, local);
    if (thread < WEIGHT_TASKS * PARTS) {
        backward_weights(thread / PARTS, thread % PARTS);
        return;
    }
#if HANDS_BACK == 1
    thread -= WEIGHT_TASKS * PARTS;
    let quad = thread % settings.quads;
    let place = thread / settings.quads;
    let channel = place / (IN_HEIGHT * IN_WIDTH);
    if (channel >= IN_CHANNELS) {
        return;
    }
    let y = place / IN_WIDTH % IN_HEIGHT;
    let x = place % IN_WIDTH;
    var d = vec4f();
    // What no window covers is handed nothing.
    if (y / SIZE < OUT_HEIGHT && x / SIZE < OUT_WIDTH) {
        d = d_output[(channel * D_AREA + (y / SIZE + D_BORDER) * D_ROW + x / SIZE + D_BORDER) * QUADS + quad];
    }
    hand_back(channel, y, x, quad, d * parameters[WEIGHTS + channel]);
#end
}

fn backward_weights(channel: u32, part: u32) {
    var product = vec4f();
    var sum = vec4f();
    for (var y = part; y < OUT_HEIGHT; y += PARTS) {
        for (var x = 0u; x < OUT_WIDTH; x++) {
            let at = (channel * D_AREA + (y + D_BORDER) * D_ROW + x + D_BORDER) * QUADS;
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
