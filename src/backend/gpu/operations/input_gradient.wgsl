// The end of every backward kernel: from the gradient of a number of the input to that of the pre-activation of the
// previous stage which the number comes from.
//
// input             IN maps   the output of the previous stage: its activations, after its pooling if it has one
// previous_winners  [channel][row][column][quad], which place of the window won, where the previous stage pools
// d_previous        DP maps   gradients of its pre-activations

@group(1) @binding(1) var<storage, read> input: array<vec4f>;
#if NEEDS_INPUT_GRADIENT == 1
@group(1) @binding(4) var<storage, read_write> d_previous: array<vec4f>;
#end
#if NEEDS_INPUT_GRADIENT == 1 && PREVIOUS_POOL > 1
@group(1) @binding(5) var<storage, read> previous_winners: array<vec4u>;
#end

#if NEEDS_INPUT_GRADIENT == 1
fn put_input_gradient(channel: u32, y: u32, x: u32, quad: u32, d_input: vec4f) {
    let value = input[(channel * IN_AREA + (y + IN_BORDER) * IN_ROW + x + IN_BORDER) * QUADS + quad];
    let d = d_input * slope(value);
    let corner = channel * DP_AREA + (y * PREVIOUS_POOL + DP_BORDER) * DP_ROW + x * PREVIOUS_POOL + DP_BORDER;
#if PREVIOUS_POOL > 1
    let winner = previous_winners[((channel * IN_HEIGHT + y) * IN_WIDTH + x) * QUADS + quad];
#for a in 0..PREVIOUS_POOL
#for b in 0..PREVIOUS_POOL
    d_previous[(corner + $au * DP_ROW + $bu) * QUADS + quad] =
        select(vec4f(), d, winner == vec4u(${a * PREVIOUS_POOL + b}u));
#end
#end
#else
    d_previous[corner * QUADS + quad] = d;
#end
}
#end
