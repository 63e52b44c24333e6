// Tabs by mouse and by keyboard; each controls a .file, the chosen one of which is .shown.

export function takeTabs(tabs, onChoose = () => {}) {
  function show(tab, { focus = false } = {}) {
    for (const other of tabs) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).classList.toggle("shown", other === tab);
    }
    if (focus) tab.focus();
    onChoose(tab);
  }
  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const neighbour = step && tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      const target = { Home: tabs[0], End: tabs.at(-1) }[event.key] ?? neighbour;
      if (!target) return;
      event.preventDefault();
      show(target, { focus: true });
    });
  }
  show(tabs[0]);
  return (id) => show(tabs.find((tab) => tab.getAttribute("aria-controls") === id));
}
