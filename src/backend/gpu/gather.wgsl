// Fetches a mini-batch: dataset bytes -> the input, numbers 0..1, and the labels.
//
// images  [image][196]        four pixels a word
// labels  [image / 4]         four labels a word
// batch   [...]               indices of images; this pass has those from settings.batch on
// output  IN maps             1 × 28 × 28
// fresh   [image][196]        images that are not in the dataset; this pass has those from settings.fresh - 1 on
// A thread takes four neighbouring pixels of one quad. Lanes beyond the last image repeat it; they weigh nothing.

@group(1) @binding(0) var<storage, read> images: array<u32>;
@group(1) @binding(1) var<storage, read> labels: array<u32>;
@group(1) @binding(2) var<storage, read> batch: array<u32>;
@group(1) @binding(3) var<storage, read_write> output: array<vec4f>;
@group(1) @binding(4) var<storage, read_write> outcomes: array<Outcome>;
@group(1) @binding(5) var<storage, read> fresh: array<u32>;

const WORDS = 196u;

@compute @workgroup_size(64)
fn gather(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    let quad = thread % settings.quads;
    let word = thread / settings.quads;
    if (word >= WORDS) {
        return;
    }
    var image: vec4u;
    var pixels: vec4u;
    for (var lane = 0u; lane < 4u; lane++) {
        let place = min(4u * quad + lane, settings.images - 1u);
        image[lane] = batch[settings.batch + place];
        if (settings.fresh == 0u) {
            pixels[lane] = images[image[lane] * WORDS + word];
        } else {
            pixels[lane] = fresh[(settings.fresh - 1u + place) * WORDS + word];
        }
    }
    let place = (word / 7u + OUT_BORDER) * OUT_ROW + word % 7u * 4u + OUT_BORDER;
    for (var k = 0u; k < 4u; k++) {
        output[(place + k) * QUADS + quad] = vec4f((pixels >> vec4u(8u * k)) & vec4u(255u)) / 255.0;
    }
    if (word == 0u) {
        var label: vec4u;
        for (var lane = 0u; lane < 4u; lane++) {
            label[lane] = (labels[image[lane] / 4u] >> (image[lane] % 4u * 8u)) & 255u;
        }
        outcomes[quad].label = label;
    }
}
