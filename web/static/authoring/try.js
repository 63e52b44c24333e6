// Trying a version out: editors filled with an answer of the bundle or with what is pasted, graded, followed as a student's.

import { replaceText } from "../editor/editor.js";
import { reachScrollers } from "../ui/scrolling.js";
import { openWorkspace } from "../editor/workspace.js";

const { form, files, announce } = openWorkspace({ keys: [["Mod-Enter", "submit"]] });
const samples = JSON.parse(form.querySelector("[data-samples]").textContent);

form.querySelector("[data-sample]").addEventListener("change", ({ target }) => {
  const sample = samples[Number(target.value)];
  for (const [name, text] of Object.entries(sample.files)) if (files.has(name)) replaceText(files.get(name).view, text);
  announce(`${sample.name} is in the editor.`);
});

reachScrollers();
