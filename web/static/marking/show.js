// Marking by mouse and keyboard: comments on lines, ticks by number, from student to student, and nothing typed is lost.

import { lineNumbers } from "@codemirror/view";
import { StateEffect } from "@codemirror/state";

import { openFiles, showResults, views } from "../editor/review.js";

const form = document.querySelector("[data-marking]");
const [text, file, line] = ["text", "file", "line"].map((name) => form.querySelector(`[data-comment-${name}]`));

function commentOn(name, number) {
  file.value = name;
  line.value = number;
  text.focus();
}

openFiles((view, name, place) => {
  const mousedown = (editor, block) => {
    commentOn(name, editor.state.doc.lineAt(block.from).number);
    return true;
  };
  view.dispatch({ effects: StateEffect.appendConfig.of(lineNumbers({ domEventHandlers: { mousedown } })) });
  place.classList.add("commentable");
});

// Single keys, unless somebody types or has turned them off.
const keys = document.querySelector("[data-keys]");
keys.checked = localStorage.getItem("marking-keys") !== "off";
keys.addEventListener("change", () => localStorage.setItem("marking-keys", keys.checked ? "on" : "off"));

const isTyping = () => document.activeElement?.matches("input:not([type=checkbox]), textarea, select");

function lineAtCursor() {
  for (const [name, view] of views)
    if (view.hasFocus) return [name, view.state.doc.lineAt(view.state.selection.main.head).number];
  return null;
}

const DEEDS = {
  j: () => document.querySelector("[data-steps] [rel=next]")?.click(),
  k: () => document.querySelector("[data-steps] [rel=prev]")?.click(),
  c: () => {
    const there = lineAtCursor();
    if (there) commentOn(...there);
    else text.focus();
  },
  o: () => {
    const override = form.querySelector(".override");
    if (!override) return;
    override.open = true;
    override.querySelector("[name=override]").focus();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.contains(document.activeElement)) {
    event.preventDefault();
    const next = event.shiftKey && form.querySelector("[name=then][value=next]");
    form.requestSubmit(next || form.querySelector("[name=then][value=stay]"));
    return;
  }
  if (!keys.checked || isTyping() || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = /^[1-9]$/.test(event.key) && form.querySelector(`[data-key="${event.key}"]`);
  if (item) item.click();
  else if (DEEDS[event.key]) DEEDS[event.key]();
  else return;
  event.preventDefault();
});

// What is typed and not saved survives another form of the page, and so does where one was.
const KEPT = `marking ${location.pathname}`;
const FIELDS = "input[name=item], [name=text], [name=file], [name=line], [name=override], [name=reason], [name=unreleased]";
const values = () => [...form.querySelectorAll(FIELDS)].map((one) => (one.type === "checkbox" ? one.checked : one.value));
const names = () => [...form.querySelectorAll(FIELDS)].map((one) => (one.name === "item" ? one.value : one.name));
const first = JSON.stringify(values());
const isDirty = () => JSON.stringify(values()) !== first;

let sending = false;
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  sending = true;
  const typed = event.target !== form && isDirty() ? names().map((name, place) => [name, values()[place]]) : null;
  sessionStorage.setItem(KEPT, JSON.stringify({ y: scrollY, typed }));
});
addEventListener("beforeunload", (event) => {
  if (!sending && (isDirty() || form.hasAttribute("data-keep"))) event.preventDefault();
});

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
sessionStorage.removeItem(KEPT);

showResults();
if (kept?.typed && !form.hasAttribute("data-keep")) {
  const typed = new Map(kept.typed);
  for (const one of form.querySelectorAll(FIELDS)) {
    const name = one.name === "item" ? one.value : one.name;
    if (!typed.has(name)) continue;
    if (one.type === "checkbox") one.checked = typed.get(name);
    else one.value = typed.get(name);
  }
}
if (kept && !form.hasAttribute("data-keep")) requestAnimationFrame(() => scrollTo({ top: kept.y, behavior: "instant" }));
