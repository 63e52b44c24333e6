// The gradebook by keyboard: arrows go from cell to cell, "/" to the search; a section is shown when it is chosen.

const table = document.querySelector("[data-gradebook] table");
const filters = document.querySelector("[data-filters]");
const isTyping = () => document.activeElement?.matches("input, textarea, select");

filters?.querySelector("select")?.addEventListener("change", () => filters.requestSubmit());

// From a cell on, the next one in a direction that leads somewhere.
function next(cell, down, right) {
  const rows = [...table.tBodies[0].rows];
  let row = rows.indexOf(cell.parentElement), column = cell.cellIndex;
  for (;;) {
    row += down;
    column += right;
    const found = rows[row]?.cells[column];
    if (!found) return null;
    const link = found.querySelector("a");
    if (link) return link;
  }
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

table?.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const cell = event.target.closest?.("td");
  if (!step || !cell || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const link = next(cell, ...step);
  event.preventDefault();
  link?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || isTyping() || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  filters?.querySelector("[data-search]")?.focus();
});
