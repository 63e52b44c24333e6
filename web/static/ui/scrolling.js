// What scrolls by itself, in what authors wrote, can be reached by keyboard while it does.

const SCROLLERS = ".prose :is(pre, table, .math.display)";

function look(element) {
  if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
  else element.removeAttribute("tabindex");
}

export function reachScrollers(root = document) {
  const watcher = new ResizeObserver((entries) => { for (const { target } of entries) look(target); });
  for (const element of root.querySelectorAll(SCROLLERS)) watcher.observe(element);
}
