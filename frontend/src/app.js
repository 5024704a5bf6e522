// Everything a page gains from JavaScript. Pages work without it.
import { listenForCopies } from "./copying.js";
import { listenForKeys } from "./keyboard.js";
import { listenForRequests } from "./requests.js";

async function drawCharts(root) {
  const figures = root.querySelectorAll("figure[data-chart]:not([data-drawn])");
  if (!figures.length) return;
  const { draw } = await import("./charts.js");
  figures.forEach(draw);
}

// A drawing that is wider than its frame is shown from where it starts, which is in its middle.
function showStarts(root) {
  for (const start of root.querySelectorAll(".fc-table-frame > svg.pb rect.e")) {
    const frame = start.closest(".fc-table-frame");
    if (start !== frame.querySelector("rect.e")) continue;
    frame.scrollLeft = start.x.baseVal.value + start.width.baseVal.value / 2 - frame.clientWidth / 2;
  }
}

listenForKeys();
listenForRequests();
listenForCopies();
drawCharts(document);
showStarts(document);
document.addEventListener("htmx:load", (event) => drawCharts(event.target.parentElement ?? document));
