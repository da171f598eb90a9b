// Pooling that is a stage of its own: after anything but a convolution, with windows that overlap or leave gaps, by the
// mean, or by the root of the sum of squares.
//
// input       IN maps
// output      OUT maps
// winners     [channel][row][column][quad]: which of a window's SIZE × SIZE inputs was the largest, for MAX
// pooled      OUT maps, for L2: the output of forward
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
// The n-th number that a unit sees.
fn seen(at: Unit, n: u32) -> vec4f {
    return input[in_place(at.channel, at.y * STRIDE + n / SIZE, at.x * STRIDE + n % SIZE, at.quad)];
}

// A thread computes one number of the output for one quad.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let at = unit_of(thread_number(group, local), OUT_HEIGHT, OUT_WIDTH);
    if (at.channel >= IN_CHANNELS) {
        return;
    }
    let to = out_place(at.channel, at.y, at.x, at.quad);
#if MAX == 1
    var best = seen(at, 0u);
    var winner = vec4u();
    for (var n = 1u; n < SIZE * SIZE; n++) {
        let value = seen(at, n);
        winner = select(winner, vec4u(n), value > best);
        best = select(best, value, value > best);
    }
    output[to] = best;
    winners[at.number * QUADS + at.quad] = winner;
#else
    var sum = vec4f();
    for (var n = 0u; n < SIZE * SIZE; n++) {
        let value = seen(at, n);
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
    let at = unit_of(thread_number(group, local), IN_HEIGHT, IN_WIDTH);
    if (at.channel >= IN_CHANNELS) {
        return;
    }
    let channel = at.channel;
    let y = at.y;
    let x = at.x;
    let quad = at.quad;
    var sum = vec4f();
#if L2 == 1
    let value = input[in_place(channel, y, x, quad)];
#end
    // From the first window that does not end before this place to the last that does not begin after it.
    for (var row = (max(y + 1u, SIZE) - SIZE + STRIDE - 1u) / STRIDE; row < OUT_HEIGHT && row * STRIDE <= y; row++) {
        for (
            var column = (max(x + 1u, SIZE) - SIZE + STRIDE - 1u) / STRIDE;
            column < OUT_WIDTH && column * STRIDE <= x;
            column++
        ) {
            let d = d_output[d_place(channel, row, column, quad)];
#if MAX == 1
            let number = (y - row * STRIDE) * SIZE + x - column * STRIDE;
            let winner = winners[((channel * OUT_HEIGHT + row) * OUT_WIDTH + column) * QUADS + quad];
            sum += select(vec4f(), d, winner == vec4u(number));
#else
#if L2 == 1
            let root = pooled[out_place(channel, row, column, quad)];
            sum += select(d * value / root, vec4f(), root == vec4f());
#else
            sum += d * (1.0 / f32(SIZE * SIZE));
#end
#end
        }
    }
    put_input_gradient(channel, y, x, quad, sum);
}
#end
