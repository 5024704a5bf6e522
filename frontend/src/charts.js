// Draws figures. The data is in a script tag, the same numbers are in a table for those who cannot see the picture.
import { BarChart, EffectScatterChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GeoComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import china from "china-outline/map/json/china.json";
import { options } from "./options.js";

echarts.use([
  AriaComponent, BarChart, CanvasRenderer, EffectScatterChart, GeoComponent, GridComponent,
  LegendComponent, LineChart, ScatterChart, TooltipComponent,
]);
echarts.registerMap("china", china);

const drawn = new Map();

function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--fc-${name}`).trim();
  return Object.fromEntries(
    ["ink", "soft", "line", "land", "edge", "good", "warn", "bad", "c1", "c2", "c3", "c4", "c5"].map((name) => [name, colour(name)]),
  );
}

function opens(chart) {
  chart.on("click", ({ data }) => {
    if (data?.href) location.assign(data.href);
  });
}

export function draw(figure) {
  const facts = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const canvas = figure.querySelector("[data-canvas]");
  if (!options[figure.dataset.chart] || !facts.rows.length) return;
  canvas.hidden = false;
  if (facts.lying) canvas.style.height = `${Math.max(5, 2.5 + facts.rows.length * (facts.columns.length > 2 ? 2.6 : 1.8))}rem`;
  if (facts.small) canvas.style.height = "9rem";
  figure.setAttribute("data-drawn", "");
  figure.querySelector("details")?.removeAttribute("open");
  const chart = echarts.init(canvas, null, { locale: document.documentElement.lang.startsWith("zh") ? "ZH" : "EN" });
  chart.setOption(options[figure.dataset.chart](facts, palette(), canvas.clientWidth, canvas.clientHeight));
  drawn.set(canvas, { chart, facts, kind: figure.dataset.chart });
  opens(chart);
  sizes.observe(canvas);
}

function redraw() {
  for (const [canvas, { chart, facts, kind }] of drawn) {
    chart.setOption(options[kind](facts, palette(), canvas.clientWidth, canvas.clientHeight), true);
  }
}

const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => drawn.get(target)?.chart.resize()));
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
