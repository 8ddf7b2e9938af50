// A stretch of a chart chosen by dragging is the span of the page, or of the page that the chart leads to; the form of
// two times does the same.

const LEAST = 8;
let drag = null;

/** Lets every chart that says which span it shows be dragged on, also those that come later. */
export function brush() {
  document.addEventListener("pointerdown", (event) => {
    const figure = event.target.closest?.("[data-first]");
    const svg = event.target.closest?.("svg");
    if (figure && svg && event.button === 0 && event.pointerType !== "touch") drag = { figure, svg, from: event.clientX };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || drag.over || Math.abs(event.clientX - drag.from) < LEAST) return;
    drag.band ??= band(drag.figure);
    place(drag, event.clientX);
  });
  document.addEventListener("pointerup", (event) => {
    if (drag?.band && !drag.over) go(drag, event.clientX);
    // The click that belongs to this release comes first.
    setTimeout(() => (drag = null));
  });
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("[data-first] svg")) event.preventDefault();
  });
  // A link under the pointer is not followed where something was chosen, or let go.
  document.addEventListener("click", (event) => (drag?.band || drag?.over) && event.preventDefault(), true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    drag.band?.remove();
    drag.over = true;
  });
}

function band(figure) {
  const made = document.createElement("div");
  made.className = "brush";
  figure.append(made);
  return made;
}

/** Ends of what is chosen, on the screen, within the chart's windows: the margins are of its own coordinates. */
function ends({ figure, svg, from }, to) {
  const { left, width } = svg.getBoundingClientRect();
  const wide = svg.viewBox.baseVal.width;
  const first = left + (figure.dataset.left / wide) * width;
  const last = left + (1 - figure.dataset.right / wide) * width;
  const chosen = [from, to].sort((a, b) => a - b).map((x) => Math.min(Math.max(x, first), last));
  return { chosen, shares: chosen.map((x) => (x - first) / (last - first)) };
}

function place(now, to) {
  const [low, high] = ends(now, to).chosen;
  const around = now.figure.getBoundingClientRect();
  const chart = now.svg.getBoundingClientRect();
  now.band.style.left = `${low - around.left + now.figure.scrollLeft}px`;
  now.band.style.width = `${high - low}px`;
  now.band.style.top = `${chart.top - around.top}px`;
  now.band.style.height = `${chart.height}px`;
}

function go(now, at) {
  const [begin, end] = [Number(now.figure.dataset.first), Number(now.figure.dataset.end)];
  const times = ends(now, at).shares.map((share) => new Date((begin + share * (end - begin)) / 1000));
  const to = now.figure.dataset.to;
  const asked = new URLSearchParams(to?.split("?")[1] ?? location.search);
  for (const name of ["from", "to", "at"]) asked.delete(name);
  asked.set("span", times.map((time) => time.toISOString().replace(/\.\d+Z$/, "+00:00")).join("/"));
  location.assign(`${(to ?? location.pathname).split("?")[0]}?${asked}`);
}
