/* Charts of a study and of worlds that are watched, as ECharts options. */
(() => {
  "use strict";
  const gs = window.gs;
  const { colour, ink, ground, text, base, axis, lines, DASHES, MARKS } = gs.charts;

  /* Sensitivity indices with 95 % intervals, the largest first. */
  function bars(rows) {
    return Object.assign(base(), {
      grid: { left: 8, right: 20, top: 8, bottom: 40, containLabel: true },
      xAxis: axis({ type: "value", name: gs.t("study.index"), nameLocation: "middle", nameGap: 26 }),
      yAxis: axis({
        type: "category",
        inverse: true,
        data: rows.map((r) => r.factor),
        axisLabel: { width: 150, overflow: "break" },
      }),
      series: [
        {
          type: "bar",
          barMaxWidth: 20,
          data: rows.map((r) => ({
            value: r.value,
            itemStyle: { color: r.differs_from_zero ? colour(1) : ground(), borderColor: colour(1), borderWidth: 1.5 },
          })),
        },
        lines(
          rows.map((r, n) => [r.low, r.high, n]),
          ink(),
        ),
      ],
    });
  }

  /* A name on lines of some width in pixels. */
  function wrapped(name, width) {
    const lines = [""];
    for (const word of name.split(" ")) {
      const at = lines.length - 1;
      if (lines[at] && (lines[at].length + 1 + word.length) * 6 > width) lines.push(word);
      else lines[at] += (lines[at] ? " " : "") + word;
    }
    return lines.join("\n");
  }

  /* Every run or point as a line across its factors and measures. */
  function parallel(columns, rows, tint, width) {
    const narrow = width < 600; // there the axes lie below one another, with their names to the left
    const wide = narrow ? 120 : Math.max(60, Math.floor((width - 120) / Math.max(columns.length - 1, 1)) - 8);
    return Object.assign(base(), {
      legend: { show: false },
      // names are as wide as the gaps between the axes, so that none runs into its neighbour; numbers have the digits that tell them apart
      parallel: {
        layout: narrow ? "vertical" : "horizontal",
        left: narrow ? 140 : 60,
        right: narrow ? 20 : 60,
        top: narrow ? 30 : 110,
        bottom: 30,
        parallelAxisDefault: {
          nameLocation: narrow ? "start" : "end",
          nameTextStyle: Object.assign(text(11), { lineHeight: 13 }),
          axisLabel: Object.assign(text(11), {
            hideOverlap: true,
            formatter: (v) => (typeof v === "number" ? String(+v.toPrecision(3)) : v),
          }),
          axisLine: { lineStyle: { color: ink() } },
        },
      },
      parallelAxis: columns.map((c, n) =>
        c.categories
          ? { dim: n, name: wrapped(c.name, wide), type: "category", data: c.categories }
          : { dim: n, name: wrapped(c.name, wide), scale: true },
      ),
      series: [
        {
          type: "parallel",
          data: rows,
          lineStyle: { color: colour(1), width: 1, opacity: Math.max(0.06, Math.min(0.5, 60 / rows.length)) },
          smooth: false,
          inactiveOpacity: 0.02,
        },
      ],
      visualMap:
        tint === null
          ? undefined
          : {
              show: false,
              dimension: tint,
              min: Math.min(...rows.map((r) => r[tint])),
              max: Math.max(...rows.map((r) => r[tint])),
              inRange: { color: gs.theme.dark ? ["#f0c24a", "#5fb8f0"] : ["#a35a00", "#0068a3"] },
            },
    });
  }

  /* Points of two columns: inside and outside a box, or finalists with those that are not distinguishable from the best. */
  function scatter(sets, x, y) {
    return Object.assign(base(), {
      grid: { left: 8, right: 24, top: 30, bottom: 64, containLabel: true },
      tooltip: Object.assign(base().tooltip, {
        formatter: (p) =>
          echarts.format.encodeHTML(`${p.data.words || p.seriesName}`) +
          "<br>" +
          echarts.format.encodeHTML(x) +
          ": " +
          +p.value[0].toPrecision(4) +
          "<br>" +
          echarts.format.encodeHTML(y) +
          ": " +
          +p.value[1].toPrecision(4),
      }),
      xAxis: axis({
        type: "value",
        scale: true,
        name: x,
        nameLocation: "middle",
        nameGap: 26,
        nameTextStyle: Object.assign(text(12), { width: 300, overflow: "truncate" }),
      }),
      yAxis: axis({ type: "value", scale: true, name: y, nameTextStyle: Object.assign(text(12), { align: "left" }) }),
      series: sets.flatMap((one, n) =>
        [
          {
            type: "scatter",
            name: one.name,
            data: one.data,
            symbol: MARKS[n],
            symbolSize: one.size || 8,
            itemStyle: {
              color: one.hollow ? "transparent" : colour(n + 1),
              borderColor: colour(n + 1),
              borderWidth: 1.5,
            },
          },
        ].concat(one.ends ? [lines(one.ends, colour(n + 1), { upright: true, end: 3 })] : []),
      ),
    });
  }

  /* Lines over the months with the month that is shown marked. */
  function months(lines, shown, unit) {
    return Object.assign(base(), {
      grid: { left: 8, right: 20, top: 28, bottom: 52, containLabel: true },
      tooltip: Object.assign(base().tooltip, { trigger: "axis" }),
      xAxis: axis({ type: "value", min: 1, max: lines[0].values.length, splitLine: { show: false } }),
      yAxis: axis({
        type: "value",
        scale: true,
        name: unit,
        nameTextStyle: Object.assign(text(12), { align: "left" }),
      }),
      series: lines.map((one, n) => ({
        type: "line",
        name: one.name,
        symbol: "none",
        data: one.values.map((v, m) => [m + 1, v]),
        lineStyle: { color: colour(one.tint || 0), width: 2, type: DASHES[one.dash || 0] },
        itemStyle: { color: colour(one.tint || 0) },
        markLine: n
          ? undefined
          : {
              silent: true,
              symbol: "none",
              label: { show: false },
              lineStyle: { color: ink(), type: "dotted" },
              data: [{ xAxis: shown }],
            },
      })),
    });
  }

  Object.assign(gs.charts, { bars, parallel, scatter, months, wrapped });
})();
