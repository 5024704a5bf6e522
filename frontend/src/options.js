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

const measured = (facts, ink) => ({
  ...value(facts, ink), minInterval: 0, scale: true, axisLabel: { ...text(ink), formatter: withUnit(facts), hideOverlap: true },
});

// A line with its interval, and what it is held against.
function band(facts, ink) {
  const column = (place) => facts.rows.map((row) => row[place]);
  const width = facts.rows.map((row) => (row[2] === null || row[3] === null ? null : row[3] - row[2]));
  const plain = { type: "line", symbol: "none", lineStyle: { opacity: 0 }, stack: "interval", silent: true };
  const said = ([{ dataIndex }]) => {
    const [name, value_, low, high, cases] = facts.rows[dataIndex];
    const spread = low === null ? "" : `<br>${withUnit(facts)(low)} – ${withUnit(facts)(high)}`;
    return `${name}<br><b>${withUnit(facts)(value_)}</b>${spread}<br>n = ${number(cases)}`;
  };
  const target = facts.target === undefined ? [] : [{
    name: "target", type: "line", symbol: "none", silent: true, data: facts.rows.map(() => facts.target),
    lineStyle: { color: ink.soft, type: "dashed", width: 1 },
  }];
  return {
    ...frame(facts, ink),
    legend: { show: false },
    grid: { left: 4, right: 12, top: 10, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", confine: true, formatter: said },
    xAxis: { ...category(facts, ink), boundaryGap: facts.rows.length < 2 },
    yAxis: { ...measured(facts, ink), ...(facts.unit === "%" ? { max: ({ max }) => Math.min(100, Math.ceil(max)) } : {}) },
    series: [
      { ...plain, name: "low", data: column(2) },
      { ...plain, name: "interval", data: width, areaStyle: { color: ink.c1, opacity: 0.18 } },
      ...target,
      { name: facts.columns[1], type: "line", data: column(1), symbolSize: 5, lineStyle: { width: 2, color: ink.c1 }, itemStyle: { color: ink.c1 } },
    ],
  };
}

// A funnel plot: what chance alone does at each number of cases, and who lies outside of it.
function limits(facts, ink) {
  const [, measure, cases] = facts.columns;
  const colour = (zone) => (zone === "worse" ? ink.bad : zone === "better" ? ink.good : ink.c1);
  const curve = (place, type) => ({
    type: "line", symbol: "none", silent: true, smooth: true, data: facts.curves.map((row) => [row[0], row[place]]),
    lineStyle: { color: ink.soft, width: 1, type },
  });
  const most = facts.curves.at(-1)?.[0] ?? 1;
  return {
    ...frame(facts, ink),
    legend: { show: false },
    grid: { left: 8, right: 16, top: 24, bottom: 24, containLabel: true },
    tooltip: {
      trigger: "item", confine: true,
      formatter: ({ data }) => (data?.name ? `${data.name}<br>${measure}: <b>${withUnit(facts)(data.value[1])}</b><br>${cases}: ${number(data.value[0])}` : ""),
    },
    xAxis: {
      ...value(facts, ink), minInterval: 1, min: 0, max: most, name: cases, nameLocation: "middle", nameGap: 26, nameTextStyle: text(ink),
      axisLabel: { ...text(ink), formatter: (n) => number(n), hideOverlap: true, showMaxLabel: false },
    },
    yAxis: { ...measured(facts, ink), ...(facts.unit === "%" ? { min: 0, max: 100 } : {}) },
    series: [
      { type: "line", symbol: "none", silent: true, data: [[0, facts.centre], [most, facts.centre]], lineStyle: { color: ink.ink, width: 1 } },
      curve(1, "dashed"), curve(2, "dashed"), curve(3, "solid"), curve(4, "solid"),
      {
        type: "scatter", symbolSize: 9, cursor: "pointer",
        data: facts.rows.map(([name, share, n, href, zone]) => ({
          name, value: [n, share], href, symbol: zone ? "diamond" : "circle", symbolSize: zone ? 12 : 8,
          itemStyle: { color: colour(zone), opacity: 0.85 },
        })),
      },
    ],
  };
}

export const options = { bars, line, funnel, waterfall, map, band, limits };
