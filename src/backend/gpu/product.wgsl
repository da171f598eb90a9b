// A plain matrix product, c = aᵀ b: a yardstick for the rate that an adapter reaches at best.
//
// a  [SIDE][SIDE / 4]  row k is column k of the left matrix
// b  [SIDE][SIDE / 4]
// c  [SIDE][SIDE / 4]
// A thread computes 8 × 8 numbers.

@group(1) @binding(0) var<storage, read> a: array<vec4f>;
@group(1) @binding(1) var<storage, read> b: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(64)
fn product(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let thread = thread_number(group, local);
    let row = thread / ${SIDE / 8}u * 2u;
    let column = thread % ${SIDE / 8}u * 2u;
#for i in 0..8
    var left_$i = vec4f();
    var right_$i = vec4f();
#end
    for (var k = 0u; k < SIDE; k++) {
        let a_0 = a[k * ${SIDE / 4}u + row];
        let a_1 = a[k * ${SIDE / 4}u + row + 1u];
        let b_0 = b[k * ${SIDE / 4}u + column];
        let b_1 = b[k * ${SIDE / 4}u + column + 1u];
#for i in 0..8
        left_$i += a_${i / 4}[${i % 4}] * b_0;
        right_$i += a_${i / 4}[${i % 4}] * b_1;
#end
    }
#for i in 0..8
    c[(row * 4u + $iu) * ${SIDE / 4}u + column] = left_$i;
    c[(row * 4u + $iu) * ${SIDE / 4}u + column + 1u] = right_$i;
#end
}
