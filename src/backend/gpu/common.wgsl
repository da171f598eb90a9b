// Declarations that every kernel uses.
//
// A number of the network is a row of four images, a vec4f; four images are a quad. A buffer of feature maps is
// [channel][row][column][quad], QUADS quads at each place, of which the first settings.quads are in use; around each
// map there may be a border of zeros (_BORDER places before it, rows of _ROW places, _AREA places a channel). Threads
// that lie side by side work on neighbouring quads, so they read numbers that lie side by side and the same weights.

// The fields are those of `PassSettings` in settings.rs, which says what they mean.
struct Settings {
    images: u32,
    quads: u32,
    batch_start: u32,
    share: f32,
    accumulates: u32,
    record: u32,
    optimizer: u32,
    learning_rate: f32,
    momentum: f32,
    weight_decay: f32,
    keep: f32,
    root: f32,
    noise: u32,
    first_image: u32,
    fresh: u32,
    smoothing: f32,
    l2: f32,
    l1: f32,
    max_norm: f32,
    class_weights: u32,
}

@group(0) @binding(0) var<uniform> settings: Settings;

// The labels, predictions and losses of a quad.
struct Outcome {
    label: vec4u,
    predicted: vec4u,
    loss: vec4f,
}

// The number of a workgroup: they come in rows of at most WORKGROUPS_ACROSS.
fn group_number(group: vec3u) -> u32 {
    return group.x + group.y * WORKGROUPS_ACROSS;
}

// The number of a thread, in workgroups of 64.
fn thread_number(group: vec3u, local: u32) -> u32 {
    return group_number(group) * 64u + local;
}

// 1 for the lanes of a quad that have an image, 0 for the rest of the last quad.
fn filled(quad: u32) -> vec4f {
    return select(vec4f(), vec4f(1.0), 4u * quad + vec4u(0u, 1u, 2u, 3u) < vec4u(settings.images));
}
