// Convolution, and with POOLS the max-pooling after it, whose windows lie side by side.
//
// parameters  weights [FILTERS][IN_CHANNELS][SIZE][SIZE] from WEIGHTS on, biases [FILTERS] from BIASES on
// input       IN maps, with the convolution's padding as border
// output      OUT maps: activations, pooled with POOLS
// winners     [channel][row][column][quad]: which of a window's BLOCK × BLOCK pre-activations was the largest
// d_output    D maps: gradients of the pre-activations, before pooling
// partials    [part][weights, then biases] from PARTIALS on: gradients, each the sum over the parts

@group(1) @binding(0) var<storage, read> parameters: array<f32>;
#if FORWARD == 1
@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;
#end
#if FORWARD == 1 && POOLS == 1
@group(1) @binding(3) var<storage, read_write> winners: array<vec4u>;
#end
#if FORWARD == 0
@group(1) @binding(2) var<storage, read> d_output: array<vec4f>;
@group(1) @binding(3) var<storage, read_write> partials: array<f32>;
#end

fn weight(f: u32, channel: u32, i: u32) -> u32 {
    return WEIGHTS + ((f * IN_CHANNELS + channel) * SIZE + i) * SIZE;
}

#if FORWARD == 1
// A thread computes BLOCK × BLOCK neighbouring pre-activations of FILTERS_HERE filters for one quad. Every weight it
// reads serves all of the block, every input all of the filters.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    let quad = thread % settings.quads;
    let block = thread / settings.quads % (BLOCKS_DOWN * BLOCKS_ACROSS);
    let first = thread / settings.quads / (BLOCKS_DOWN * BLOCKS_ACROSS) * FILTERS_HERE;
    if (first >= FILTERS) {
        return;
    }
    let y = block / BLOCKS_ACROSS;
    let x = block % BLOCKS_ACROSS;
#for f in 0..FILTERS_HERE
    let filter_$f = min(first + $fu, FILTERS - 1u);
#for a in 0..BLOCK
#for b in 0..BLOCK
    var sum_$f_$a_$b = vec4f();
#end
#end
#end
    let corner = (y * BLOCK * STRIDE * IN_ROW + x * BLOCK * STRIDE) * QUADS + quad;
    for (var channel = 0u; channel < IN_CHANNELS; channel++) {
        for (var i = 0u; i < SIZE; i++) {
            let at = corner + (channel * IN_AREA + i * IN_ROW) * QUADS;
#for a in 0..BLOCK
#for k in 0..(BLOCK - 1) * STRIDE + SIZE
            let in_$a_$k = input[at + (${a * STRIDE}u * IN_ROW + $ku) * QUADS];
#end
#end
#for f in 0..FILTERS_HERE
            let row_$f = weight(filter_$f, channel, i);
#for j in 0..SIZE
            let w_$f_$j = parameters[row_$f + $ju];
#for a in 0..BLOCK
#for b in 0..BLOCK
            sum_$f_$a_$b += w_$f_$j * in_$a_${b * STRIDE + j};
#end
#end
#end
#end
        }
    }
#for f in 0..FILTERS_HERE
#if FILTERS % FILTERS_HERE != 0
    if (first + $fu < FILTERS) {
#else
    {
#end
        let bias = parameters[BIASES + filter_$f];
        let map = filter_$f * OUT_AREA + OUT_BORDER * OUT_ROW + OUT_BORDER;
#if POOLS == 1
        var best = sum_$f_0_0;
        var winner = vec4u();
#for n in 1..BLOCK * BLOCK
        let wins_$n = sum_$f_${n / BLOCK}_${n % BLOCK} > best;
        best = select(best, sum_$f_${n / BLOCK}_${n % BLOCK}, wins_$n);
        winner = select(winner, vec4u($nu), wins_$n);
#end
        output[(map + y * OUT_ROW + x) * QUADS + quad] = activate(best + bias);
        winners[((filter_$f * OUT_HEIGHT + y) * OUT_WIDTH + x) * QUADS + quad] = winner;
#else
#for a in 0..BLOCK
#for b in 0..BLOCK
        if (y * BLOCK + $au < OUT_HEIGHT && x * BLOCK + $bu < OUT_WIDTH) {
            let place = map + (y * BLOCK + $au) * OUT_ROW + x * BLOCK + $bu;
            output[place * QUADS + quad] = activate(sum_$f_$a_$b + bias);
        }
#end
#end
#end
    }
#end
}
#end

#if FORWARD == 0
// Gradients of the weights and of the input in one dispatch: neither needs the other, and together they fill a GPU
// that each alone would not. The first threads compute those of the weights.
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    if (thread < ${WEIGHT_TASKS * PARTS}u) {
        backward_weights(thread / PARTS, thread % PARTS);
    }
#if NEEDS_INPUT_GRADIENT == 1
    else {
        backward_input(thread - ${WEIGHT_TASKS * PARTS}u);
    }
#end
}

