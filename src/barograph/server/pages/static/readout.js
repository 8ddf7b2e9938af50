// What a chart says of the window, bin or category somebody points at: with a mouse, a finger, or the arrow keys.
// Its own parts hold it (their <title>, which browsers show without scripts); charts of one span show the same window.

const PART = ".brg-target";
/** What is known of a chart: its parts in order, and where each begins and ends across. */
const charts = new WeakMap();
const said = new WeakMap();
let marked = [];
let read = null;
let before = null;

/** Lets every chart with such parts be read, also those that come later. */
export function readCharts() {
  document.addEventListener("pointermove", (event) => (event.buttons && event.pointerType === "mouse" ? hide() : point(event)));
  document.addEventListener("pointerdown", (event) => {
    before = event.pointerType === "touch" ? { part: read } : null;
    if (before) point(event);
  });
  // A finger that points at a window reads it first, and follows its link the second time.
  document.addEventListener("click", (event) => {
    const part = event.target.closest?.(PART);
    if (part && before && before.part !== part) event.preventDefault();
    before = null;
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    else if (event.target.matches?.(".reader") && turn(event)) event.preventDefault();
  });
  document.addEventListener("focusin", (event) => event.target.matches?.(".reader") && begin(event.target));
  document.addEventListener("focusout", hide);
  window.addEventListener("scroll", follow, { passive: true, capture: true });
  document.documentElement.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
  document.addEventListener("htmx:after:swap", addReaders);
  addReaders();
}

/** Beside each chart that can be read something that takes the keys of the arrows, and says what they lead to. */
function addReaders() {
  for (const svg of document.querySelectorAll("svg.brg-chart")) {
    if (svg.nextElementSibling?.matches(".reader") || !svg.querySelector(PART)) continue;
    const made = document.createElement("div");
    made.className = "reader";
    made.tabIndex = 0;
    const own = { role: "slider", "aria-label": svg.getAttribute("aria-label"), "aria-valuemin": 1, "aria-valuenow": 1 };
    for (const [name, value] of Object.entries(own)) made.setAttribute(name, value);
    svg.after(made);
    svg.parentElement.classList.add("is-readable");
  }
}

function point(event) {
  const under = event.pointerType === "mouse" ? event.target : document.elementFromPoint(event.clientX, event.clientY);
  const part = under?.closest?.(PART);
  if (part) show(part);
  else if (!document.activeElement?.matches(".reader")) hide();
}

/** A chart's parts; what they say is taken out of their titles, which would be shown a second time. */
function partsOf(svg) {
  if (!charts.has(svg)) {
    const parts = [...svg.querySelectorAll(PART)];
    const places = parts.map((part) => part.getBBox()).map(({ x, y, width }) => ({ from: x, to: x + width, y }));
    charts.set(svg, { parts, places });
    for (const part of parts) {
      const title = part.querySelector("title");
      said.set(part, title.textContent.split("\n"));
      part.closest("a")?.setAttribute("aria-label", title.textContent);
      title.remove();
    }
  }
  return charts.get(svg);
}

function show(part) {
  if (part === read) return;
  const svg = part.ownerSVGElement;
  const { parts, places } = partsOf(svg);
  hide();
  read = part;
  mark(part);
  const { from, to } = places[parts.indexOf(part)];
  for (const each of besides(svg, (from + to) / 2)) mark(each);
  place(tell(said.get(part), svg.dataset.foot), part.getBoundingClientRect());
}

function mark(part) {
  part.classList.add("is-read");
  marked.push(part);
}

/** The parts of the page's other charts of the same span that are of the same time as a place across this one. */
function besides(svg, x) {
  const figure = svg.closest("[data-first]");
  if (!figure) return [];
  const { first, end } = figure.dataset;
  const share = (x - figure.dataset.left) / wide(svg, figure);
  const others = [...document.querySelectorAll(`[data-first="${first}"][data-end="${end}"]`)].filter((each) => each !== figure);
  return others.flatMap((other) => {
    const drawn = other.querySelector("svg");
    if (!drawn?.getClientRects().length) return [];
    const at = Number(other.dataset.left) + share * wide(drawn, other);
    const { parts, places } = partsOf(drawn);
    return parts.filter((_, i) => places[i].from <= at && at < places[i].to);
  });
}

function wide(svg, figure) {
  return svg.viewBox.baseVal.width - figure.dataset.left - figure.dataset.right;
}

function tell([head, ...lines], foot) {
  const box = document.getElementById("readout") ?? document.body.appendChild(document.createElement("div"));
  box.id = "readout";
  box.setAttribute("aria-hidden", "true");
  box.replaceChildren(line("b", head), ...lines.map((text) => line("span", text)));
  if (foot) box.append(...foot.split("\n").map((text) => line("small", text)));
  box.hidden = false;
  return box;
}

function line(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

/** Above what is read, else below it, within the window. */
function place(box, around) {
  const { width, height } = box.getBoundingClientRect();
  const room = document.documentElement.clientWidth - width - 4;
  box.style.left = `${Math.max(4, Math.min(around.left + (around.width - width) / 2, room))}px`;
  box.style.top = `${around.top - height - 8 >= 4 ? around.top - height - 8 : around.bottom + 8}px`;
}

/** What keys lead to stays beside its chart while the page moves; what was pointed at is no longer under the pointer. */
function follow() {
  if (read && document.activeElement?.matches(".reader")) place(document.getElementById("readout"), read.getBoundingClientRect());
  else hide();
}

function hide() {
  for (const part of marked) part.classList.remove("is-read");
  [marked, read] = [[], null];
  const box = document.getElementById("readout");
  if (box) box.hidden = true;
}

/** Begins with the last part, which is the latest. */
function begin(reader) {
  const { parts } = partsOf(reader.previousElementSibling);
  reader.setAttribute("aria-valuemax", parts.length);
  go(reader, read && parts.includes(read) ? parts.indexOf(read) : parts.length - 1);
}

function go(reader, at) {
  const { parts } = partsOf(reader.previousElementSibling);
  const next = Math.min(Math.max(at, 0), parts.length - 1);
  show(parts[next]);
  reader.setAttribute("aria-valuenow", next + 1);
  reader.setAttribute("aria-valuetext", said.get(parts[next]).join(", "));
}

/** Does what a key stands for on a chart; whether it stands for something. */
function turn({ key, target: reader }) {
  const { parts, places } = partsOf(reader.previousElementSibling);
  const at = reader.getAttribute("aria-valuenow") - 1;
  const to = {
    ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 0, End: () => parts.length - 1,
    ArrowUp: () => row(places, at, -1) ?? at + 1, ArrowDown: () => row(places, at, 1) ?? at - 1,
  }[key];
  if (to) go(reader, to());
  else if (key === "Enter") parts[at].closest("a")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  return Boolean(to) || key === "Enter";
}

/** The nearest part of the next row above (-1) or below (1); null where all parts stand beside each other. */
function row(places, at, by) {
  if (places.every(({ y }) => y === places[0].y)) return null;
  const ahead = places.map(({ y }) => (y - places[at].y) * by).filter((far) => far > 0);
  if (!ahead.length) return at;
  const y = places[at].y + by * Math.min(...ahead);
  const middle = ({ from, to }) => Math.abs((from + to) / 2 - (places[at].from + places[at].to) / 2);
  return places.reduce((best, each, i) => (each.y === y && (best === null || middle(each) < middle(places[best])) ? i : best), null);
}
