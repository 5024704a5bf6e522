// What the person sees while HTMX waits for the server, and when it fails.

function say(text) {
  const line = document.getElementById("fc-say");
  if (!line) return;
  line.textContent = text;
  line.hidden = false;
}

function hush() {
  const line = document.getElementById("fc-say");
  if (line) line.hidden = true;
}

function keepFocus(event) {
  // A swapped row takes the focus that its predecessor had, so that the keyboard stays where it was.
  const row = event.detail.elt;
  const target = row?.querySelector?.("[autofocus], a[href], button:enabled, input:not([type=hidden])");
  if (document.activeElement === document.body && target && row.matches("[data-row], tr")) target.focus();
}

export function listenForRequests() {
  const words = document.body.dataset;
  document.addEventListener("htmx:beforeRequest", hush);
  document.addEventListener("htmx:sendError", () => say(words.sayOffline));
  document.addEventListener("htmx:responseError", (event) => say(`${words.sayFailed} (${event.detail.xhr.status})`));
  document.addEventListener("htmx:afterSettle", keepFocus);
}
