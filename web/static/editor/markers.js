// Markers where tests failed: the line is tinted, and under it stands what is wrong, which leads to the test. They speak of the
// text that was submitted: a marker moves with its line, and goes when that is edited.

import { ChangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

const setMarkers = StateEffect.define();
const setSubmitted = StateEffect.define();

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

// The text that was submitted, and what was changed since; null where another text was.
const submitted = StateField.define({
  create: ({ doc }) => ({ doc, changes: ChangeSet.empty(doc.length) }),
  update(since, { changes, newDoc, docChanged, effects }) {
    let now = since && docChanged ? { doc: since.doc, changes: since.changes.compose(changes) } : since;
    for (const effect of effects)
      if (effect.is(setSubmitted)) now = effect.value ? { doc: newDoc, changes: ChangeSet.empty(newDoc.length) } : null;
    return now;
  },
});

export function markers() {
  return [submitted, field];
}

// Says whether what is in an editor now is what results speak of.
export function noteSubmitted(view, isSubmitted) {
  view.dispatch({ effects: setSubmitted.of(isSubmitted) });
}

// Returns where a line of the text that was submitted is now; null where it was edited or is gone.
function lineNow(state, number) {
  const { doc, changes } = state.field(submitted);
  const line = doc.line(Math.min(Math.max(1, number), doc.lines));
  return changes.touchesRange(line.from, line.to) ? null : state.doc.lineAt(changes.mapPos(line.from, 1));
}

// Shows the failed tests of one file: [{line, title, message, id}].
export function showMarkers(view, tests) {
  const marks = [];
  const known = view.state.field(submitted) ? tests : [];
  for (const [number, here] of Map.groupBy(known, (test) => lineNow(view.state, test.line)?.number)) {
    if (!number) continue;
    const line = view.state.doc.line(number);
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
