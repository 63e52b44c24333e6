// One submission before and after: its files are to be read, a click on a line leads there, and pictures of tests are drawn.

import { goToLine, openEditor } from "./editor.js";
import { setFormulas } from "./math.js";
import { drawPictures } from "./pictures.js";
import { localise } from "./times.js";

const views = new Map();
for (const place of document.querySelectorAll(".code[data-file]")) {
  const lines = place.querySelector("pre");
  views.set(place.dataset.file, openEditor(place, { text: lines.textContent, name: place.dataset.file, readOnly: true }));
  lines.remove();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-goto]");
  const view = link && views.get(link.dataset.file);
  if (!view) return;
  view.dom.scrollIntoView({ block: "nearest" });
  goToLine(view, Number(link.dataset.line));
});

drawPictures(document);
setFormulas(document);
localise(document);
