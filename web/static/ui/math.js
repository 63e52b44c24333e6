// Sets the formulas: TeX stands as text in elements of class "math", and stays as it is where it cannot be set.

export async function setFormulas(root = document) {
  const formulas = root.querySelectorAll(".math:not([data-set])");
  if (!formulas.length) return;
  await import("katex"); // its small build is no module: it leaves its name in the window
  for (const formula of formulas) {
    const tex = formula.textContent;
    formula.dataset.set = "";
    try {
      const displayMode = formula.classList.contains("display");
      window.katex.render(tex, formula, { displayMode, throwOnError: true, trust: false, maxExpand: 200, strict: "ignore" });
    } catch {
      formula.textContent = tex;
    }
  }
}
