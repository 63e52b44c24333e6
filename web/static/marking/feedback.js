// Comments at the lines that they are about, in code that is read: under a line stands what somebody said of it.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

const setLineComments = StateEffect.define();

class LineComment extends WidgetType {
  constructor(comment) {
    super();
    this.comment = comment;
  }
  eq(other) { return other.comment.id === this.comment.id; }
  ignoreEvent() { return true; }
  toDOM() {
    const frame = document.createElement("div");
    frame.className = "line-comment";
    const note = frame.appendChild(document.createElement("div"));
    const by = note.appendChild(document.createElement("strong"));
    by.textContent = this.comment.by;
    const text = note.appendChild(document.createElement("p"));
    text.textContent = this.comment.text;
    return frame;
  }
}

const field = StateField.define({
  create: () => Decoration.none,
  update(comments, transaction) {
    let kept = comments.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setLineComments)) kept = effect.value;
    return kept;
  },
  provide: (self) => EditorView.decorations.from(self),
});

// Reads from the comments on the page which are about lines of a file.
function commentsIn(name) {
  const there = [...document.querySelectorAll("[data-comment][data-line]")].filter((one) => one.dataset.file === name);
  return there.map((one) => ({
    id: one.id,
    line: Number(one.dataset.line),
    by: one.querySelector(".by strong").textContent,
    text: one.querySelector(".text").textContent,
  }));
}

// Shows in an editor the comments on the page that are about its file.
export function showLineComments(view, name) {
  const doc = view.state.doc;
  const notes = commentsIn(name).filter(({ line }) => line >= 1 && line <= doc.lines).map((comment) => {
    const line = doc.line(comment.line);
    return Decoration.widget({ widget: new LineComment(comment), side: 2, block: true }).range(line.to);
  });
  const effects = [setLineComments.of(Decoration.set(notes, true))];
  if (!view.state.field(field, false)) effects.unshift(StateEffect.appendConfig.of(field));
  view.dispatch({ effects });
}
