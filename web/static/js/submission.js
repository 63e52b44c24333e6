// A submission to be read: line numbers and markers in its files, and its run followed while it is not finished.

import { goToLine, openEditor } from "./editor.js";
import { follow } from "./live.js";
import { failedIn, showMarkers } from "./markers.js";
import { setFormulas } from "./math.js";
import { drawPictures } from "./pictures.js";
import { showRemarks } from "./remarks.js";
import { localise } from "./times.js";

const views = new Map();
for (const place of document.querySelectorAll(".code[data-file]")) {
  const lines = place.querySelector("pre");
  const view = openEditor(place, { text: lines.textContent, name: place.dataset.file, readOnly: true });
  lines.remove();
  views.set(place.dataset.file, view);
}

function enhance(root) {
  drawPictures(root);
  setFormulas(root);
  localise(root);
}

function mark() {
  for (const [name, view] of views) {
    showMarkers(view, failedIn(name));
    showRemarks(view, name);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-goto]");
  const view = link && views.get(link.dataset.file);
  if (!view) return;
  view.dom.scrollIntoView({ block: "nearest" });
  goToLine(view, Number(link.dataset.line));
});

enhance(document);
mark();
const panel = document.querySelector("[data-panel]");
const status = document.querySelector("main").appendChild(document.createElement("p"));
status.className = "visually-hidden";
status.role = "status";
if (panel) follow(panel, { enhance, done: mark, announce: (sentence) => { status.textContent = sentence; } });
