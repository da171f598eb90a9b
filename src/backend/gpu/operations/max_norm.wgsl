// After an update: shortens the weights of each filter and unit, as a vector, to a length of at most settings.max_norm.
//
// parameters  [layer][row][weight]

@group(1) @binding(0) var<storage, read_write> parameters: array<f32>;

// A thread shortens one row.
@compute @workgroup_size(64)
fn shorten(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    var row = thread_number(group, local);
    var start = 0u;
    var count = 0u;
#for l in 0..LAYERS
    if (row >= FIRST_$l && row < FIRST_$l + ROWS_$l) {
        count = FAN_IN_$l;
        start = START_$l + (row - FIRST_$l) * count;
    }
#end
    var square = 0.0;
    for (var n = 0u; n < count; n++) {
        square += parameters[start + n] * parameters[start + n];
    }
    let length = sqrt(square);
    if (length > settings.max_norm) {
        for (var n = 0u; n < count; n++) {
            parameters[start + n] *= settings.max_norm / length;
        }
    }
}
