// Keys, what is new, and pages that stay current. Everything here is also a link or a form.
import { takeDrops } from "./drop.js";
import { brush } from "./brush.js";
import { follow } from "./live.js";
import { readCharts } from "./readout.js";

const WRITING = "input, textarea, select, [contenteditable]";
const FIELD = "input:not([type=hidden]), textarea, select";
const WAIT_MS = 1200;
let went = -Infinity;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    leave(event.target);
  } else if (!event.target.closest(WRITING) && !event.metaKey && !event.ctrlKey && !event.altKey) {
    if (pressed(event)) event.preventDefault();
  }
});

/** Does what a key stands for; whether it stands for something. */
function pressed(event) {
  if (event.timeStamp - went < WAIT_MS) {
    went = -Infinity;
    return click(`.parts [data-key="${CSS.escape(event.key)}"]`);
  }
  switch (event.key) {
    case "g":
      went = event.timeStamp;
      return true;
    case "/":
      return focus(document.querySelector(".find input"));
    case "?":
      return click("#keys > summary");
    case "j":
      return step(1);
    case "k":
      return step(-1);
    case "c":
      return compare();
    default:
      return click(`main [data-key="${CSS.escape(event.key)}"]`);
  }
}

/** Compares the model of the row that has the focus, else what the page is of. */
function compare() {
  const row = document.activeElement.closest("main [data-compare]");
  if (!row) return click('main [data-key="c"]');
  location.href = row.dataset.compare;
  return true;
}

function click(selector) {
  const found = document.querySelector(selector);
  if (!found) return false;
  if (found.matches(WRITING)) return focus(found);
  found.click();
  if (found.matches("summary")) focus(found.parentElement.querySelector(FIELD) ?? found);
  return true;
}

function focus(found) {
  found?.focus();
  found?.scrollIntoView({ block: "nearest" });
  return Boolean(found);
}

/** The next or the last row of what the page lists, by its first link. */
function step(by) {
  const links = [...document.querySelectorAll("main tbody tr, main .row")].map((row) => row.querySelector("a[href]"));
  const rows = links.filter((link) => link && link.offsetParent);
  const at = rows.findIndex((link) => link.closest("tr, .row").contains(document.activeElement));
  return focus(rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)]);
}

/** Closes what is open around an element and goes back to what opened it. */
function leave(target) {
  const open = target.closest("details.who[open], details.pop[open], details#keys[open]");
  if (!open) {
    if (target.matches(WRITING)) target.blur();
    return;
  }
  open.open = false;
  open.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.who[open], details.pop[open], details#keys[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

follow(document.getElementById("news"));
brush();
readCharts();
takeDrops();
