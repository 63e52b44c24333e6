// The assignment page: makes editors of its textareas, and ties together drafts, uploads, handing in and results.

import { Drafts } from "./drafts.js";
import { goToLine, openEditor, replaceText } from "./editor.js";
import { follow } from "./live.js";
import { failedIn, showMarkers } from "./markers.js";
import { setFormulas } from "./math.js";
import { drawPictures } from "./pictures.js";
import { reachScrollers } from "./scrolling.js";
import { handIn } from "./submit.js";
import { takeTabs } from "./tabs.js";
import { localise } from "./times.js";
import { takeUploads } from "./upload.js";

const form = document.getElementById("work");
const area = form.querySelector(".editor");
const results = document.getElementById("results");
const status = document.getElementById("announce");
const files = new Map(); // name -> {view, starter, place}; of the read-only ones too

const handed = () => [...files.entries()].filter(([, file]) => file.starter !== null);
const texts = () => Object.fromEntries(handed().map(([name, { view }]) => [name, view.state.doc.toString()]));
const announce = (sentence) => { status.textContent = sentence; };

const keys = [
  { key: "Mod-Enter", run: () => { submit("check"); return true; } },
  { key: "Mod-Shift-Enter", run: () => { submit("submit"); return true; } },
];

for (const place of area.querySelectorAll(".file")) {
  const source = place.querySelector("textarea, pre");
  const readOnly = "readonly" in place.dataset;
  const text = readOnly ? source.textContent : source.value;
  const starter = readOnly ? null : JSON.parse(place.querySelector("[data-starter]").textContent);
  const hadFocus = document.activeElement === source;
  const view = openEditor(place, { text, name: place.dataset.file, readOnly, keys, onChange: () => drafts.changed() });
  if (readOnly) source.remove();
  else source.disabled = true; // the editor is what is handed in now
  files.set(place.dataset.file, { view, starter, place });
  if (hadFocus) view.focus();
}

// Tabs.
const choose = takeTabs([...form.querySelectorAll('[role="tab"]')]);
const shown = () => [...files.values()].find(({ place }) => place.classList.contains("shown"));
area.classList.add("ready");

// Sentences about what did not work; the editor stays as it was.
const banner = document.getElementById("trouble");
function trouble(sentence) {
  banner.hidden = !sentence;
  banner.querySelector("p").textContent = sentence;
  if (sentence) banner.scrollIntoView({ block: "nearest" });
}
banner.querySelector("[data-close]").addEventListener("click", () => trouble(""));

// Drafts, and what to do when there are two.
const state = form.querySelector("[data-draft]");
const conflict = document.getElementById("conflict");
let other = null;

function say(sentence, failed = false) {
  if (failed && state.textContent !== sentence) announce(sentence);
  state.textContent = sentence;
  state.classList.toggle("failed", failed);
}

function ask(there, revision, why = "") {
  other = { there, revision };
  if (why) conflict.querySelector("[data-why]").textContent = why;
  conflict.querySelector("[data-difference]").open = false;
  conflict.querySelector(".difference").replaceChildren();
  conflict.hidden = false;
  conflict.focus();
  conflict.scrollIntoView({ block: "nearest" });
}

function put(name, text) {
  replaceText(files.get(name).view, text);
  choose(files.get(name).place.id);
}

function putAll(there) {
  for (const [name, text] of Object.entries(there)) if (name in texts()) replaceText(files.get(name).view, text);
}

const { draftUrl, person, revision } = form.dataset;
const drafts = new Drafts({ url: draftUrl, person, revision: Number(revision), texts, say, ask });

for (const button of conflict.querySelectorAll("[data-keep]"))
  button.addEventListener("click", () => {
    if (button.dataset.keep === "there") putAll(other.there);
    conflict.hidden = true;
    drafts.settle(other.revision, other.there);
    shown().view.focus();
  });

conflict.querySelector("[data-difference]").addEventListener("toggle", async ({ target }) => {
  const place = target.querySelector(".difference");
  if (!other || !target.open || place.hasChildNodes()) return;
  const { showDifference } = await import("./compare.js");
  for (const [name, fresh] of Object.entries(texts())) {
    const old = other.there[name] ?? "";
    if (old !== fresh) showDifference(place, { old, fresh, name, oldLabel: "the other", freshLabel: "here" });
  }
});

const left = drafts.left();
if (left) {
  const onPage = texts();
  const clash = left.revision !== drafts.revision;
  if (clash) drafts.halted = true;
  putAll(left.files);
  const why = "This browser kept a text that did not reach the server, and the server has another one.";
  if (clash) ask(onPage, drafts.revision, why);
  else if (drafts.unsaved()) drafts.save();
}

// Starter and uploads.
form.querySelector("[data-reset]").addEventListener("click", () => {
  const file = shown().starter === null ? handed()[0][1] : shown();
  choose(file.place.id);
  replaceText(file.view, file.starter);
  file.view.focus();
  announce("The starter is back. Undo brings your text back.");
});

takeUploads({
  input: form.querySelector("[data-upload]"),
  area,
  names: handed().map(([name]) => name),
  limit: Number(form.dataset.fileBytes),
  put: (name, text) => { trouble(""); put(name, text); announce(`${name} was uploaded into the editor.`); },
  refuse: trouble,
});

// Results.
function enhance(root) {
  drawPictures(root);
  setFormulas(root);
  localise(root);
}

function mark() {
  for (const [name, { view }] of files) showMarkers(view, failedIn(name, results));
}

function attempts(used, remaining) {
  const place = document.querySelector("[data-attempts]");
  const total = place.dataset.total;
  if (remaining === null) place.textContent = `${used} used, no limit`;
  else place.textContent = `${remaining} of ${total} left`;
  form.querySelector('button[value="submit"]').disabled = remaining === 0;
}

let unfollow = () => {};
function followPanel(panel) {
  unfollow();
  localise(panel);
  unfollow = follow(panel, { enhance, done: mark, announce });
}

const submit = handIn({ form, results, texts, follow: followPanel, trouble, announce, attempts });

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  event.preventDefault();
  submit(event.shiftKey ? "submit" : "check");
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-goto]");
  const file = link && files.get(link.dataset.file);
  if (!file) return;
  choose(file.place.id);
  area.scrollIntoView({ block: "nearest" });
  goToLine(file.view, Number(link.dataset.line));
});

if (/Mac|iP/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = "⌘";

enhance(document);
reachScrollers();
mark();
const panel = results.querySelector("[data-panel]");
if (panel) followPanel(panel);
