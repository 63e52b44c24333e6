// Markers where tests failed: the line is tinted, and under it stands what is wrong, which leads to the test. A marker goes
// when its line is edited, for it speaks of the text that was graded.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

const setMarkers = StateEffect.define();

class Note extends WidgetType {
  constructor(tests) {
    super();
    this.tests = tests;
  }
  eq(other) { return JSON.stringify(other.tests) === JSON.stringify(this.tests); }
  ignoreEvent() { return true; }
  toDOM() {
    const [{ title, message, id }, ...others] = this.tests;
    const [reason] = message.split("\n");
    const isShared = others.length > 0 && others.every((other) => other.message.startsWith(reason));
    const more = others.length ? ` (and ${others.length} more ${others.length === 1 ? "test" : "tests"})` : "";
    const [what, why] = isShared ? [reason, ` (${this.tests.length} tests)`] : [`${title}${more}`, ` ${message}`];
    const note = document.createElement("div");
    note.className = "marker";
    const link = note.appendChild(document.createElement("button"));
    link.type = "button";
    link.tabIndex = -1; // the test itself is reached by keyboard
    link.append(Object.assign(document.createElement("strong"), { textContent: `✗ ${what}` }), why);
    link.addEventListener("click", () => document.dispatchEvent(new CustomEvent("showtest", { detail: id })));
    return note;
  }
}

const field = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    let kept = marks.map(transaction.changes);
    transaction.changes.iterChanges((_a, _b, from, to) => {
      const first = transaction.state.doc.lineAt(from).from, last = transaction.state.doc.lineAt(to).to;
      kept = kept.update({ filterFrom: first, filterTo: last, filter: () => false });
    });
    for (const effect of transaction.effects) if (effect.is(setMarkers)) kept = effect.value;
    return kept;
  },
  provide: (self) => EditorView.decorations.from(self),
});

export function markers() {
  return field;
}

// Shows the failed tests of one file: [{line, title, message, id}].
export function showMarkers(view, tests) {
  const doc = view.state.doc;
  const marks = [];
  for (const [number, here] of Map.groupBy(tests, (test) => Math.min(Math.max(1, test.line), doc.lines))) {
    const line = doc.line(number);
    marks.push(Decoration.line({ class: "cm-marked" }).range(line.from));
    marks.push(Decoration.widget({ widget: new Note(here), side: 1, block: true }).range(line.to));
  }
  view.dispatch({ effects: setMarkers.of(Decoration.set(marks, true)) });
}

// Reads from the results on the page which tests failed where.
export function failedIn(name, root = document) {
  const there = root.querySelectorAll('.test[data-line]:not([data-outcome="passed"])');
  return [...there].filter((test) => test.dataset.file === name).map((test) => ({
    line: Number(test.dataset.line),
    title: test.querySelector("h3").textContent.trim(),
    message: test.querySelector(".message")?.textContent.trim() ?? "",
    id: test.id,
  }));
}

document.addEventListener("showtest", ({ detail: id }) => {
  const test = document.getElementById(id);
  test?.closest("details")?.setAttribute("open", "");
  test?.scrollIntoView({ block: "center" });
  for (const other of document.querySelectorAll(".test.shown")) other.classList.remove("shown");
  test?.classList.add("shown");
});
