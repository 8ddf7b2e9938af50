// Keys: g then a letter goes to a part, / finds, ? lists them. Everything here is also a link or a form.
let went = 0;
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, [contenteditable]") || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector(".find input")?.focus();
  } else if (event.key === "g") {
    went = event.timeStamp;
  } else if (event.timeStamp - went < 1200) {
    document.querySelector(`.parts [data-key="${CSS.escape(event.key)}"]`)?.click();
    went = 0;
  }
});
