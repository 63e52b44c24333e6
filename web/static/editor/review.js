// What was submitted, to be read beside what grading found: its lines, the markers on them, and the ways between both.

import { goToLine, openEditor } from "./editor.js";
import { enhance } from "../ui/enhance.js";
import { follow, isUnderway } from "../submissions/live.js";
import { failedIn, showMarkers } from "./markers.js";
import { showLineComments } from "../marking/feedback.js";

export const views = new Map();

// `onFile` is told of each file: its view, its name, and where it stands.
export function openFiles(onFile = () => {}) {
  for (const place of document.querySelectorAll(".code[data-file]")) {
    const lines = place.querySelector("pre");
    const view = openEditor(place, { text: lines.textContent, name: place.dataset.file, readOnly: true });
    onFile(view, place.dataset.file, place);
    lines.remove();
    views.set(place.dataset.file, view);
  }
}

function mark() {
  for (const [name, view] of views) {
    showMarkers(view, failedIn(name));
    showLineComments(view, name);
  }
}

// Draws what grading found, and follows it while it is not finished.
export function showResults() {
  enhance(document);
  mark();
  const result = document.querySelector("[data-result]");
  if (!result || !isUnderway(result)) return;
  const status = document.querySelector("main").appendChild(document.createElement("p"));
  status.className = "visually-hidden";
  status.role = "status";
  follow(result, { enhance, done: mark, announce: (sentence) => { status.textContent = sentence; } });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-goto]");
  const view = link && views.get(link.dataset.file);
  if (!view) return;
  view.dom.scrollIntoView({ block: "nearest" });
  goToLine(view, Number(link.dataset.line));
});
