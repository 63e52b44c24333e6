// Trying a version out: editors filled with an answer of the bundle or with what is pasted, graded, followed as a student's.

import { goToLine, openEditor, replaceText } from "./editor.js";
import { follow } from "./live.js";
import { failedIn, showMarkers } from "./markers.js";
import { setFormulas } from "./math.js";
import { drawPictures } from "./pictures.js";
import { reachScrollers } from "./scrolling.js";
import { handIn } from "./submit.js";
import { takeTabs } from "./tabs.js";
import { localise } from "./times.js";

const form = document.getElementById("work");
const area = form.querySelector(".editor");
const results = document.getElementById("results");
const status = document.getElementById("announce");
const banner = document.getElementById("trouble");
const samples = JSON.parse(form.querySelector("[data-samples]").textContent);
const files = new Map(); // name -> {view, place}

const announce = (sentence) => { status.textContent = sentence; };
const texts = () => Object.fromEntries([...files].map(([name, { view }]) => [name, view.state.doc.toString()]));

const keys = [{ key: "Mod-Enter", run: () => { submit("submit"); return true; } }];

for (const place of area.querySelectorAll(".file")) {
  const source = place.querySelector("textarea");
  const view = openEditor(place, { text: source.value, name: place.dataset.file, keys });
  source.disabled = true;
  files.set(place.dataset.file, { view, place });
}
const choose = takeTabs([...form.querySelectorAll('[role="tab"]')]);
area.classList.add("ready");

form.querySelector("[data-sample]").addEventListener("change", ({ target }) => {
  const sample = samples[Number(target.value)];
  for (const [name, text] of Object.entries(sample.files)) if (files.has(name)) replaceText(files.get(name).view, text);
  announce(`${sample.name} is in the editor.`);
});

function trouble(sentence) {
  banner.hidden = !sentence;
  banner.querySelector("p").textContent = sentence;
  if (sentence) banner.scrollIntoView({ block: "nearest" });
}

function enhance(root) {
  drawPictures(root);
  setFormulas(root);
  localise(root);
}

function mark() {
  for (const [name, { view }] of files) showMarkers(view, failedIn(name, results));
}

let unfollow = () => {};
function followPanel(panel) {
  unfollow();
  localise(panel);
  unfollow = follow(panel, { enhance, done: mark, announce });
}

const submit = handIn({ form, results, texts, follow: followPanel, trouble, announce, attempts: () => {} });

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-goto]");
  const file = link && files.get(link.dataset.file);
  if (!file) return;
  choose(file.place.id);
  area.scrollIntoView({ block: "nearest" });
  goToLine(file.view, Number(link.dataset.line));
});

setFormulas(document);
reachScrollers();
