// A form with a file becomes a place to drop one on.

/** Takes what is dropped on a form with `data-drop` as its file, and sends it. */
export function takeDrops() {
  for (const form of document.querySelectorAll("form[data-drop]")) {
    const file = form.querySelector("input[type=file]");
    const mark = (event) => {
      event.preventDefault();
      form.classList.toggle("is-over", event.type === "dragover");
    };
    form.addEventListener("dragover", mark);
    form.addEventListener("dragleave", mark);
    form.addEventListener("drop", (event) => {
      mark(event);
      if (!event.dataTransfer.files.length) return;
      file.files = event.dataTransfer.files;
      form.requestSubmit();
    });
    file.addEventListener("change", () => file.files.length && form.requestSubmit());
  }
}
