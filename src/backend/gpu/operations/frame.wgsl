// A frame of paper around the image, which is scaled from 0..1 to PAPER..INK.
//
// input       IN maps
// output      OUT maps, FRAME wider on each side

@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;

// A thread computes one number for one quad.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let at = unit_of(thread_number(group, local), OUT_HEIGHT, OUT_WIDTH);
    if (at.channel >= IN_CHANNELS) {
        return;
    }
    let paper = bitcast<f32>(PAPER);
    var value = vec4f(paper);
    if (at.y >= FRAME && at.y < FRAME + IN_HEIGHT && at.x >= FRAME && at.x < FRAME + IN_WIDTH) {
        value += bitcast<f32>(RANGE) * input[in_place(at.channel, at.y - FRAME, at.x - FRAME, at.quad)];
    }
    output[out_place(at.channel, at.y, at.x, at.quad)] = value;
}
