// A group of answers that fail alike, or two submissions side by side: code with line numbers, and all or none chosen at once.

import { openFiles } from "../editor/review.js";

openFiles();

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-all]");
  if (!button) return;
  for (const box of button.form.querySelectorAll("input[name=submission]")) box.checked = Boolean(button.dataset.all);
});
