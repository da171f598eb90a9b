// A frame of paper around the image, which is scaled from 0..1 to PAPER..INK.
//
// input       IN maps
// output      OUT maps, BORDER wider on each side

@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;

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
    let paper = bitcast<f32>(PAPER);
    var value = vec4f(paper);
    if (y >= FRAME && y < FRAME + IN_HEIGHT && x >= FRAME && x < FRAME + IN_WIDTH) {
        let at = channel * IN_AREA + (y - FRAME + IN_BORDER) * IN_ROW + x - FRAME + IN_BORDER;
        value += bitcast<f32>(RANGE) * input[at * QUADS + quad];
    }
    let to = channel * OUT_AREA + (y + OUT_BORDER) * OUT_ROW + x + OUT_BORDER;
    output[to * QUADS + quad] = value;
}
