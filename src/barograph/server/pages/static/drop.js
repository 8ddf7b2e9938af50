// A form with a file becomes a place to drop one on.

/** Takes what is dropped on a form with `data-drop` as its file, and sends it unless it is larger than is taken. */
export function takeDrops() {
  for (const form of document.querySelectorAll("form[data-drop]")) {
    const file = form.querySelector("input[type=file]");
    const send = () => {
      const large = [...file.files].some((each) => each.size > Number(form.dataset.most));
      file.setCustomValidity(large ? form.dataset.tooLarge : "");
      if (file.files.length && form.reportValidity()) form.requestSubmit();
    };
    const mark = (event) => {
      event.preventDefault();
      form.classList.toggle("is-over", event.type === "dragover");
    };
    form.addEventListener("dragover", mark);
    form.addEventListener("dragleave", mark);
    form.addEventListener("drop", (event) => {
      mark(event);
      if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
      send();
    });
    file.addEventListener("change", send);
  }
}
