// The list of layers with the cost of each, as a table that can be edited. The engine refuses a list that does not fit and
// says why; a list that fits can be trained. Below it is the shape lab.
import { computed, effect, signal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import type { Description, Layer } from "../../engine/pkg/lenet";
import { type Reason, refusalOf } from "../../engine/refusal";
import { BYTES, type Cost, costOf, movedTo, parameterFormula, totalCost, withFresh } from "../../model/layer-list";
import { actions, state } from "../../state";
import { LayerFields } from "./fields";
import { ShapeLab } from "./shape-lab";
import "./layers.css";

/** The edited list; null while it is that of the network. */
const draft = signal<Layer[] | null>(null);
/** The layers of the network that trains, as JSON. */
let trained: string | undefined;
/** The network that the draft would make, or the reason why it cannot be one. */
const checked = signal<{ of: Layer[]; network: Description | null; refusal: Reason | null } | null>(null);
/** The index of the row that is being dragged. */
const dragged = signal<number | null>(null);

const layers = computed(() => draft.value ?? state.description.value?.layers.map(({ layer }) => layer) ?? []);
// Before the engine's first answer, the present network is shown.
const planned = computed(() =>
  draft.value === null || checked.value === null ? state.description.value : checked.value.network,
);
const refusal = computed(() => (draft.value === null ? null : (checked.value?.refusal ?? null)));

export function Layers() {
  useEffect(() => effect(check), []);
  useEffect(
    () =>
      effect(() => {
        // Another network ends the editing of the last one; a reset does not.
        const list = JSON.stringify(state.description.value?.layers.map(({ layer }) => layer));
        if (list !== trained) draft.value = null;
        trained = list;
      }),
    [],
  );
  const network = planned.value;
  const kinds = state.layerKinds.value;
  return (
    <div class="layers">
      <div class="view-bar">
        <h2>Layers</h2>
        <span class="view-words">
          {draft.value === null
            ? "The layers of the network that trains. Change them here."
            : "A draft. The network above goes on training."}
        </span>
      </div>
      <div class="layers-body">
        <div class="layers-list">
          <div class="layers-scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">layer</th>
                  <th scope="col">what it is</th>
                  <th scope="col">output</th>
                  <th scope="col">parameters</th>
                  <th scope="col">multiply-adds</th>
                  <th scope="col">memory, parameters</th>
                  <th scope="col">activations</th>
                  <th scope="col">
                    <span class="visually-hidden">move and remove</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                <InputRow network={network} />
                {layers.value.map((layer, i) => (
                  <Row key={`${i} ${layer.type}`} layer={layer} at={i} network={network} />
                ))}
              </tbody>
              {network && <Totals network={network} />}
            </table>
          </div>
          {refusal.value !== null && (
            <p class="layers-refusal" role="alert">
              {refusal.value.message}
            </p>
          )}
          {network?.layers
            .filter(({ unseen }) => unseen !== null)
            .map(({ name, unseen }) => (
              <p key={name} class="layers-note">
                {name}: {unseen}.
              </p>
            ))}
          <div class="layers-tools">
            <span>Add:</span>
            {kinds.map(({ type, label, help }) => (
              <button
                key={type}
                type="button"
                class="small"
                title={help}
                onClick={() => edit(withFresh(layers.value, type, kinds))}
              >
                {label}
              </button>
            ))}
            <span class="spacer" />
            {draft.value !== null && (
              <>
                <button
                  type="button"
                  class="quiet small"
                  onClick={() => {
                    draft.value = null;
                  }}
                >
                  Back to the network
                </button>
                <button
                  type="button"
                  class="primary small"
                  disabled={network === null}
                  onClick={() => actions.configureLayers(layers.value)}
                >
                  Make this the network
                </button>
              </>
            )}
          </div>
        </div>
        <details class="layers-help">
          <summary>What each kind of layer does, and its source</summary>
          <dl>
            {kinds.map(({ type, label, help }) => (
              <Fragment key={type}>
                <dt>{label}</dt>
                <dd>{help}</dd>
              </Fragment>
            ))}
            <dt>Activation</dt>
            <dd>{kinds.flatMap(({ fields }) => fields).find(({ name }) => name === "activation")?.help}</dd>
          </dl>
        </details>
        <ShapeLab />
      </div>
    </div>
  );
}

function edit(list: Layer[]): void {
  draft.value = list;
}

/** Asks the engine whether the list fits. */
function check(): void {
  const of = draft.value;
  if (of === null) return;
  const answer = (network: Description | null, refusal: Reason | null): void => {
    if (draft.peek() === of) checked.value = { of, network, refusal };
  };
  actions.describe(of).then(
    (network) => answer(network, null),
    (error) => answer(null, refusalOf(error)),
  );
}

function InputRow({ network }: { network: Description | null }) {
  const shape = (network ?? state.description.value)?.input;
  if (!shape) return null;
  const units = shape.channels * shape.height * shape.width;
  return (
    <tr>
      <th scope="row">Input</th>
      <td>grey pixels</td>
      <td>
        {shape.channels}×{shape.height}×{shape.width} = {whole(units)}
      </td>
      <td>0</td>
      <td>0</td>
      <td>0</td>
      <td>{bytes(units)}</td>
      <td />
    </tr>
  );
}

interface RowProps {
  layer: Layer;
  at: number;
  network: Description | null;
}

function Row({ layer, at, network }: RowProps) {
  const own = network?.layers[at];
  const name = own?.name ?? `${at + 1}`;
  const last = at === layers.value.length - 1;
  const cost = own && costOf(own);
  const wrong = refusal.value?.layer === at;
  return (
    <tr
      class={`${wrong ? "wrong" : ""} ${dragged.value === at ? "dragged" : ""}`}
      onDragOver={(event) => {
        if (dragged.value === null) return;
        event.preventDefault();
        if (dragged.value === at) return;
        edit(movedTo(layers.value, dragged.value, at));
        dragged.value = at;
      }}
    >
      <th
        scope="row"
        draggable
        title="Drag the layer to another place"
        onDragStart={(event) => {
          dragged.value = at;
          event.dataTransfer?.setData("text/plain", name);
        }}
        onDragEnd={() => {
          dragged.value = null;
        }}
      >
        {name}
      </th>
      <td>
        <LayerFields
          layer={layer}
          name={name}
          wrong={wrong ? (refusal.value?.field ?? null) : null}
          onChange={(to) => edit(layers.value.map((each, i) => (i === at ? to : each)))}
        />
      </td>
      <td>
        {own ? `${own.output.channels}×${own.output.height}×${own.output.width} = ${whole(cost?.units ?? 0)}` : "–"}
      </td>
      <td title={own ? parameterFormula(own) : ""}>{cost ? whole(cost.parameters) : "–"}</td>
      <td>{cost ? whole(cost.multiplyAdds) : "–"}</td>
      <td>{cost ? bytes(cost.parameters) : "–"}</td>
      <td>{cost ? bytes(cost.units) : "–"}</td>
      <td class="layers-moves">
        <Small name={`${name} one up`} off={at === 0} act={() => edit(movedTo(layers.value, at, at - 1))}>
          ↑
        </Small>
        <Small name={`${name} one down`} off={last} act={() => edit(movedTo(layers.value, at, at + 1))}>
          ↓
        </Small>
        <Small name={`Remove ${name}`} off={false} act={() => edit(layers.value.filter((_, i) => i !== at))}>
          ×
        </Small>
      </td>
    </tr>
  );
}

function Small({ name, off, act, children }: { name: string; off: boolean; act: () => void; children: string }) {
  return (
    <button type="button" class="quiet icon-only small" aria-label={name} title={name} disabled={off} onClick={act}>
      {children}
    </button>
  );
}

function Totals({ network }: { network: Description }) {
  const { units, parameters, multiplyAdds }: Cost = totalCost(network);
  return (
    <tfoot>
      <tr>
        <th scope="row">Total</th>
        <td />
        <td>{whole(units)}</td>
        <td>{whole(parameters)}</td>
        <td>{whole(multiplyAdds)}</td>
        <td>{bytes(parameters)}</td>
        <td>{bytes(units)} an image</td>
        <td />
      </tr>
    </tfoot>
  );
}

function whole(number: number): string {
  return number.toLocaleString("en");
}

function bytes(numbers: number): string {
  const size = numbers * BYTES;
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(2)} MB`;
}
