// The assignment page: ties together the editors, drafts, uploads, submitting, and the status.

import { Drafts } from "./drafts.js";
import { replaceText } from "../editor/editor.js";
import { fragment, read } from "../ui/requests.js";
import { reachScrollers } from "../ui/scrolling.js";
import { localise } from "../ui/times.js";
import { takeUploads } from "./upload.js";
import { openWorkspace } from "../editor/workspace.js";

const LOOK_AGAIN = 60_000;

const { form, area, files, written, texts, announce, trouble, choose, submit } = openWorkspace({
  keys: [["Mod-Enter", "check"], ["Mod-Shift-Enter", "submit"]],
  onChange: () => drafts.changed(),
  onEnd: () => lookAgain(),
});
const shown = () => [...files.values()].find(({ place }) => place.classList.contains("shown"));

// Attempts, lateness and what is closed change while the page is open.
async function lookAgain() {
  try {
    const { facts, closed } = await read(form.dataset.statusUrl, "json");
    const fresh = fragment(facts);
    document.querySelector("[data-status]").replaceWith(fresh);
    localise(fresh);
    const banner = document.getElementById("closed");
    banner.querySelector("p").textContent = closed;
    banner.hidden = !closed;
    form.querySelector('button[value="submit"]').disabled = Boolean(closed);
  } catch { /* what submitting needs is said there */ }
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAgain(); });
setInterval(() => { if (!document.hidden) lookAgain(); }, LOOK_AGAIN);

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
  const { showDifference } = await import("../editor/compare.js");
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
  const { view, place } = shown().readOnly ? written()[0][1] : shown();
  choose(place.id);
  replaceText(view, JSON.parse(place.querySelector("[data-starter]").textContent));
  view.focus();
  announce("The starter is back. Undo brings your text back.");
});

takeUploads({
  input: form.querySelector("[data-upload]"),
  area,
  names: Object.keys(texts()),
  limit: Number(form.dataset.fileBytes),
  put,
  tell: (refused, taken) => { trouble(refused); if (taken) announce(taken); },
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  event.preventDefault();
  submit(event.shiftKey ? "submit" : "check");
});

if (/Mac|iP/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = "⌘";

reachScrollers();
