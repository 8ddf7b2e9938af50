"use strict";
const table = document.querySelector("table[data-sortable]");
if (table) {
  const body = table.tBodies[0], rows = [...body.rows];
  const filter = document.createElement("input");
  filter.className = "brg-filter"; filter.type = "search"; filter.placeholder = table.dataset.filter;
  filter.setAttribute("aria-label", table.dataset.filterBy);
  const parts = [...rows, ...document.querySelectorAll(".brg-column")];
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    for (const part of parts) part.hidden = !part.dataset.name.toLowerCase().includes(wanted);
  });
  table.before(filter);
  [...table.tHead.rows[0].cells].forEach((head, i) => {
    if (!("sort" in head.dataset)) return;
    const button = document.createElement("button");
    button.append(...head.childNodes); head.append(button);
    let sign = -1;
    button.addEventListener("click", () => {
      sign = -sign;
      const key = row => row.cells[i].dataset.v ?? row.cells[i].textContent;
      rows.sort((a, b) => sign * (isNaN(key(a)) || isNaN(key(b)) ? key(a).localeCompare(key(b)) : key(a) - key(b)));
      body.append(...rows);
    });
  });
}
