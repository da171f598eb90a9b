// The same convolution as one row of a matrix product (im2col, CS231n): every window laid out as a row, every filter as
// a column, so that all places and all maps are one product.

import { rangeOf } from "../../draw/colour/range";
import { scaleKind } from "../../draw/colour/ranges";
import { short } from "../../draw/names";
import { ofChannel, products, total } from "../../model/arithmetic";
import { type InspectorProps, Value } from "./forward";
import { NumberGrid } from "./number-grid";

export function Matrix({ network, planned, inspected }: InspectorProps) {
  const { window, inputs, weights, bias, y, x, channel } = inspected;
  const { output } = planned;
  const [places, length] = [output.height * output.width, inputs.length];
  const kind = scaleKind(network, inspected.layer - 1);
  const area = window.height * window.width;
  const row = (title: string, values: Float32Array, of: "signed" | typeof kind, remark: string) => (
    <NumberGrid
      title={title}
      remark={remark}
      values={values}
      columns={area}
      kind={of}
      range={rangeOf(values, of === "signed")}
    />
  );
  return (
    <div class="matrix">
      <p class="inspector-words">
        All windows as rows: a matrix of{" "}
        <b>
          {places}×{length}
        </b>
        . All filters as columns:{" "}
        <b>
          {length}×{output.channels}
        </b>
        . Their product is the layer before bias and activation:{" "}
        <b>
          {places}×{output.channels}
        </b>
        . This unit is row <b>{y * output.width + x + 1}</b> (place {y + 1}, {x + 1}) times column <b>{channel + 1}</b>{" "}
        (filter {channel + 1}).
      </p>
      {row("Row: the window, channel by channel", inputs, kind, `${length} numbers`)}
      {row("Column: the filter, laid on its side", weights, "signed", `${length} numbers`)}
      {row("Products", products(inspected, planned.layer), "signed", "number by number")}
      <p class="equation sums">
        <Value name="row · column" value={total(products(inspected, planned.layer))} />
        <span class="sign">+</span>
        <Value name="bias" value={bias} />
        <span class="sign">=</span>
        <Value name="sum z" value={inspected.pre_activation} strong />
      </p>
      {window.channels > 1 && (
        <p class="inspector-words">
          One line is one channel: the first, of map 1, adds{" "}
          {short(total(ofChannel(products(inspected, planned.layer), inspected, 0)))}.
        </p>
      )}
    </div>
  );
}
