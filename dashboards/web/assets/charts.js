/* What all charts are made of: colours, axes, ranges, marks and words, as parts of ECharts options. */
(() => {
  "use strict";
  const gs = window.gs;
  // Okabe and Ito 2008; told apart by the colour-blind. Dashes and marks tell them apart without colour.
  const LIGHT = ["#333333", "#0068a3", "#b84e00", "#00735a", "#a3487f", "#7d5f00", "#2b7bab", "#5c4b9b"];
  const DARK = ["#d8d8d8", "#5fb8f0", "#ff9d57", "#3ccfa8", "#eb9cc9", "#e0bd4a", "#9cd3f5", "#b9a8f0"];
  const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [12, 4], [2, 4], [6, 2, 2, 2, 2, 2], [1, 2]];
  const MARKS = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect", "circle"];
  const colour = (n) => (gs.theme.dark ? DARK : LIGHT)[n % LIGHT.length];
  const ink = () => (gs.theme.dark ? "#e8e6e1" : "#22252a");
  const faint = () => (gs.theme.dark ? "#4a4f57" : "#c9ccd1");
  const ground = () => (gs.theme.dark ? "#1b1e23" : "#ffffff");
  const text = (size) => ({ color: ink(), fontSize: size || 13, fontFamily: "system-ui, sans-serif" });

  function base() {
    return {
      animation: false,
      textStyle: text(),
      backgroundColor: ground(),
      legend: {
        bottom: 0,
        textStyle: text(),
        itemWidth: 28,
        type: "scroll",
        pageTextStyle: text(),
        pageIconColor: ink(),
      },
      tooltip: { backgroundColor: ground(), borderColor: faint(), textStyle: text(), confine: true },
    };
  }

  function axis(more) {
    return Object.assign(
      {
        axisLine: { onZero: false, lineStyle: { color: faint() } },
        axisLabel: Object.assign(text(12), more?.axisLabel || {}),
        nameTextStyle: text(12),
        splitLine: { lineStyle: { color: faint(), opacity: 0.5 } },
      },
      Object.fromEntries(Object.entries(more || {}).filter(([key]) => key !== "axisLabel")),
    );
  }

  /* Ranges as lines; data are [low, high, at], at on the other axis; upright for vertical ones; a broad pale line, or a thin one with ends. */
  function lines(data, tint, { upright = false, broad = false, end = 4 } = {}) {
    return {
      type: "custom",
      silent: true,
      data,
      z: broad ? 2 : 4,
      legendHoverLink: false,
      tooltip: { show: false },
      encode: upright ? { x: 2, y: [0, 1] } : { x: [0, 1], y: 2 },
      renderItem(_, api) {
        const [low, high, at] = [api.value(0), api.value(1), api.value(2)];
        const [a, b] = upright
          ? [api.coord([at, low]), api.coord([at, high])]
          : [api.coord([low, at]), api.coord([high, at])];
        const line = (x1, y1, x2, y2, more) => ({
          type: "line",
          shape: { x1, y1, x2, y2 },
          style: Object.assign({ stroke: tint, lineWidth: 1.4 }, more),
        });
        if (broad) return line(a[0], a[1], b[0], b[1], { lineWidth: 9, opacity: 0.38 });
        const [dx, dy] = upright ? [end, 0] : [0, end];
        return {
          type: "group",
          children: [
            line(a[0], a[1], b[0], b[1]),
            line(a[0] - dx, a[1] - dy, a[0] + dx, a[1] + dy),
            line(b[0] - dx, b[1] - dy, b[0] + dx, b[1] + dy),
          ],
        };
      },
    };
  }

  /* Effects as marks: filled where the whole range lies on one side of nothing, hollow where it does not.
     The range is broad, and the interval of the mean thin in it. */
  function marks(name, n, effects, scale, upright, size) {
    const ends = (low, high) =>
      effects
        .filter((x) => gs.known(x.e[low]) && gs.known(x.e[high]))
        .map((x) => [scale * x.e[low], scale * x.e[high], x.at]);
    const style = (e) => ({ color: gs.sure(e) ? colour(n) : ground(), borderColor: colour(n), borderWidth: 2 });
    return [
      lines(ends("range_low", "range_high"), colour(n), { upright, broad: true }),
      lines(ends("effect_low", "effect_high"), colour(n), { upright, end: 3 }),
      {
        type: "scatter",
        name,
        symbol: MARKS[n],
        symbolSize: size,
        itemStyle: { color: colour(n) },
        z: 5,
        data: effects
          .filter((x) => gs.known(x.e.effect))
          .map((x) =>
            Object.assign({}, x, {
              value: upright ? [x.at, scale * x.e.effect] : [scale * x.e.effect, x.at],
              itemStyle: style(x.e),
            }),
          ),
      },
    ];
  }

  /* What is said of a mark: its change, what it could be, and how well the mean is known. */
  function said(page, name, label, e, unit) {
    const mean = gs.reach(e.effect_low, e.effect_high, unit),
      could = gs.reach(e.range_low, e.range_high, unit);
    const parts = [name, `${label}: ${gs.change(e.effect, unit)}`].concat(
      could ? [`${page.range_head}: ${could}`] : [],
      mean ? [`${gs.t("table.mean")}: ${mean}`] : [],
    );
    return parts.map((part) => echarts.format.encodeHTML(part)).join("<br>");
  }

  /* The words that mark a first look, in the picture itself, so that they are in what is downloaded too. */
  const looked = (page) =>
    page.first_look
      ? {
          graphic: [
            {
              type: "text",
              right: 8,
              top: 6,
              style: Object.assign(
                { text: gs.t("look.mark"), fill: ink() },
                { font: "600 12px system-ui, sans-serif" },
              ),
            },
          ],
        }
      : {};

  /* A band between two courses; data are [month, low, high]. */
  function band(data, tint) {
    return {
      type: "custom",
      silent: true,
      data,
      z: 1,
      tooltip: { show: false },
      encode: { x: 0, y: [1, 2] },
      renderItem(params, api) {
        if (params.dataIndex !== 0) return undefined;
        const points = data
          .map((d) => api.coord([d[0], d[2]]))
          .concat(
            data
              .slice()
              .reverse()
              .map((d) => api.coord([d[0], d[1]])),
          );
        return { type: "polygon", shape: { points }, style: { fill: tint, opacity: 0.16 } };
      },
    };
  }

  const scaled = (unit) => (unit === "share" ? 100 : 1);
  const across = (unit) => gs.t(unit === "share" ? "chart.points" : "chart.per_resident");
  /* The name of an axis along the foot, in as many lines as a phone needs. */
  const foot = (words) => {
    const narrow = window.innerWidth < 700,
      middle = words.indexOf(" ", words.length / 2 - 3);
    return {
      name: narrow && words.length > 24 && middle > 0 ? `${words.slice(0, middle)}\n${words.slice(middle + 1)}` : words,
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: Object.assign(text(12), { lineHeight: 14 }),
    };
  };

  gs.charts = {
    colour,
    ink,
    ground,
    faint,
    text,
    base,
    axis,
    lines,
    marks,
    said,
    looked,
    band,
    scaled,
    across,
    foot,
    DASHES,
    MARKS,
  };
})();
