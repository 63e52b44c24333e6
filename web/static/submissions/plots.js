// Draws the pictures of tests from the data in the page, in the page's colours, and lists their numbers on request.

const WAYS = { lines: "line", bars: "bar", points: "scatter" };
const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];
const SHAPES = ["circle", "rectRot", "triangle", "rect", "crossRot", "star", "rectRounded", "cross"];
const drawn = new Map();

const undrawn = new Set(); // figures that nobody has seen yet
let Chart = null; // loaded with the first of them

export async function drawPictures(root = document) {
  const figures = [...root.querySelectorAll(".picture")]
    .filter((figure) => !undrawn.has(figure) && !drawn.has(figure.querySelector("canvas")));
  if (!figures.length) return;
  for (const figure of figures) {
    undrawn.add(figure);
    listNumbers(figure);
  }
  const { Chart: loaded, registerables } = await import("chart.js");
  Chart = loaded;
  Chart.register(...registerables);
  for (const figure of figures) whenSeen(figure, () => draw(figure));
}

addEventListener("beforeprint", () => {
  if (Chart) for (const figure of [...undrawn]) if (figure.isConnected) draw(figure);
});

const data = (figure) => JSON.parse(figure.querySelector("[data-picture]").textContent);

// A canvas in a folded <details> has no size yet.
function whenSeen(figure, then) {
  const watcher = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting || !figure.querySelector(".plot").clientWidth) return;
    watcher.disconnect();
    then();
  }, { rootMargin: "200px" });
  watcher.observe(figure);
}

function draw(figure) {
  undrawn.delete(figure);
  const canvas = figure.querySelector("canvas"), picture = data(figure);
  forgetTheGone();
  drawn.get(canvas)?.destroy();
  const colour = (name) => colourOf(figure, name);
  const isNumeric = picture.kind !== "bars" && picture.series.every((series) => series.x.every((x) => typeof x === "number"));
  const labels = [...new Set(picture.series.flatMap((series) => series.x))];
  const isCounted = isNumeric && labels.every(Number.isInteger);
  const radius = ({ x }, place) => {
    if (picture.kind === "points") return 4 + 2 * Math.min(place, 3); // rings: points may lie on each other
    return x.length > 30 ? 0 : 3;
  };
  const valuesOf = ({ x, y }) =>
    isNumeric ? x.map((each, place) => ({ x: each, y: y[place] })) : labels.map((each) => y[x.indexOf(each)] ?? null);
  const legend = { color: colour("--text"), usePointStyle: true, boxWidth: 7, boxHeight: 7 };
  const axis = (title, ticks = {}) => ({
    title: { display: Boolean(title), text: title, color: colour("--muted") },
    ticks: { color: colour("--muted"), maxRotation: 0, autoSkipPadding: 12, ...ticks },
    grid: { color: colour("--line") },
    border: { color: colour("--line") },
  });
  drawn.set(canvas, new Chart(canvas, {
    type: WAYS[picture.kind],
    data: {
      labels: isNumeric ? undefined : labels.map(String),
      datasets: picture.series.map((series, place) => ({
        label: series.name,
        data: valuesOf(series),
        borderColor: colour(`--series-${place % 8 + 1}`),
        backgroundColor: picture.kind === "points" && place ? "transparent" : colour(`--series-${place % 8 + 1}`),
        borderDash: picture.kind === "lines" ? DASHES[place % DASHES.length] : [],
        borderWidth: picture.kind === "bars" ? 0 : 2,
        pointStyle: SHAPES[place % SHAPES.length],
        pointRadius: radius(series, place),
        spanGaps: false,
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      font: { family: getComputedStyle(figure).fontFamily },
      plugins: { legend: { display: picture.series.length > 1, labels: legend } },
      scales: {
        x: { ...axis(picture.x_label, isCounted ? { precision: 0 } : {}), type: isNumeric ? "linear" : "category" },
        y: axis(picture.y_label),
      },
    },
  }));
}

// A property as the colour it is now: its own text may say light-dark().
function colourOf(element, name) {
  const probe = element.appendChild(document.createElement("span"));
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function forgetTheGone() {
  for (const [canvas, chart] of drawn) if (!canvas.isConnected) { chart.destroy(); drawn.delete(canvas); }
  for (const figure of undrawn) if (!figure.isConnected) undrawn.delete(figure);
}

function listNumbers(figure) {
  const fold = figure.querySelector("[data-numbers]");
  fold.addEventListener("toggle", () => { if (fold.open && !fold.querySelector("table")) fold.append(table(data(figure))); });
}

function table(picture) {
  const xs = [...new Set(picture.series.flatMap((series) => series.x))];
  const ariaLabel = `The numbers of: ${picture.title}`;
  const frame = element("div", { className: "table", tabIndex: 0, role: "region", ariaLabel });
  const head = element("tr", {}, [picture.x_label || "x", ...picture.series.map((series) => series.name)]
    .map((text, place) => element("th", { scope: "col", className: place ? "number" : "", textContent: text })));
  const rows = xs.map((x) => element("tr", {}, [
    element("th", { scope: "row", textContent: shown(x) }),
    ...picture.series.map((series) => element("td", { className: "number", textContent: shown(series.y[series.x.indexOf(x)]) })),
  ]));
  frame.append(element("table", {}, [element("thead", {}, [head]), element("tbody", {}, rows)]));
  return frame;
}

function shown(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : value ?? "–";
}

function element(tag, properties, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

document.addEventListener("themechange", () => {
  for (const canvas of [...drawn.keys()]) if (canvas.isConnected) draw(canvas.closest(".picture"));
});
