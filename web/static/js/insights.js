// A group of answers that fail alike, or two submissions side by side: code with line numbers, and all or none chosen at once.

import { openEditor } from "./editor.js";

for (const place of document.querySelectorAll(".code[data-file]")) {
  const lines = place.querySelector("pre");
  openEditor(place, { text: lines.textContent, name: place.dataset.file, readOnly: true });
  lines.remove();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-all]");
  if (!button) return;
  for (const box of button.form.querySelectorAll("input[name=submission]")) box.checked = Boolean(button.dataset.all);
});
