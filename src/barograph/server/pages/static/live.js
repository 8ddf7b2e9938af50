// How much is new since the page was made. Nothing moves: it is said, and shown when it is clicked.

/** Follows what is new while the page can be seen: a browser opens only few streams to one server. */
export function follow(news) {
  if (!news?.dataset.source) return;
  let stream = null;
  const look = () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      stream = new EventSource(news.dataset.source);
      stream.addEventListener("message", (event) => say(news, JSON.parse(event.data)));
    }
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => stream?.close());
  look();
}

function say(news, { incidents, windows }) {
  const told = [
    incidents ? news.dataset.incidents.replace("#", incidents) : "",
    windows ? news.dataset.windows.replace("#", windows) : "",
  ].filter(Boolean);
  if (!told.length) return;
  const link = document.createElement("a");
  // With a hash it would lead to a place of this page, and load nothing.
  link.href = location.pathname + location.search;
  link.textContent = `${told.join(" · ")} – ${news.dataset.show}`;
  news.replaceChildren(link);
  news.hidden = false;
}