// A task is TAPS weights of a row of FILTERS_AT_ONCE filters over one channel; a part is every PARTS-th pair of an
// output row and a quad. A thread goes along each row with a window of TAPS inputs.
fn backward_weights(task: u32, part: u32) {
    let tap = task % TAP_BLOCKS * TAPS;
    let i = task / TAP_BLOCKS % SIZE;
    let channel = task / TAP_BLOCKS / SIZE % IN_CHANNELS;
    let first = task / TAP_BLOCKS / SIZE / IN_CHANNELS * FILTERS_AT_ONCE;
#for f in 0..FILTERS_AT_ONCE
    let filter_$f = min(first + $fu, FILTERS - 1u);
#for j in 0..TAPS
    var sum_$f_$j = 0.0;
#end
#end
    for (var pair = part; pair < D_HEIGHT * settings.quads; pair += PARTS) {
        let quad = pair % settings.quads;
        let y = pair / settings.quads;
        let d_row = ((y + D_BORDER) * D_ROW + D_BORDER) * QUADS + quad;
        let in_row = (channel * IN_AREA + (y * STRIDE + i) * IN_ROW + tap) * QUADS + quad;
#for j in 0..TAPS - 1
        var in_$j = input[in_row + $ju * QUADS];
#end
        for (var x = 0u; x < D_WIDTH; x++) {
#if STRIDE > 1
#for j in 0..TAPS - 1
            in_$j = input[in_row + (x * STRIDE + $ju) * QUADS];
#end
#end
            let in_${TAPS - 1} = input[in_row + (x * STRIDE + TAPS - 1u) * QUADS];
#for f in 0..FILTERS_AT_ONCE
            let d_$f = d_output[d_row + (filter_$f * D_AREA + x) * QUADS];
#for j in 0..TAPS
            sum_$f_$j += dot(d_$f, in_$j);
#end
#end
#if STRIDE == 1
#for j in 0..TAPS - 1
            in_$j = in_${j + 1};
#end
#end
        }
    }
    let to = PARTIALS + part * (BIASES - WEIGHTS + FILTERS);
#for f in 0..FILTERS_AT_ONCE
#if FILTERS % FILTERS_AT_ONCE != 0
    if (first + $fu < FILTERS) {
#else
    {
#end
        let row = to + weight(filter_$f, channel, i) - WEIGHTS + tap;
#for j in 0..TAPS
#if SIZE % TAPS != 0
        if (tap + $ju < SIZE) {
            partials[row + $ju] = sum_$f_$j;
        }
#else
        partials[row + $ju] = sum_$f_$j;
#end
#end
    }
#end
    // The first task of a filter computes its bias too.
    if (channel == 0u && i == 0u && tap == 0u) {
        for (var f = first; f < min(first + FILTERS_AT_ONCE, FILTERS); f++) {
            var bias = vec4f();
            for (var pair = part; pair < D_HEIGHT * settings.quads; pair += PARTS) {
                let y = pair / settings.quads;
                let row = (f * D_AREA + (y + D_BORDER) * D_ROW + D_BORDER) * QUADS + pair % settings.quads;
                for (var x = 0u; x < D_WIDTH; x++) {
                    bias += d_output[row + x * QUADS];
                }
            }
            partials[to + BIASES - WEIGHTS + f] = dot(bias, vec4f(1.0));
        }
    }
}

#if NEEDS_INPUT_GRADIENT == 1
// A thread computes the gradients of BACK × BACK neighbouring numbers of CHANNELS_HERE channels of the input of one quad.
// It is the forward convolution in reverse: input (y, x) went with filter row i into output row (y + PADDING - i) / STRIDE,
// where that is whole.
fn backward_input(thread: u32) {
    let quad = thread % settings.quads;
    let block = thread / settings.quads % (BACK_DOWN * BACK_ACROSS);
    let first = thread / settings.quads / (BACK_DOWN * BACK_ACROSS) * CHANNELS_HERE;
    if (first >= IN_CHANNELS) {
        return;
    }
    let y = block / BACK_ACROSS;
    let x = block % BACK_ACROSS;
#for c in 0..CHANNELS_HERE
    let channel_$c = min(first + $cu, IN_CHANNELS - 1u);
#for a in 0..BACK
#for b in 0..BACK
    var sum_$c_$a_$b = vec4f();
#end
#end
#end
    // The filter rows that meet a row of the output.
    let first_i = max(y * BACK, (D_HEIGHT - 1u) * STRIDE) - (D_HEIGHT - 1u) * STRIDE;
    let end_i = min(SIZE, y * BACK + BACK);
    for (var f = 0u; f < FILTERS; f++) {
        for (var i = first_i; i < end_i; i++) {
#for a in 0..BACK
            // D_BORDER rows of zeros lie before the first.
            let row_$a = y * (BACK / STRIDE) + ($au + SIZE * STRIDE - i) / STRIDE - SIZE + D_BORDER;
            let at_$a = (f * D_AREA + row_$a * D_ROW + x * (BACK / STRIDE)) * QUADS + quad;
#for k in 0..D_BORDER + (BACK - 1) / STRIDE + 1
#if STRIDE == 1
            let d_$a_$k = d_output[at_$a + $ku * QUADS];
#else
            let d_$a_$k = select(vec4f(), d_output[at_$a + $ku * QUADS], ($au + SIZE * STRIDE - i) % STRIDE == 0u);
#end
#end
#end
#for c in 0..CHANNELS_HERE
            let weights_$c = weight(f, channel_$c, i);
#for j in 0..SIZE
            let w_$c_$j = parameters[weights_$c + $ju];
#for a in 0..BACK
#for b in 0..BACK
#if (b + SIZE * STRIDE - j) % STRIDE == 0
            sum_$c_$a_$b += w_$c_$j * d_$a_${(b + SIZE * STRIDE - j) / STRIDE - SIZE + D_BORDER};
#end
#end
#end
#end
#end
        }
    }
#for c in 0..CHANNELS_HERE
#for a in 0..BACK
#for b in 0..BACK
    {
        // Below 0 they wrap round to something large, which the bounds refuse.
        let row = y * BACK + $au - PADDING;
        let column = x * BACK + $bu - PADDING;
        if (first + $cu < IN_CHANNELS && row < IN_HEIGHT && column < IN_WIDTH) {
            put_input_gradient(channel_$c, row, column, quad, sum_$c_$a_$b);
        }
    }
#end
#end
#end
}
#end
#end
