// The convolution as one row of a matrix product (im2col, CS231n): every window is a row and every filter a column, so
// that one product computes all places of all maps.

import { rangeOf } from "../../draw/colour/range";
import { scaleKind } from "../../draw/colour/ranges";
import { short } from "../../draw/names";
import { ofChannel, products, total } from "../../model/arithmetic";
import { NumberGrid } from "./number-grid";
import { type InspectorProps, Sign, Value } from "./parts";

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
        The windows as rows make a matrix of{" "}
        <b>
          {places}×{length}
        </b>
        , and the filters as columns one of{" "}
        <b>
          {length}×{output.channels}
        </b>
        . Their product is the whole layer before bias and activation:{" "}
        <b>
          {places}×{output.channels}
        </b>
        . This unit is row <b>{y * output.width + x + 1}</b> (place {y + 1}, {x + 1}) times column <b>{channel + 1}</b>{" "}
        (filter {channel + 1}).
      </p>
      {row("Row: the window, channel by channel", inputs, kind, `${length} numbers`)}
      {row("Column: the filter, drawn as a row", weights, "signed", `${length} numbers`)}
      {row("Products", products(inspected, planned.layer), "signed", "each number of the row times that of the column")}
      <p class="equation sums">
        <Value name="row · column" value={total(products(inspected, planned.layer))} />
        <Sign>+</Sign>
        <Value name="bias" value={bias} />
        <Sign>=</Sign>
        <Value name="pre-activation z" value={inspected.pre_activation} strong />
      </p>
      {window.channels > 1 && (
        <p class="inspector-words">
          Each line is one channel. The first, of map 1, adds{" "}
          {short(total(ofChannel(products(inspected, planned.layer), inspected, 0)))}.
        </p>
      )}
    </div>
  );
}
