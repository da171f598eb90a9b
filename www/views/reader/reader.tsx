// The chosen image: choosing or drawing it, and what the network predicts for it.
import { Answer } from "./answer";
import { ImageStrip } from "./image-strip";
import { Pad } from "./pad";
import "./reader.css";

export function Reader() {
  return (
    <div class="reader">
      <Pad />
      <Answer />
      <ImageStrip />
    </div>
  );
}
