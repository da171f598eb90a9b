// A dense layer, or with RBF the minus squared distances of the input to rows of weights. The last layer also computes
// the loss; see loss.wgsl.
//
// parameters  weights [UNITS][INPUTS] from WEIGHTS on, biases [UNITS] from BIASES on
// input       [INPUTS][quad]
// output      OUT maps of one place: activations, or the last layer's logits
// d_output    [UNITS][quad]: gradients of the pre-activations
// partials    [weights, then biases] from PARTIALS on: gradients in one part

@group(1) @binding(0) var<storage, read> parameters: array<f32>;
#if FORWARD == 1
@group(1) @binding(1) var<storage, read> input: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> output: array<vec4f>;
#else
@group(1) @binding(2) var<storage, read> d_output: array<vec4f>;
#end
#if FORWARD == 0 && RBF == 0
@group(1) @binding(3) var<storage, read_write> partials: array<f32>;
#end

#if FORWARD == 1
const QUADS_HERE = ${64 / SLICES}u;

// [unit at once][slice][quad]
var<workgroup> sums: array<vec4f, ${AT_ONCE * 64}>;

fn total(row: u32, quad: u32) -> vec4f {
    var sum = vec4f();
    for (var slice = 0u; slice < SLICES; slice++) {
        sum += sums[row * 64u + slice * QUADS_HERE + quad];
    }
    return sum;
}

// A workgroup computes AT_ONCE units for QUADS_HERE quads, or all units of the last layer, AT_ONCE after the other. Each
// sum is cut into SLICES slices.
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let unit_blocks = ${LAST + (1 - LAST) * ((UNITS + AT_ONCE - 1) / AT_ONCE)}u;
    let first_quad = group_number(group) / unit_blocks * QUADS_HERE;
    let quad = min(first_quad + local % QUADS_HERE, settings.quads - 1u);
#if LAST == 1
    let own = first_quad + local;
    let has_own = local < QUADS_HERE && own < settings.quads;
#end
#if LAST == 1 && UNITS > AT_ONCE
    for (var first = 0u; first < UNITS; first += AT_ONCE) {
#else
    {
        let first = group_number(group) % unit_blocks * AT_ONCE;
#end
#for u in 0..AT_ONCE
        var sum_$u = vec4f();
        let row_$u = WEIGHTS + min(first + $uu, UNITS - 1u) * INPUTS;
#end
        for (var k = local / QUADS_HERE; k < INPUTS; k += SLICES) {
            let x = input[k * QUADS + quad];
#for u in 0..AT_ONCE
#if RBF == 1
            let away_$u = x - parameters[row_$u + k];
            sum_$u -= away_$u * away_$u;
#else
            sum_$u += parameters[row_$u + k] * x;
#end
#end
        }
#for u in 0..AT_ONCE
        sums[$uu * 64u + local] = sum_$u;
#end
        workgroupBarrier();
#if LAST == 1
        if (has_own) {
            for (var unit = first; unit < min(first + AT_ONCE, UNITS); unit++) {
#if RBF == 1
                output[unit * QUADS + own] = total(unit - first, local);
#else
                output[unit * QUADS + own] = total(unit - first, local) + parameters[BIASES + unit];
#end
            }
        }
#if UNITS > AT_ONCE
        // The next units need the room of these sums.
        workgroupBarrier();
#end
#else
        for (var n = local; n < AT_ONCE * QUADS_HERE; n += 64u) {
            let unit = first + n / QUADS_HERE;
            let own = first_quad + n % QUADS_HERE;
            if (unit < UNITS && own < settings.quads) {
                // Each unit is a map of one place, with a border where a convolution comes next.
                let place = unit * OUT_AREA + OUT_BORDER * OUT_ROW + OUT_BORDER;
                let z = total(n / QUADS_HERE, n % QUADS_HERE) + parameters[BIASES + unit];
                output[place * QUADS + own] = activate(z);
            }
        }
#end
    }
#if LAST == 1
    if (has_own) {
        softmax_cross_entropy(own);
    }
#end
}
#end

#if FORWARD == 0
// Gradients of the weights and of the input in one dispatch, as in conv.wgsl. The first threads compute those of the
// weights.
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
#if RBF == 0
    if (thread < WEIGHT_TASKS) {
        backward_weights(thread);
        return;
    }
#end
#if NEEDS_INPUT_GRADIENT == 1
    backward_input(thread - WEIGHT_TASKS);
#end
}

#if RBF == 0
// A thread computes the gradients of the weights between UNITS_HERE units and INPUTS_HERE inputs.
fn backward_weights(thread: u32) {
    let across = (INPUTS + INPUTS_HERE - 1u) / INPUTS_HERE;
    let unit = thread / across * UNITS_HERE;
    let k = thread % across * INPUTS_HERE;
#for b in 0..INPUTS_HERE
    let in_at_$b = min(k + $bu, INPUTS - 1u) * QUADS;
#end
#for a in 0..UNITS_HERE
    let d_at_$a = min(unit + $au, UNITS - 1u) * QUADS;
    var bias_$a = vec4f();
#for b in 0..INPUTS_HERE
    var sum_$a_$b = 0.0;
#end
#end
    for (var quad = 0u; quad < settings.quads; quad++) {
#for b in 0..INPUTS_HERE
        let in_$b = input[in_at_$b + quad];
#end
#for a in 0..UNITS_HERE
        let d_$a = d_output[d_at_$a + quad];
        bias_$a += d_$a;
#for b in 0..INPUTS_HERE
        sum_$a_$b += dot(d_$a, in_$b);
#end
#end
    }
#for a in 0..UNITS_HERE
    if (unit + $au < UNITS) {
#for b in 0..INPUTS_HERE
        if (k + $bu < INPUTS) {
            partials[PARTIALS + (unit + $au) * INPUTS + k + $bu] = sum_$a_$b;
        }
#end
        if (k == 0u) {
            partials[PARTIALS + UNITS * INPUTS + unit + $au] = dot(bias_$a, vec4f(1.0));
        }
    }
#end
}
#end

#if NEEDS_INPUT_GRADIENT == 1
// A thread computes the gradients of INPUTS_HERE inputs of one quad.
fn backward_input(thread: u32) {
    let quad = thread % settings.quads;
    let first = thread / settings.quads * INPUTS_HERE;
    if (first >= INPUTS) {
        return;
    }
#for k in 0..INPUTS_HERE
    var sum_$k = vec4f();
    let column_$k = WEIGHTS + min(first + $ku, INPUTS - 1u);
#end
    for (var unit = 0u; unit < UNITS; unit++) {
        let d = d_output[unit * QUADS + quad];
#for k in 0..INPUTS_HERE
#if RBF == 1
        // A term that all units have in common is left out: see src/kernels/rbf.rs.
        sum_$k += 2.0 * d * (parameters[column_$k + unit * INPUTS] - parameters[column_$k]);
#else
        sum_$k += parameters[column_$k + unit * INPUTS] * d;
#end
#end
    }
#for k in 0..INPUTS_HERE
    if (first + $ku < INPUTS) {
        let k = first + $ku;
        let place = k % (IN_HEIGHT * IN_WIDTH);
        put_input_gradient(k / (IN_HEIGHT * IN_WIDTH), place / IN_WIDTH, place % IN_WIDTH, quad, sum_$k);
    }
#end
}
#end
#end
