// Adds the losses and the predictions of a pass to those of the evaluation.
//
// outcomes    [quad]
// evaluation  [sum of losses, then counts [label][predicted]]

@group(1) @binding(0) var<storage, read> outcomes: array<Outcome>;
@group(1) @binding(1) var<storage, read_write> evaluation: array<f32>;

var<workgroup> losses: array<f32, 64>;
// Counts of ROWS labels: those of many classes do not fit into a workgroup at once.
var<workgroup> counts: array<atomic<u32>, ${ROWS * CLASSES}>;

// One workgroup, each thread every 64th quad. Counts are the same in any order; the losses add up in a fixed one.
@compute @workgroup_size(64)
fn add_up(@builtin(local_invocation_index) local: u32) {
    var loss = 0.0;
    for (var first = 0u; first < CLASSES; first += ROWS) {
        for (var quad = local; quad < settings.quads; quad += 64u) {
            let outcome = outcomes[quad];
            for (var lane = 0u; lane < 4u && 4u * quad + lane < settings.images; lane++) {
                let label = outcome.label[lane];
                if (first == 0u) {
                    loss += outcome.loss[lane];
                }
                if (label >= first && label < first + ROWS) {
                    atomicAdd(&counts[(label - first) * CLASSES + outcome.predicted[lane]], 1u);
                }
            }
        }
        workgroupBarrier();
        for (var n = local; n < min(ROWS, CLASSES - first) * CLASSES; n += 64u) {
            evaluation[1u + first * CLASSES + n] += f32(atomicExchange(&counts[n], 0u));
        }
        workgroupBarrier();
    }
    losses[local] = loss;
    workgroupBarrier();
    if (local == 0u) {
        var sum = 0.0;
        for (var thread = 0u; thread < 64u; thread++) {
            sum += losses[thread];
        }
        evaluation[0] += sum;
    }
}
