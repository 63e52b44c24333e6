// Files of the reader's own, chosen or dropped: read here, put into the editor, and refused in a sentence where they do not fit.

// `names` are the assignment's files; `put(name, text)` puts a text into its editor; `tell(refused, taken)` is called once
// for all files that came together, with sentences or "".
export function takeUploads({ input, area, names, limit, put, tell }) {
  input.addEventListener("change", async () => {
    await take(input.files);
    input.value = "";
  });
  let depth = 0;
  const over = (by) => { depth = Math.max(0, depth + by); area.classList.toggle("dragging", depth > 0); };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  area.addEventListener("dragenter", (event) => { if (hasFiles(event)) over(1); });
  area.addEventListener("dragleave", (event) => { if (hasFiles(event)) over(-1); });
  area.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  area.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    over(-depth);
    take(event.dataTransfer.files);
  }, true);

  async function take(files) {
    const refused = [], taken = [];
    for (const file of files) {
      const name = names.length === 1 && files.length === 1 ? names[0] : names.find((known) => known === file.name);
      const wrong = await reason(file, name);
      if (wrong) { refused.push(`“${file.name}” ${wrong}`); continue; }
      put(name, (await text(file)).replaceAll("\r\n", "\n"));
      taken.push(name);
    }
    if (refused.length && !taken.length) refused.push("The editor is as it was.");
    tell(refused.join(" "), taken.length ? `${taken.join(", ")} was uploaded into the editor.` : "");
  }

  async function reason(file, name) {
    if (!file.name.toLowerCase().endsWith(".py")) return "is not a Python file: its name must end in .py.";
    if (!name) return `is not one of the files that are asked for (${names.join(", ")}).`;
    if (file.size > limit) return `has ${size(file.size)}, and at most ${size(limit)} can be taken.`;
    if ((await text(file)) === null) return "is not UTF-8 text, so it cannot be shown. Save it as UTF-8 and try again.";
    return "";
  }
}

async function text(file) {
  try {
    const found = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return found.includes("\0") ? null : found;
  } catch { return null; }
}

function size(bytes) {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.ceil(bytes / 104857.6) / 10} MiB`;
}
