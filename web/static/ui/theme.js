// Runs before the page is painted, so that nobody is shown the wrong theme first. The reader's choice is kept only while it
// differs from the system's.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const keep = (theme) => {
    try { theme ? localStorage.setItem("theme", theme) : localStorage.removeItem("theme"); } catch { /* private browsing */ }
  };
  const ofSystem = () => (dark.matches ? "dark" : "light");

  function show() {
    root.dataset.theme = kept() ?? ofSystem();
    for (const button of document.querySelectorAll("[data-theme-toggle]"))
      button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  root.classList.add("js");
  show();
  dark.addEventListener("change", show);
  addEventListener("storage", (event) => { if (event.key === "theme") show(); });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-toggle]")) return;
    const next = root.dataset.theme === "dark" ? "light" : "dark";
    keep(next === ofSystem() ? null : next);
    show();
  });
})();
