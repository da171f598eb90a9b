// Adds up what the network predicted of the images of an evaluation.
//
// outcomes    [quad]
// evaluation  [sum of losses, 100 counts: label × 10 + predicted]

@group(1) @binding(0) var<storage, read> outcomes: array<Outcome>;
@group(1) @binding(1) var<storage, read_write> evaluation: array<f32>;

var<workgroup> losses: array<f32, 64>;
var<workgroup> counts: array<atomic<u32>, 100>;

// One workgroup, each thread every 64th quad. Counting is the same in any order; the losses add up in a fixed one.
@compute @workgroup_size(64)
fn add_up(@builtin(local_invocation_index) local: u32) {
    var loss = 0.0;
    for (var quad = local; quad < settings.quads; quad += 64u) {
        let outcome = outcomes[quad];
        for (var lane = 0u; lane < 4u && 4u * quad + lane < settings.images; lane++) {
            loss += outcome.loss[lane];
            atomicAdd(&counts[outcome.label[lane] * 10u + outcome.predicted[lane]], 1u);
        }
    }
    losses[local] = loss;
    workgroupBarrier();
    for (var n = local; n < 100u; n += 64u) {
        evaluation[1u + n] += f32(atomicLoad(&counts[n]));
    }
    if (local == 0u) {
        var sum = 0.0;
        for (var thread = 0u; thread < 64u; thread++) {
            sum += losses[thread];
        }
        evaluation[0] += sum;
    }
}
