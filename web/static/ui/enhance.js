// What is done to results, and to whatever else the server rendered: pictures are drawn, formulas set, times made local.

import { setFormulas } from "./math.js";
import { drawPictures } from "../submissions/plots.js";
import { localise } from "./times.js";

export function enhance(root) {
  drawPictures(root);
  setFormulas(root);
  localise(root);
}
