// One function per kind of chart: facts {columns, rows, unit, places} and a palette in, an ECharts option out.

const number = (value, places = 0) =>
  value === null || value === undefined ? "–" : Number(value).toLocaleString("en-US", { maximumFractionDigits: places });
const withUnit = (facts) => (value) => `${number(value, facts.places)}${facts.unit === "%" ? " %" : facts.unit ? ` ${facts.unit}` : ""}`;
const colours = (ink) => [ink.c1, ink.c2, ink.c3, ink.c4, ink.c5];
const text = (ink) => ({ color: ink.soft, fontSize: 12 });

function frame(facts, ink) {
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    color: colours(ink),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: { trigger: "axis", confine: true, valueFormatter: withUnit(facts), axisPointer: { type: "shadow" } },
    legend: { type: "scroll", show: facts.columns.length > 2, top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: text(ink) },
    grid: { left: 4, right: 12, top: facts.columns.length > 2 ? 30 : 10, bottom: 4, containLabel: true },
  };
}

const category = (facts, ink) => ({
  type: "category",
  data: facts.rows.map((row) => row[0]),
  axisLabel: { ...text(ink), hideOverlap: true },
  axisTick: { show: false },
  axisLine: { lineStyle: { color: ink.line } },
});
const value = (facts, ink) => ({
  type: "value",
  ...(facts.places ? {} : { minInterval: 1 }),
  axisLabel: { ...text(ink), formatter: (number_) => number(number_, facts.places) },
  splitLine: { lineStyle: { color: ink.line } },
});
const series = (facts, extra) =>
  facts.columns.slice(1).map((name, index) => ({ name, data: facts.rows.map((row) => row[index + 1]), ...extra }));

function bars(facts, ink, width) {
  const lying = facts.lying ?? (facts.rows.length > 4 && width < 480);
  const names = { ...category(facts, ink), ...(lying ? { inverse: true } : {}) };
  return {
    ...frame(facts, ink),
    xAxis: lying ? value(facts, ink) : names,
    yAxis: lying ? names : value(facts, ink),
    series: series(facts, { type: "bar", barMaxWidth: 28, ...(facts.stacked ? { stack: "all" } : {}) }),
  };
}

function line(facts, ink) {
  return {
    ...frame(facts, ink),
    xAxis: { ...category(facts, ink), boundaryGap: false },
    yAxis: value(facts, ink),
    series: series(facts, { type: "line", showSymbol: facts.rows.length < 32, symbolSize: 5, lineStyle: { width: 2 } }),
  };
}

// Lying bars, not the usual tapering shape: lengths compare, and the words have room.
function funnel(facts, ink, width) {
  const narrow = width < 480;
  const first = facts.rows[0][1] || 1;
  const share = (count) => `${number((100 * count) / first, 1)} %`;
  const said = ({ value }) => (narrow ? `${number(value)} · ${share(value)}` : `${withUnit(facts)(value)} · ${share(value)}`);
  return {
    ...frame(facts, ink),
    grid: { left: 4, right: narrow ? 104 : 172, top: 4, bottom: 4, containLabel: true },
    legend: { show: false },
    xAxis: { type: "value", show: false, max: first },
    yAxis: { ...category(facts, ink), inverse: true, axisLine: { show: false }, axisLabel: { ...text(ink), color: ink.ink, interval: 0 } },
    series: [{
      type: "bar", barCategoryGap: "22%", showBackground: true, backgroundStyle: { color: ink.line, opacity: 0.35 },
      label: { show: true, position: "right", color: ink.ink, formatter: said },
      itemStyle: { color: ink.c1 }, barMaxWidth: 28,
      data: facts.rows.map(([name, count, href]) => ({ name, value: count, href })),
    }],
  };
}

function waterfall(facts, ink, width) {
  const room = Math.max(28, Math.floor((width - 70) / facts.rows.length) - 6);
  let level = 0;
  const steps = facts.rows.map(([name, delta, kind, href]) => {
    const from = kind === "total" ? 0 : level;
    level = kind === "total" ? delta : level + delta;
    return { name, delta, href, low: Math.min(from, level), size: Math.abs(level - from), kind };
  });
  const tint = (step) => (step.kind === "total" ? ink.c1 : step.delta < 0 ? ink.bad : ink.good);
  return {
    ...frame(facts, ink),
    legend: { show: false },
    tooltip: { trigger: "item", confine: true, formatter: ({ data }) => `${data.name}<br><b>${withUnit(facts)(data.delta)}</b>` },
    xAxis: { ...category(facts, ink), axisLabel: { ...text(ink), interval: 0, overflow: "break", width: room } },
    yAxis: value(facts, ink),
    series: [
      { type: "bar", stack: "fall", silent: true, itemStyle: { color: "transparent" }, data: steps.map((step) => step.low) },
      {
        type: "bar", stack: "fall", barMaxWidth: 44,
        label: { show: true, position: "top", color: ink.ink, fontSize: 11, formatter: ({ data }) => number(data.delta, facts.places) },
        data: steps.map((step) => ({ ...step, value: step.size, itemStyle: { color: tint(step) } })),
      },
    ],
  };
}

function map(facts, ink, width, height) {
  const [name, , , measure] = facts.columns;
  const tint = (score) =>
    score === null || score === undefined ? ink.soft : score >= facts.good ? ink.good : score < facts.bad ? ink.bad : ink.warn;
  const points = facts.rows.map(([label, lat, lon, score, size, href]) => ({
    name: label, value: [lon, lat, score], href, symbolSize: 6 + 2 * Math.sqrt(size ?? 1), itemStyle: { color: tint(score) },
  }));
  const late = points.filter((point) => point.value[2] !== null && point.value[2] < facts.bad);
  const layer = { coordinateSystem: "geo", cursor: "pointer", itemStyle: { opacity: 0.85, borderColor: ink.land, borderWidth: 1 } };
  return {
    animation: false,
    tooltip: {
      trigger: "item", confine: true,
      formatter: ({ data }) => (data?.value ? `${data.name}<br>${measure}: <b>${withUnit(facts)(data.value[2])}</b>` : ""),
    },
    geo: {
      map: "china", roam: true, silent: true, layoutCenter: ["50%", "50%"], layoutSize: Math.min(width, height * 1.27), scaleLimit: { min: 1, max: 12 },
      boundingCoords: [[73, 54], [135.5, 17.5]],
      itemStyle: { areaColor: ink.land, borderColor: ink.edge, borderWidth: 0.6 }, label: { show: false }, emphasis: { disabled: true },
    },
    series: [
      { name, type: "scatter", data: points, ...layer },
      ...(late.length <= 12 ? [{ name, type: "effectScatter", data: late, rippleEffect: { scale: 2.2 }, ...layer }] : []),
    ],
  };
}

export const options = { bars, line, funnel, waterfall, map };
