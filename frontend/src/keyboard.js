// "/" search, "j" and "k" move in a list, Enter opens, "?" shows help, Escape closes.

const ROWS = "[data-row], .fc-table tbody tr";

const typing = (element) => element.closest("input, textarea, select, [contenteditable=true]") !== null;
const visible = (element) => element.getClientRects().length > 0;
const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => visible(row) && opener(row));
const opener = (row) => (row.matches("a[href]") ? row : row.querySelector("[data-open], a[href], summary, button"));

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement) || row.hasAttribute("data-current"));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  document.querySelectorAll("[data-current]").forEach((row) => row.removeAttribute("data-current"));
  all[next].setAttribute("data-current", "");
  opener(all[next]).focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

function open() {
  const row = document.querySelector("[data-current]");
  if (row) opener(row)?.click();
}

function help() {
  const dialog = document.getElementById("fc-keys");
  if (dialog && !dialog.open) dialog.showModal();
}

function search(event) {
  const field = document.querySelector("[data-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/") search(event);
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "?") help();
    else if (event.key === "Enter" && event.target === document.body) open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) help();
  });
}
