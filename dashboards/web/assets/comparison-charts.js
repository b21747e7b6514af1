/* Charts of a comparison: effects, courses, groups and money, as ECharts options. */
(() => {
  "use strict";
  const gs = window.gs;
  const { colour, ink, ground, text, base, axis, lines, marks, said, looked, band, scaled, across, foot, DASHES } =
    gs.charts;

  /* The line of no change, as a series without points of its own. */
  const noChange = (at) => ({
    type: "line",
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: ink(), type: "solid", width: 1 },
      data: [at],
    },
  });

  /* Effects on several measures of one unit, scenarios side by side. */
  function effects(page, measures) {
    const others = page.result.scenarios.slice(1);
    const rows = measures.length * (others.length + 1);
    const at = (m, n) => m * (others.length + 1) + n;
    const unit = measures[0].unit;
    const series = others.flatMap((_, n) =>
      marks(
        page.begun[n + 1],
        n + 1,
        measures.map((measure, m) => ({ e: page.shown[n + 1][measure.name], at: at(m, n), measure })),
        scaled(unit),
        false,
        10,
      ),
    );
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 16, top: 16, bottom: 70, containLabel: true },
      tooltip: Object.assign(base().tooltip, {
        formatter: (p) => said(page, p.seriesName, p.data.measure.label, p.data.e, unit),
      }),
      xAxis: axis(Object.assign({ type: "value", axisLabel: { hideOverlap: true } }, foot(across(unit)))),
      yAxis: axis({
        type: "value",
        inverse: true,
        min: -1,
        max: rows - 1,
        interval: 1,
        splitLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          formatter: (v) => {
            const m = measures.findIndex((_, i) => Math.abs(v - Math.round(at(i, (others.length - 1) / 2))) < 0.01);
            return m < 0 ? "" : measures[m].short || measures[m].label;
          },
          width: 130,
          overflow: "break",
          lineHeight: 15,
          interval: 0,
        },
      }),
      series: series.concat(noChange({ xAxis: 0 })),
    });
  }

  /* A measure's course over the months; shaded is what each could be. */
  function course(page, name, measure) {
    const share = measure.unit === "share";
    const value = (v) => (gs.known(v) ? (share ? 100 * v : v) : null);
    const series = [];
    page.courses[name].forEach((one, n) => {
      const months = one.mean.map((_, m) => m + 1);
      if (gs.known(one.low[0]))
        series.push(
          band(
            months.map((m) => [m, value(one.low[m - 1]), value(one.high[m - 1])]),
            colour(n),
          ),
        );
      series.push({
        type: "line",
        name: page.begun[n],
        symbol: "none",
        data: months.map((m) => [m, value(one.mean[m - 1])]),
        lineStyle: { color: colour(n), width: 2.4, type: DASHES[n] },
        itemStyle: { color: colour(n) },
        z: 5,
      });
    });
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 20, top: 28, bottom: 60, containLabel: true },
      tooltip: Object.assign(base().tooltip, {
        trigger: "axis",
        formatter: (ps) =>
          gs.t("chart.month", { month: ps[0].value[0] }) +
          ps
            .filter((p) => p.componentSubType === "line")
            .map(
              (p) =>
                "<br>" +
                p.marker +
                echarts.format.encodeHTML(p.seriesName) +
                ": " +
                (share ? `${p.value[1].toFixed(1)} %` : gs.level(p.value[1], measure.unit)),
            )
            .join(""),
      }),
      xAxis: axis({
        type: "value",
        min: 1,
        max: page.result.months,
        name: gs.t("chart.months"),
        nameLocation: "middle",
        nameGap: 26,
        splitLine: { show: false },
      }),
      yAxis: axis({
        type: "value",
        scale: true,
        name: share ? gs.t("chart.percent") : gs.t("chart.level_each"),
        nameLocation: "end",
        nameTextStyle: Object.assign(text(12), { align: "left" }),
      }),
      series,
    });
  }

  /* A measure's effect for each group; upright, or for many groups across in the order of the first scenario's effect. */
  function groups(page, measure, grouping, shown) {
    const others = page.result.scenarios.slice(1);
    const labels = shown.map((g) => g.label);
    const many = shown.length > 8;
    const step = (many ? 0.6 : 0.8) / others.length;
    const series = others.flatMap((one, n) => {
      const cells = shown.map((g, i) => ({
        e: one.by[grouping][g.key]?.[measure.name] || {},
        at: i + (n - (others.length - 1) / 2) * step,
        group: labels[i],
      }));
      return marks(page.begun[n + 1], n + 1, cells, scaled(measure.unit), !many, many ? 8 : 11);
    });
    const names = axis({
      type: "value",
      min: -0.6,
      max: shown.length - 0.4,
      interval: 1,
      inverse: many,
      splitLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        formatter: (v) =>
          labels[Math.round(v)] !== undefined && Math.abs(v - Math.round(v)) < 0.01 ? labels[Math.round(v)] : "",
        customValues: shown.map((_, i) => i),
        interval: 0,
        width: many ? 150 : 90,
        overflow: "break",
      },
    });
    const numbers = axis(
      Object.assign(
        { type: "value" },
        many
          ? foot(across(measure.unit))
          : {
              name: across(measure.unit),
              nameLocation: "end",
              nameGap: 12,
              nameTextStyle: Object.assign(text(12), { align: "left" }),
            },
      ),
    );
    // Labels at whole positions: a category axis beneath the marks' own.
    const words = axis({
      type: "category",
      data: labels,
      inverse: many,
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: { interval: 0, width: many ? 150 : 90, overflow: "break" },
    });
    Object.assign(names, { show: false });
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 20, top: many ? 16 : 28, bottom: many ? 70 : 48, containLabel: true },
      tooltip: Object.assign(base().tooltip, {
        formatter: (p) => said(page, p.seriesName, p.data.group, p.data.e, measure.unit),
      }),
      xAxis: many
        ? numbers
        : [Object.assign(names, { min: -0.5, max: shown.length - 0.5 }), Object.assign(words, { position: "bottom" })],
      yAxis: many
        ? [Object.assign(names, { min: -0.5, max: shown.length - 0.5 }), Object.assign(words, { position: "left" })]
        : numbers,
      series: series.concat(noChange(many ? { xAxis: 0 } : { yAxis: 0 }), {
        type: "bar",
        data: labels.map(() => 0),
        silent: true,
        [many ? "yAxisIndex" : "xAxisIndex"]: 1,
        itemStyle: { opacity: 0 },
        tooltip: { show: false },
      }),
    });
  }

  /* What each scenario costs beyond the base, service included, with what that could be; the programme alone beside it, and a budget. */
  function cost(page, budget) {
    const others = page.result.scenarios
      .slice(1)
      .map((one, n) => ({ n: n + 1, money: one.money }))
      .filter((one) => one.money);
    const [rows, million] = [others.length, (pounds) => pounds / 1e6];
    const at = others.map((one) => ({ one, spot: one.n - 1 }));
    const marksOf = (name, what, shape, hollow, lift) => ({
      type: "scatter",
      name,
      symbol: shape,
      symbolSize: hollow ? 9 : 12,
      z: 5,
      itemStyle: { color: hollow ? ground() : ink(), borderColor: ink(), borderWidth: 2 },
      data: at.map(({ one, spot }) => ({
        value: [million(one.money[what].value), spot + lift],
        itemStyle: { color: hollow ? ground() : colour(one.n), borderColor: colour(one.n), borderWidth: 2 },
        pounds: one.money[what],
        who: page.begun[one.n],
      })),
    });
    const limits = [{ xAxis: 0, lineStyle: { color: ink(), width: 1, type: "solid" }, label: { show: false } }];
    if (gs.known(budget))
      limits.push({
        xAxis: million(budget),
        lineStyle: { color: colour(2), width: 2, type: "dashed" },
        label: { show: true, formatter: gs.t("cost.budget"), color: ink(), position: "start", rotate: 0 },
      });
    const ends = others
      .flatMap((one) => [one.money.net.low, one.money.net.high, one.money.programme.low, one.money.programme.high])
      .concat(0, gs.known(budget) ? budget : 0)
      .filter(gs.known)
      .map(million);
    const step = 10 ** Math.floor(Math.log10(Math.max(Math.max(...ends) - Math.min(...ends), 0.01))) / 2;
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 28, top: 20, bottom: 68, containLabel: true },
      tooltip: Object.assign(base().tooltip, {
        formatter: (p) =>
          [
            p.data.who,
            p.seriesName +
              ": " +
              gs.t("cost.could", {
                value: gs.pounds(p.data.pounds.value),
                low: gs.pounds(p.data.pounds.low),
                high: gs.pounds(p.data.pounds.high),
              }),
          ]
            .map((x) => echarts.format.encodeHTML(x))
            .join("<br>"),
      }),
      xAxis: axis({
        type: "value",
        min: step * Math.floor(Math.min(...ends) / step),
        max: step * Math.ceil(Math.max(...ends) / step),
        axisLabel: { formatter: (v) => +v.toFixed(2) },
        name: gs.t("cost.millions"),
        nameLocation: "middle",
        nameGap: 26,
      }),
      yAxis: axis({
        type: "value",
        inverse: true,
        min: -1,
        max: page.begun.length - 1,
        interval: 1,
        splitLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          formatter: (v) => (v >= 0 && Number.isInteger(+v.toFixed(6)) ? page.begun[+v.toFixed(6) + 1] || "" : ""),
          width: 130,
          overflow: "break",
          lineHeight: 14,
          interval: 0,
        },
      }),
      series: at
        .map(({ one, spot }) =>
          lines([[million(one.money.net.low), million(one.money.net.high), spot]], colour(one.n), { broad: true }),
        )
        .concat(
          at.map(({ one, spot }) =>
            lines([[million(one.money.programme.low), million(one.money.programme.high), spot + 0.3]], colour(one.n), {
              end: 3,
            }),
          ),
          Object.assign(marksOf(gs.t("cost.both"), "net", "rect", false, 0), {
            markLine: { silent: true, symbol: "none", data: limits },
          }),
          rows ? marksOf(gs.t("cost.programme"), "programme", "diamond", true, 0.3) : [],
        ),
    });
  }

  Object.assign(gs.charts, { effects, course, groups, cost });
})();
