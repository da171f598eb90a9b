// Preprocessing of every image before the layers that learn; formulas as in src/kernels/preprocess.rs.
//
// parameters  weights [PIXELS], or [ROWS][PIXELS], from WEIGHTS on, if SCALES or ROWS; the mean [PIXELS] from BIASES on
// input       IN maps, 1 channel
// output      OUT maps

@group(1) @binding(0) var<storage, read> parameters: array<f32>;
@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;

const PIXELS = IN_HEIGHT * IN_WIDTH;

fn centred(pixel: u32, quad: u32) -> vec4f {
    let at = (pixel / IN_WIDTH + IN_BORDER) * IN_ROW + pixel % IN_WIDTH + IN_BORDER;
    return input[at * QUADS + quad] - parameters[BIASES + pixel];
}

fn put(pixel: u32, quad: u32, value: vec4f) {
    let at = (pixel / OUT_WIDTH + OUT_BORDER) * OUT_ROW + pixel % OUT_WIDTH + OUT_BORDER;
    output[at * QUADS + quad] = value;
}

#if ROWS == 0
// A thread computes one pixel of one quad.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    let quad = thread % settings.quads;
    let pixel = thread / settings.quads;
    if (pixel >= PIXELS) {
        return;
    }
    var value = centred(pixel, quad);
#if SCALES == 1
    value *= parameters[WEIGHTS + pixel];
#end
    put(pixel, quad, value);
}
#else
var<workgroup> projected: array<vec4f, ROWS>;

// A workgroup computes one quad: first its projections on the rows, then the sum of the rows that they weigh.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let quad = group_number(group);
    // Uniform in the workgroup, all of whose threads have to reach the barrier.
    let inside = quad < settings.quads;
    for (var row = local; row < ROWS; row += 64u) {
        var sum = vec4f();
        if (inside) {
            for (var pixel = 0u; pixel < PIXELS; pixel++) {
                sum += parameters[WEIGHTS + row * PIXELS + pixel] * centred(pixel, quad);
            }
        }
        projected[row] = sum;
    }
    workgroupBarrier();
    if (!inside) {
        return;
    }
    for (var pixel = local; pixel < PIXELS; pixel += 64u) {
        var sum = vec4f();
        for (var row = 0u; row < ROWS; row++) {
            sum += parameters[WEIGHTS + row * PIXELS + pixel] * projected[row];
        }
        put(pixel, quad, sum);
    }
}
#end
