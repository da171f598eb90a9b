// Fetches a mini-batch: bytes of the dataset become the network's input, numbers from 0 to 1, and the labels.
//
// images  [image][WORDS]      four pixels a word, the last word filled up
// labels  [image / 4]         four labels a word
// batch   [...]               indices of images, this pass's from settings.batch_start on
// output  OUT maps
// fresh   [image][WORDS]      images that are not in the dataset, this pass's from settings.fresh - 1 on
// A thread fetches one word of one quad. Lanes beyond the last image repeat it; they have no weight in any sum.

@group(1) @binding(0) var<storage, read> images: array<u32>;
@group(1) @binding(1) var<storage, read> labels: array<u32>;
@group(1) @binding(2) var<storage, read> batch: array<u32>;
@group(1) @binding(3) var<storage, read_write> output: array<vec4f>;
@group(1) @binding(4) var<storage, read_write> outcomes: array<Outcome>;
@group(1) @binding(5) var<storage, read> fresh: array<u32>;

fn place_of(pixel: u32) -> u32 {
    let row = pixel / OUT_WIDTH;
    return row / OUT_HEIGHT * OUT_AREA + (row % OUT_HEIGHT + OUT_BORDER) * OUT_ROW + pixel % OUT_WIDTH + OUT_BORDER;
}

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
        image[lane] = batch[settings.batch_start + place];
        if (settings.fresh == 0u) {
            pixels[lane] = images[image[lane] * WORDS + word];
        } else {
            pixels[lane] = fresh[(settings.fresh - 1u + place) * WORDS + word];
        }
    }
#if OUT_WIDTH % 4 == 0
    // The pixels of a word are neighbours in a row.
    let place = place_of(4u * word);
    for (var k = 0u; k < 4u; k++) {
        output[(place + k) * QUADS + quad] = vec4f((pixels >> vec4u(8u * k)) & vec4u(255u)) / 255.0;
    }
#else
    for (var k = 0u; k < 4u && 4u * word + k < PIXELS; k++) {
        output[place_of(4u * word + k) * QUADS + quad] = vec4f((pixels >> vec4u(8u * k)) & vec4u(255u)) / 255.0;
    }
#end
    if (word == 0u) {
        var label: vec4u;
        for (var lane = 0u; lane < 4u; lane++) {
            label[lane] = (labels[image[lane] / 4u] >> (image[lane] % 4u * 8u)) & 255u;
        }
        outcomes[quad].label = label;
    }
}
