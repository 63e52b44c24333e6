// Two texts side by side: CodeMirror's merge view in place of plain lines.

import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { ground } from "./editor.js";

// The package's own colours do not reach AA under coloured words.
const look = EditorView.theme({
  ".cm-deletedChunk, .cm-deletedLine, &.cm-merge-a .cm-changedLine": { backgroundColor: "var(--bad-soft)" },
  ".cm-insertedLine, &.cm-merge-b .cm-changedLine": { backgroundColor: "var(--good-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "light-dark(#fbd9d5, #5c2a25)" },
  "&.cm-merge-b .cm-changedText, .cm-changedText": { background: "light-dark(#cfe9d8, #24502f)" },
  ".cm-collapsedLines": { background: "var(--sunken)", color: "var(--muted)" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"···"' }, // its own sign is in few fonts
});

const isNarrow = () => matchMedia("(max-width: 50rem)").matches;

// Shows what differs from `old` to `fresh` under `parent`; one below the other where there is no room.
export function showDifference(parent, { old, fresh, name, oldLabel = "old", freshLabel = "new" }) {
  const collapseUnchanged = { margin: 3, minSize: 6 };
  const extensions = (label) => [ground({ label: `${name}, ${label}`, readOnly: true, isPython: name.endsWith(".py") }), EditorView.lineWrapping, look];
  if (isNarrow()) {
    const merge = unifiedMergeView({ original: old, mergeControls: false, collapseUnchanged, gutter: true });
    return new EditorView({ parent, state: EditorState.create({ doc: fresh, extensions: [extensions(freshLabel), merge] }) });
  }
  return new MergeView({
    parent,
    a: { doc: old, extensions: extensions(oldLabel) },
    b: { doc: fresh, extensions: extensions(freshLabel) },
    collapseUnchanged,
    gutter: true,
  });
}

for (const place of document.querySelectorAll("[data-compare]")) {
  const [old, fresh] = place.querySelectorAll("pre");
  const texts = { old: old.textContent, fresh: fresh.textContent, name: place.dataset.compare };
  const merge = document.createElement("div");
  merge.className = "merge";
  place.classList.remove("sides");
  place.replaceChildren(merge);
  showDifference(merge, { ...texts, oldLabel: place.dataset.old, freshLabel: place.dataset.new });
}
