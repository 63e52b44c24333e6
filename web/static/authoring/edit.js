// The editor of a version: its files in groups, one of them open, the statement beside how students read it. Nothing that is
// typed is lost: the browser keeps it until it is saved as a version, and what is wrong with it is said in words.

import { goToLine, openEditor } from "../editor/editor.js";
import { setFormulas } from "../ui/math.js";
import { fragment, send } from "../ui/requests.js";
import { reachScrollers } from "../ui/scrolling.js";

const PAUSE = 400;
const GROUPS = [
  ["Assignment", (name) => !name.includes("/") && !name.startsWith("test_")],
  ["Tests", (name) => name.startsWith("test_")],
  ["Right answers", (name) => name.startsWith("right/")],
  ["Wrong answers", (name) => name.startsWith("wrong/")],
  ["Others", () => true],
];

const desk = document.getElementById("desk");
const form = document.getElementById("save");
const list = desk.querySelector(".files");
const panes = desk.querySelector("[data-panes]");
const heading = document.getElementById("file-name");
const removal = desk.querySelector("[data-remove]");
const previewed = desk.querySelector(".statement-preview");
const trouble = document.getElementById("trouble");
const kept = document.getElementById("kept");
const changes = form.querySelector("[data-changed]");
const button = form.querySelector('button[type="submit"]');
const announce = (sentence) => { document.getElementById("announce").textContent = sentence; };

const original = Object.fromEntries(JSON.parse(desk.querySelector("[data-files]").textContent));
const added = JSON.parse(desk.querySelector("[data-added]").textContent);
const key = `gradeloop-version:${desk.dataset.person}:${desk.dataset.version}`;
const files = new Map(); // name -> {text, gone, pane, view}; text is what stands there now
let open = "";

for (const [name, text] of Object.entries(original)) files.set(name, { text, gone: false });

// What differs from the version that this began with.
const isChanged = (name) => files.get(name).gone ? name in original : files.get(name).text !== original[name];
const changed = () => [...files.keys()].filter(isChanged);

function remember() {
  const texts = changed().map((name) => [name, files.get(name).gone ? null : files.get(name).text]);
  try {
    if (texts.length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), texts: Object.fromEntries(texts) }));
    else localStorage.removeItem(key);
  } catch { /* full, or not allowed: then it is in this page alone */ }
}

function recall() {
  try {
    const { texts } = JSON.parse(localStorage.getItem(key)) ?? {};
    if (!texts) return 0;
    for (const [name, text] of Object.entries(texts)) {
      if (text === null && files.has(name)) files.get(name).gone = true;
      else if (text !== null) files.set(name, { text, gone: false });
    }
    return Object.keys(texts).length;
  } catch { return 0; }
}

// The list of files.
function element(tag, { text = "", ...values } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...(text ? [text] : []), ...children);
  return made;
}

function entry(name) {
  const { gone } = files.get(name);
  const choice = element("button", { type: "button", className: "choice", text: name.split("/").slice(-1)[0] });
  choice.dataset.name = name;
  if (name === open) choice.setAttribute("aria-current", "true");
  if (gone) choice.classList.add("gone");
  const state = gone ? "removed" : !(name in original) ? "new" : isChanged(name) ? "changed" : "";
  if (state) choice.append(element("span", { className: "state", text: ` ${state}` }));
  choice.addEventListener("click", () => show(name));
  return element("li", {}, choice);
}

function drawList() {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  const folds = new Map([...list.querySelectorAll("details")].map((fold) => [fold.dataset.title, fold.open]));
  const rest = new Set(files.keys());
  const groups = GROUPS.map(([title, belongs]) => {
    const names = [...rest].filter(belongs).sort((one, other) => title === "Assignment" ? 0 : one.localeCompare(other));
    for (const name of names) rest.delete(name);
    const summary = element("summary", { text: `${title} ` }, element("span", { className: "muted", text: `${names.length}` }));
    const fold = element("details", { open: folds.get(title) ?? (names.length < 12 || names.includes(open)) }, summary, element("ul", {}, ...names.map(entry)));
    fold.dataset.title = title;
    return names.length ? fold : "";
  });
  list.replaceChildren(...groups, addition());
  if (focused) list.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  const count = changed().length;
  button.disabled = count === 0;
  changes.textContent = count ? `${count} ${count === 1 ? "file" : "files"} changed; kept in this browser` : "Nothing changed yet";
}

