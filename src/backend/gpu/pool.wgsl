// Pooling on its own: after anything but a convolution, of windows that overlap or leave gaps, by the mean, or by the
// root of the sum of squares.
//
// input       IN maps
// output      OUT maps
// winners     [channel][row][column][quad], which of a window's SIZE × SIZE inputs was the largest, for MAX
// pooled      OUT maps, for L2: what forward gave
// d_output    D maps: gradients of the output

#if FORWARD == 1
@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;
#else
@group(1) @binding(2) var<storage, read> d_output: array<vec4f>;
#end
#if MAX == 1 && FORWARD == 1
@group(1) @binding(3) var<storage, read_write> winners: array<vec4u>;
#end
#if L2 == 1 && FORWARD == 0
@group(1) @binding(3) var<storage, read> pooled: array<vec4f>;
#end
#if MAX == 1 && FORWARD == 0
@group(1) @binding(3) var<storage, read> winners: array<vec4u>;
#end

#if FORWARD == 1
// A thread computes one number of the output for one quad.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    let quad = thread % settings.quads;
    let place = thread / settings.quads;
    let channel = place / (OUT_HEIGHT * OUT_WIDTH);
    if (channel >= IN_CHANNELS) {
        return;
    }
    let y = place / OUT_WIDTH % OUT_HEIGHT;
    let x = place % OUT_WIDTH;
    let corner = channel * IN_AREA + (y * STRIDE + IN_BORDER) * IN_ROW + x * STRIDE + IN_BORDER;
    let to = (channel * OUT_AREA + (y + OUT_BORDER) * OUT_ROW + x + OUT_BORDER) * QUADS + quad;
#if MAX == 1
    var best = input[corner * QUADS + quad];
    var winner = vec4u();
    for (var n = 1u; n < SIZE * SIZE; n++) {
        let value = input[(corner + n / SIZE * IN_ROW + n % SIZE) * QUADS + quad];
        winner = select(winner, vec4u(n), value > best);
        best = select(best, value, value > best);
    }
    output[to] = best;
    winners[place * QUADS + quad] = winner;
#else
    var sum = vec4f();
    for (var n = 0u; n < SIZE * SIZE; n++) {
        let value = input[(corner + n / SIZE * IN_ROW + n % SIZE) * QUADS + quad];
#if L2 == 1
        sum += value * value;
    }
    output[to] = sqrt(sum);
#else
        sum += value;
    }
    output[to] = sum * (1.0 / f32(SIZE * SIZE));
#end
#end
}
#end

#if FORWARD == 0
// A thread computes the gradient of one number of the input for one quad, from all windows that see it.
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    let quad = thread % settings.quads;
    let place = thread / settings.quads;
    let channel = place / (IN_HEIGHT * IN_WIDTH);
    if (channel >= IN_CHANNELS) {
        return;
    }
    let y = place / IN_WIDTH % IN_HEIGHT;
    let x = place % IN_WIDTH;
    var sum = vec4f();
#if L2 == 1
    let value = input[(channel * IN_AREA + (y + IN_BORDER) * IN_ROW + x + IN_BORDER) * QUADS + quad];
#end
    // The first window whose end is not before this place, to the last that does not begin after it.
    for (var row = (max(y + 1u, SIZE) - SIZE + STRIDE - 1u) / STRIDE; row < OUT_HEIGHT && row * STRIDE <= y; row++) {
        for (
            var column = (max(x + 1u, SIZE) - SIZE + STRIDE - 1u) / STRIDE;
            column < OUT_WIDTH && column * STRIDE <= x;
            column++
        ) {
            let d = d_output[(channel * D_AREA + (row + D_BORDER) * D_ROW + column + D_BORDER) * QUADS + quad];
#if MAX == 1
            let number = (y - row * STRIDE) * SIZE + x - column * STRIDE;
            let winner = winners[((channel * OUT_HEIGHT + row) * OUT_WIDTH + column) * QUADS + quad];
            sum += select(vec4f(), d, winner == vec4u(number));
#else
#if L2 == 1
            let root = pooled[(channel * OUT_AREA + (row + OUT_BORDER) * OUT_ROW + column + OUT_BORDER) * QUADS + quad];
            sum += select(d * value / root, vec4f(), root == vec4f());
#else
            sum += d * (1.0 / f32(SIZE * SIZE));
#end
#end
        }
    }
    hand_back(channel, y, x, quad, sum);
}
#end
