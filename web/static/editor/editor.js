// CodeMirror in place of a textarea or of plain lines, in the page's own colours.

import { basicSetup } from "codemirror";
import { indentWithTab, isolateHistory } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { markers } from "./markers.js";

const mono = 'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';

const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)" },
  ".cm-scroller": { fontFamily: mono, lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--text)", padding: ".6rem 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none", paddingRight: ".25rem" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.4rem" },
  ".cm-activeLine": { backgroundColor: "var(--code-line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--code-line)", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "light-dark(#cdd4ff, #39447f) !important" },
  ".cm-selectionMatch": { backgroundColor: "light-dark(#e6e9fb, #2a3050)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "light-dark(#dfe5ff, #38406c)", outline: "1px solid var(--edge)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panels input, .cm-panels button": { minHeight: "0", width: "auto", font: "inherit" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", color: "var(--text)" },
  ".cm-panels .cm-button": { border: "1px solid var(--edge)", borderRadius: ".3rem" },
  ".cm-textfield": { backgroundColor: "var(--surface)", borderColor: "var(--edge)", color: "var(--text)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: ".4rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", borderColor: "var(--line)", color: "var(--muted)" },
  ".cm-marked": { backgroundColor: "var(--bad-soft)", boxShadow: "inset 3px 0 var(--bad)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: [tags.comment, tags.docString], color: "var(--code-comment)" },
  { tag: tags.function(tags.definition(tags.variableName)), color: "var(--code-name)" },
  { tag: [tags.className, tags.definition(tags.className), tags.meta], color: "var(--code-name)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const nonce = () => document.querySelector('meta[name="csp-nonce"]').content;

// CodeMirror's own parts want to be told whether it is dark.
const shade = new Compartment();
const ofTheme = () => EditorView.darkTheme.of(document.documentElement.dataset.theme === "dark");
const followTheme = ViewPlugin.define((view) => {
  const change = () => view.dispatch({ effects: shade.reconfigure(ofTheme()) });
  document.addEventListener("themechange", change);
  return { destroy: () => document.removeEventListener("themechange", change) };
});

// What every editor of ours has: for merge views too. What is not Python has no colours, and long lines.
export function ground({ label, readOnly = false, isPython = true }) {
  return [
    EditorView.cspNonce.of(nonce()),
    basicSetup,
    isPython ? python() : EditorView.lineWrapping,
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    look,
    syntaxHighlighting(colours),
    shade.of(ofTheme()),
    followTheme,
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    EditorState.readOnly.of(readOnly),
  ];
}

// Returns an editor under `parent`. `onChange` is called when the reader changes the text; `keys` come before all others.
export function openEditor(parent, { text, name, readOnly = false, onChange = () => {}, keys = [] }) {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of(keys)),
        readOnly ? [] : keymap.of([indentWithTab]),
        ground({
          label: readOnly ? `${name}, read-only` : `${name}, editor. Escape, then Tab, leaves it.`,
          readOnly,
          isPython: name.endsWith(".py"),
        }),
        markers(),
        EditorView.updateListener.of((update) => { if (update.docChanged) onChange(update.state.doc.toString()); }),
      ],
    }),
  });
}

// Puts a whole new text in as one step that undo takes back.
export function replaceText(view, text) {
  if (view.state.doc.toString() === text) return;
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    annotations: isolateHistory.of("full"),
    userEvent: "input.replace",
  });
}

// Puts the cursor on a line, counted from 1, in sight.
export function goToLine(view, number) {
  const line = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
  view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
  view.focus();
}