function addition() {
  const label = element("label", { text: "Add a file", htmlFor: "new-name" });
  const input = element("input", { id: "new-name", value: "wrong/", spellcheck: false, autocomplete: "off" });
  const add = element("button", { type: "submit", className: "button small", text: "Add" });
  const fresh = element("form", { className: "add" }, label, element("div", {}, input, add));
  fresh.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = input.value.trim();
    if (!name || name.endsWith("/")) { input.focus(); return; }
    if (!files.has(name)) files.set(name, { text: starterOf(name), gone: false });
    files.get(name).gone = false;
    show(name, { focus: true });
    note();
  });
  return fresh;
}

function starterOf(name) {
  if (name.startsWith("wrong/")) return `"""What students who make this mistake are told."""\n\n${original["reference.py"] ?? ""}`;
  return name.startsWith("right/") ? original["reference.py"] ?? "" : "";
}

// One file at a time.
function show(name, { focus = false, line = 0 } = {}) {
  const file = files.get(name);
  open = name;
  if (!file.pane) {
    file.pane = element("div", { className: "pane" });
    panes.append(file.pane);
    file.view = openEditor(file.pane, { text: file.text, name, onChange: (text) => { file.text = text; note(); } });
  }
  for (const other of files.values()) other.pane?.classList.toggle("shown", other === file);
  heading.textContent = name;
  removal.textContent = file.gone ? "Put back" : "Remove";
  panes.classList.toggle("gone", file.gone);
  const isStatement = name === "prompt.md";
  previewed.hidden = !isStatement;
  desk.classList.toggle("with-preview", isStatement);
  if (isStatement) preview();
  drawList();
  if (line) goToLine(file.view, line);
  else if (focus) file.view.focus();
}

removal.addEventListener("click", () => {
  const file = files.get(open);
  file.gone = !file.gone;
  announce(`${open} ${file.gone ? "is removed" : "is back"}.`);
  show(open);
  note();
});

let waiting = 0;
function note() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    remember();
    drawList();
    if (open === "prompt.md") preview();
  }, PAUSE);
}

let asked = 0;
async function preview() {
  const turn = ++asked;
  const place = previewed.querySelector(".statement");
  try {
    const { html } = await send("POST", desk.dataset.preview, { text: files.get("prompt.md").text });
    if (turn !== asked) return;
    place.replaceChildren(fragment(html));
    await setFormulas(place);
    reachScrollers();
  } catch (error) {
    if (turn === asked) place.textContent = error.message;
  }
}

// Saving, and what is wrong.
function tell(sentence, problems = []) {
  trouble.hidden = !sentence;
  trouble.querySelector("p").textContent = sentence;
  trouble.querySelector("ul").replaceChildren(...problems.map((problem) => {
    const [, name, line] = problem.match(/^([^\s:]+): (?:line (\d+))?/) ?? [];
    if (!files.has(name)) return element("li", { text: problem });
    const link = element("button", { type: "button", className: "goto", text: name });
    link.addEventListener("click", () => show(name, { focus: true, line: Number(line ?? 0) }));
    return element("li", {}, link, problem.slice(name.length));
  }));
  if (sentence) trouble.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.disabled || button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  tell("");
  try {
    const there = [...files].filter(([, file]) => !file.gone).map(([name, file]) => [name, file.text]);
    const saved = await send("POST", desk.dataset.save, { files: Object.fromEntries(there), note: form.elements.note.value });
    localStorage.removeItem(key);
    location.assign(saved.page);
  } catch (error) {
    tell(error.message, error.data?.problems);
    button.removeAttribute("aria-disabled");
  }
});

kept.querySelector("[data-discard]").addEventListener("click", () => {
  localStorage.removeItem(key);
  location.reload();
});

const count = recall();
if (count) {
  kept.querySelector("p").textContent = `Changes to ${count} ${count === 1 ? "file" : "files"}, made here and not saved yet, are back.`;
  kept.hidden = false;
}
if (added) {
  const initial = added.text ?? sessionStorage.getItem(`gradeloop-new:${added.name}`) ?? starterOf(added.name);
  files.set(added.name, { text: initial, gone: false });
  show(added.name);
  note();
} else {
  show(files.has("prompt.md") ? "prompt.md" : files.keys().next().value);
}
