// What the pages share on which one writes and submits: editors in place of textareas, results below them, and the ways
// between both.

import { goToLine, openEditor } from "./editor.js";
import { enhance } from "../ui/enhance.js";
import { follow, isUnderway } from "../submissions/live.js";
import { failedIn, noteSubmitted, showMarkers } from "./markers.js";
import { submitting } from "./submit.js";
import { takeTabs } from "../ui/tabs.js";
import { localise } from "../ui/times.js";

// `keys` are [key, kind] pairs that submit; `onChange` is called when the reader changes a text, and `onEnd` when
// something was submitted, was refused, or is graded.
export function openWorkspace({ keys, onChange = () => {}, onEnd = () => {} }) {
  const form = document.getElementById("work");
  const area = form.querySelector(".editor");
  const results = document.getElementById("results");
  const status = document.getElementById("announce");
  const banner = document.getElementById("trouble");
  const files = new Map(); // name -> {view, place, readOnly}

  const written = () => [...files].filter(([, { readOnly }]) => !readOnly);
  const texts = () => Object.fromEntries(written().map(([name, { view }]) => [name, view.state.doc.toString()]));
  const announce = (sentence) => { status.textContent = sentence; };

  function open(place) {
    const source = place.querySelector("textarea, pre");
    const readOnly = "readonly" in place.dataset;
    const hadFocus = document.activeElement === source;
    const view = openEditor(place, {
      text: readOnly ? source.textContent : source.value,
      name: place.dataset.file,
      readOnly,
      onChange,
      keys: keys.map(([key, kind]) => ({ key, run: () => { submit(kind); return true; } })),
    });
    if (readOnly) source.remove();
    else source.disabled = true; // the editor is what is submitted now
    files.set(place.dataset.file, { view, place, readOnly });
    noteSubmitted(view, readOnly || "submitted" in place.dataset);
    if (hadFocus) view.focus();
  }

  // A sentence about what did not work; the editor stays as it was.
  function trouble(sentence) {
    banner.hidden = !sentence;
    banner.querySelector("p").textContent = sentence;
    if (sentence) banner.scrollIntoView({ block: "nearest" });
  }

  function mark() {
    for (const [name, { view }] of files) showMarkers(view, failedIn(name, results));
  }

  let unfollow = () => {};
  function followResult(result) {
    unfollow();
    localise(result);
    unfollow = follow(result, { enhance, announce, done: () => { mark(); onEnd(); } });
  }

  function take() {
    for (const [, { view }] of written()) noteSubmitted(view, true);
    return texts();
  }

  area.querySelectorAll(".file").forEach(open);
  const choose = takeTabs([...form.querySelectorAll('[role="tab"]')]);
  area.classList.add("ready");
  const submit = submitting({ form, results, take, follow: followResult, trouble, announce, onEnd });

  banner.querySelector("[data-close]")?.addEventListener("click", () => trouble(""));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-goto]");
    const file = link && files.get(link.dataset.file);
    if (!file) return;
    choose(file.place.id);
    area.scrollIntoView({ block: "nearest" });
    goToLine(file.view, Number(link.dataset.line));
  });

  enhance(document);
  mark();
  const result = results.querySelector("[data-result]");
  if (result && isUnderway(result)) followResult(result);
  return { form, area, files, written, texts, announce, trouble, choose, submit };
}
