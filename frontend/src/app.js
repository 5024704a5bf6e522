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

listenForKeys();
listenForRequests();
listenForCopies();
drawCharts(document);
document.addEventListener("htmx:load", (event) => drawCharts(event.target.parentElement ?? document));
