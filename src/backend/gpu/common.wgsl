// What every kernel sees.
//
// A number of the network is a row of four images, a vec4f; four images are a quad. A buffer of feature maps is
// [channel][row][column][quad], QUADS quads at each place, of which the first settings.quads are in use; around each
// map there may be a border of zeros (_BORDER places before it, rows of _ROW places, _AREA places a channel). Threads
// that lie side by side work on neighbouring quads, so what they read lies side by side as well, and weights are the
// same for all of them.

struct Settings {
    // How many images this pass has, and how many quads they fill.
    images: u32,
    quads: u32,
    // Where in `batch` their indices begin.
    batch: u32,
    // What one image weighs in the mean: 1 / images of the whole mini-batch.
    share: f32,
    // 1: the gradients add to those of the pass before, of the same mini-batch.
    adds: u32,
    // Where in `records` loss and share of right answers go.
    record: u32,
    // 0: no update, 1: SGD, 2: Adam; see optimizer.wgsl.
    optimizer: u32,
    rate: f32,
    momentum: f32,
    weight_decay: f32,
    keep: f32,
    root: f32,
    // Where random numbers begin; 0: there are none. See elementwise.wgsl.
    noise: u32,
    // The place of this pass's first image in its mini-batch.
    first: u32,
    // 0: the images are the dataset's; else they lie in `fresh`, from the one before this number on.
    fresh: u32,
    // Label smoothing's share, and below what each class weighs, four in a row; see loss.wgsl.
    smoothing: f32,
    l2: f32,
    l1: f32,
    max_norm: f32,
    unused: u32,
    weights: array<vec4f, 3>,
}

@group(0) @binding(0) var<uniform> settings: Settings;

// What the network predicted of a quad.
struct Outcome {
    label: vec4u,
    predicted: vec4u,
    loss: vec4f,
}

// Workgroups come in a row of at most GROUPS_ACROSS, and in as many rows as it takes.
fn group_number(group: vec3u) -> u32 {
    return group.x + group.y * GROUPS_ACROSS;
}

// Of workgroups of 64.
fn thread_number(group: vec3u, local: u32) -> u32 {
    return group_number(group) * 64u + local;
}

// 1 for the lanes of a quad that have an image, 0 for the rest of the last one.
fn filled(quad: u32) -> vec4f {
    return select(vec4f(), vec4f(1.0), 4u * quad + vec4u(0u, 1u, 2u, 3u) < vec4u(settings.images));
}
