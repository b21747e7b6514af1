/* Charts: ECharts options from numbers, and the frame that gives each a finding, a table and downloads. */
(function () {
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
      legend: { bottom: 0, textStyle: text(), itemWidth: 28, type: "scroll", pageTextStyle: text(), pageIconColor: ink() },
      tooltip: { backgroundColor: ground(), borderColor: faint(), textStyle: text(), confine: true },
    };
  }

  function axis(more) {
    return Object.assign(
      { axisLine: { onZero: false, lineStyle: { color: faint() } }, axisLabel: Object.assign(text(12), (more && more.axisLabel) || {}), nameTextStyle: text(12), splitLine: { lineStyle: { color: faint(), opacity: 0.5 } } },
      Object.fromEntries(Object.entries(more || {}).filter(([key]) => key !== "axisLabel")),
    );
  }

  /* Intervals as lines with ends; data are [low, high, at], at on the other axis; upright for vertical ones. */
  function whiskers(data, tint, upright, end) {
    return {
      type: "custom",
      silent: true,
      data,
      z: 4,
      legendHoverLink: false,
      tooltip: { show: false },
      encode: upright ? { x: 2, y: [0, 1] } : { x: [0, 1], y: 2 },
      renderItem(params, api) {
        const [low, high, at] = [api.value(0), api.value(1), api.value(2)];
        const [a, b] = upright ? [api.coord([at, low]), api.coord([at, high])] : [api.coord([low, at]), api.coord([high, at])];
        const size = end || 4;
        const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: tint, lineWidth: 1.6 } });
        const [dx, dy] = upright ? [size, 0] : [0, size];
        return { type: "group", children: [line(a[0], a[1], b[0], b[1]), line(a[0] - dx, a[1] - dy, a[0] + dx, a[1] + dy), line(b[0] - dx, b[1] - dy, b[0] + dx, b[1] + dy)] };
      },
    };
  }

  /* A band between two courses; data are [month, low, high]. */
  function band(data, tint) {
    return {
      type: "custom", silent: true, data, z: 1, tooltip: { show: false }, encode: { x: 0, y: [1, 2] },
      renderItem(params, api) {
        if (params.dataIndex !== 0) return undefined;
        const points = data.map((d) => api.coord([d[0], d[2]])).concat(data.slice().reverse().map((d) => api.coord([d[0], d[1]])));
        return { type: "polygon", shape: { points }, style: { fill: tint, opacity: 0.16 } };
      },
    };
  }

  const hundred = (value) => (gs.known(value) ? 100 * value : null);

  /* Effects on several shares with 95 % intervals, scenarios side by side. */
  function effects(page, measures) {
    const others = page.result.scenarios.slice(1);
    const rows = measures.length * (others.length + 1);
    const series = [];
    const at = (m, n) => m * (others.length + 1) + n;
    others.forEach((one, n) => {
      const marks = [], ends = [];
      measures.forEach((measure, m) => {
        const e = one.measures[measure.name];
        if (!gs.known(e.effect)) return;
        marks.push({ value: [100 * e.effect, at(m, n)], e, measure });
        if (gs.known(e.effect_low)) ends.push([100 * e.effect_low, 100 * e.effect_high, at(m, n)]);
      });
      series.push({ type: "scatter", name: page.names[n + 1], data: marks, symbol: MARKS[n + 1], symbolSize: 10, itemStyle: { color: colour(n + 1) }, z: 5 });
      series.push(whiskers(ends, colour(n + 1), false));
    });
    return Object.assign(base(), {
      grid: { left: 8, right: 16, top: 8, bottom: 64, containLabel: true },
      tooltip: Object.assign(base().tooltip, {
        formatter: (p) => echarts.format.encodeHTML(p.seriesName) + "<br>" + echarts.format.encodeHTML(p.data.measure.label) + ": " + gs.change(p.data.e.effect, "share") + " " + gs.interval(p.data.e.effect_low, p.data.e.effect_high, "share"),
      }),
      xAxis: axis({ type: "value", name: gs.t("chart.points"), nameLocation: "middle", nameGap: 26 }),
      yAxis: axis({
        type: "value", inverse: true, min: -1, max: rows - 1, interval: 1, splitLine: { show: false }, axisTick: { show: false },
        axisLabel: {
          formatter: (v) => {
            const m = measures.findIndex((_, i) => Math.abs(v - Math.round(at(i, (others.length - 1) / 2))) < 0.01);
            return m < 0 ? "" : measures[m].short || measures[m].label;
          },
          width: 130, overflow: "break", lineHeight: 15, interval: 0,
        },
      }),
      series: series.concat({ type: "line", data: [], silent: true, markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink(), type: "solid", width: 1 }, data: [{ xAxis: 0 }] } }),
    });
  }

  /* A measure's course over the months with 95 % bands. */
  function course(page, name, measure) {
    const share = measure.unit === "share";
    const value = (v) => (gs.known(v) ? (share ? 100 * v : v) : null);
    const series = [];
    page.courses[name].forEach((one, n) => {
      const months = one.mean.map((_, m) => m + 1);
      if (gs.known(one.low[0])) series.push(band(months.map((m) => [m, value(one.low[m - 1]), value(one.high[m - 1])]), colour(n)));
      series.push({ type: "line", name: page.names[n], symbol: "none", data: months.map((m) => [m, value(one.mean[m - 1])]), lineStyle: { color: colour(n), width: 2.4, type: DASHES[n] }, itemStyle: { color: colour(n) }, z: 5 });
    });
    return Object.assign(base(), {
      grid: { left: 8, right: 20, top: 28, bottom: 60, containLabel: true },
      tooltip: Object.assign(base().tooltip, { trigger: "axis", formatter: (ps) => gs.t("chart.month", { month: ps[0].value[0] }) + ps.filter((p) => p.componentSubType === "line").map((p) => "<br>" + p.marker + echarts.format.encodeHTML(p.seriesName) + ": " + (share ? p.value[1].toFixed(1) + " %" : gs.level(p.value[1], measure.unit))).join("") }),
      xAxis: axis({ type: "value", min: 1, max: page.result.months, name: gs.t("chart.months"), nameLocation: "middle", nameGap: 26, splitLine: { show: false } }),
      yAxis: axis({ type: "value", scale: true, name: share ? gs.t("chart.percent") : measure.unit, nameLocation: "end", nameTextStyle: Object.assign(text(12), { align: "left" }) }),
      series,
    });
  }

  /* A measure's effect for each group; bars, or for many groups marks in the order of the first scenario's effect. */
  function groups(page, name, grouping, shown) {
    const others = page.result.scenarios.slice(1);
    const labels = shown.map((g) => g.label);
    const many = shown.length > 8;
    const series = [];
    others.forEach((one, n) => {
      const cells = shown.map((g) => (one.by[grouping][g.key] || {})[name] || {});
      const step = many ? 0.6 / others.length : 0;
      const spot = (i) => (many ? i + (n - (others.length - 1) / 2) * step : i + (n - (others.length - 1) / 2) * (0.8 / others.length));
      const ends = cells.map((c, i) => [hundred(c.effect_low), hundred(c.effect_high), spot(i)]).filter((e) => e[0] !== null);
      series.push({ type: "scatter", name: page.names[n + 1], symbol: MARKS[n + 1], symbolSize: many ? 8 : 11, itemStyle: { color: colour(n + 1) }, z: 5, data: cells.map((c, i) => ({ value: many ? [hundred(c.effect), spot(i)] : [spot(i), hundred(c.effect)], c, label_: labels[i] })).filter((d) => gs.known(d.c.effect)) });
      series.push(whiskers(ends, colour(n + 1), !many, 3));
    });
    const names = axis({
      type: "value", min: -0.6, max: shown.length - 0.4, interval: 1, inverse: many, splitLine: { show: false }, axisTick: { show: false },
      axisLabel: { formatter: (v) => labels[Math.round(v)] !== undefined && Math.abs(v - Math.round(v)) < 0.01 ? labels[Math.round(v)] : "", customValues: shown.map((_, i) => i), interval: 0, width: many ? 150 : 90, overflow: "break" },
    });
    const numbers = axis({ type: "value", name: gs.t("chart.points"), nameLocation: many ? "middle" : "end", nameGap: many ? 26 : 12, nameTextStyle: Object.assign(text(12), { align: many ? "center" : "left" }) });
    // Labels at whole positions: a category axis beneath the marks' own.
    const words = axis({ type: "category", data: labels, inverse: many, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { interval: 0, width: many ? 150 : 90, overflow: "break" } });
    Object.assign(names, { show: false });
    return Object.assign(base(), {
      grid: { left: 8, right: 20, top: many ? 8 : 28, bottom: many ? 64 : 48, containLabel: true },
      tooltip: Object.assign(base().tooltip, { formatter: (p) => echarts.format.encodeHTML(p.data.label_) + "<br>" + echarts.format.encodeHTML(p.seriesName) + ": " + gs.change(p.data.c.effect, "share") + " " + gs.interval(p.data.c.effect_low, p.data.c.effect_high, "share") }),
      xAxis: many ? numbers : [Object.assign(names, { min: -0.5, max: shown.length - 0.5 }), Object.assign(words, { position: "bottom" })],
      yAxis: many ? [Object.assign(names, { min: -0.5, max: shown.length - 0.5 }), Object.assign(words, { position: "left" })] : numbers,
      series: series.concat(
        { type: "line", data: [], silent: true, markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink(), type: "solid", width: 1 }, data: [many ? { xAxis: 0 } : { yAxis: 0 }] } },
        { type: "bar", data: labels.map(() => 0), silent: true, [many ? "yAxisIndex" : "xAxisIndex"]: 1, itemStyle: { opacity: 0 }, tooltip: { show: false } },
      ),
    });
  }

  /* What each scenario costs, with the range that declarations give, beside a budget. */
  function cost(page, budget) {
    const others = page.result.scenarios.slice(1);
    const values = others.map((one, n) => ({ mean: one.measures.cost.mean || 0, range: page.cost_range[n + 1] || [1, 1] }));
    const ends = values.map((v, n) => [(v.mean * v.range[0]) / 1e6, (v.mean * v.range[1]) / 1e6, n]).map((e) => [Math.min(e[0], e[1]), Math.max(e[0], e[1]), e[2]]);
    const lines = [{ xAxis: 0, lineStyle: { color: ink(), width: 1, type: "solid" }, label: { show: false } }];
    if (gs.known(budget)) lines.push({ xAxis: budget / 1e6, lineStyle: { color: colour(2), width: 2, type: "dashed" }, label: { show: true, formatter: gs.t("cost.budget"), color: ink(), position: "insideEndTop" } });
    const most = Math.max(0.01, ...ends.map((e) => e[1]), gs.known(budget) ? budget / 1e6 : 0);
    return Object.assign(base(), {
      grid: { left: 8, right: 28, top: 20, bottom: 40, containLabel: true },
      tooltip: Object.assign(base().tooltip, { formatter: (p) => echarts.format.encodeHTML(p.name) + ": " + gs.level(1e6 * p.value, "pounds") }),
      xAxis: axis({ type: "value", max: most * 1.05, axisLabel: { formatter: (v) => +v.toFixed(2) }, name: gs.t("cost.millions"), nameLocation: "middle", nameGap: 26 }),
      yAxis: axis({ type: "category", inverse: true, data: page.names.slice(1), axisLabel: { width: 130, overflow: "break" } }),
      series: [
        { type: "bar", barMaxWidth: 26, data: values.map((v, n) => ({ value: v.mean / 1e6, itemStyle: { color: colour(n + 1) } })), markLine: { silent: true, symbol: "none", data: lines } },
        whiskers(ends, ink(), false, 5),
      ],
    });
  }

  /* Sensitivity indices with 95 % intervals, the largest first. */
  function bars(rows) {
    return Object.assign(base(), {
      grid: { left: 8, right: 20, top: 8, bottom: 40, containLabel: true },
      xAxis: axis({ type: "value", name: gs.t("study.index"), nameLocation: "middle", nameGap: 26 }),
      yAxis: axis({ type: "category", inverse: true, data: rows.map((r) => r.factor), axisLabel: { width: 150, overflow: "break" } }),
      series: [
        { type: "bar", barMaxWidth: 20, data: rows.map((r) => ({ value: r.value, itemStyle: { color: r.told ? colour(1) : ground(), borderColor: colour(1), borderWidth: 1.5 } })) },
        whiskers(rows.map((r, n) => [r.low, r.high, n]), ink(), false, 4),
      ],
    });
  }

  /* Every run or point as a line across its factors and measures. */
  function parallel(columns, rows, tint) {
    return Object.assign(base(), {
      legend: { show: false },
      parallel: { left: 40, right: 60, top: 60, bottom: 30, parallelAxisDefault: { nameTextStyle: text(12), axisLabel: text(11), axisLine: { lineStyle: { color: ink() } }, nameRotate: columns.length > 6 ? 20 : 0 } },
      parallelAxis: columns.map((c, n) => (c.categories ? { dim: n, name: c.name, type: "category", data: c.categories } : { dim: n, name: c.name, scale: true })),
      series: [{ type: "parallel", data: rows, lineStyle: { color: colour(1), width: 1, opacity: Math.max(0.06, Math.min(0.5, 60 / rows.length)) }, smooth: false, inactiveOpacity: 0.02 }],
      visualMap: tint === null ? undefined : { show: false, dimension: tint, min: Math.min(...rows.map((r) => r[tint])), max: Math.max(...rows.map((r) => r[tint])), inRange: { color: gs.theme.dark ? ["#f0c24a", "#5fb8f0"] : ["#a35a00", "#0068a3"] } },
    });
  }

  /* Points of two columns: inside and outside a box, or finalists with those that cannot be told from the best. */
  function scatter(sets, x, y) {
    return Object.assign(base(), {
      grid: { left: 8, right: 24, top: 30, bottom: 64, containLabel: true },
      tooltip: Object.assign(base().tooltip, { formatter: (p) => echarts.format.encodeHTML((p.data.words || p.seriesName) + "") + "<br>" + echarts.format.encodeHTML(x) + ": " + (+p.value[0].toPrecision(4)) + "<br>" + echarts.format.encodeHTML(y) + ": " + (+p.value[1].toPrecision(4)) }),
      xAxis: axis({ type: "value", scale: true, name: x, nameLocation: "middle", nameGap: 26 }),
      yAxis: axis({ type: "value", scale: true, name: y, nameTextStyle: Object.assign(text(12), { align: "left" }) }),
      series: sets.flatMap((one, n) => [{ type: "scatter", name: one.name, data: one.data, symbol: MARKS[n], symbolSize: one.size || 8, itemStyle: { color: one.hollow ? "transparent" : colour(n + 1), borderColor: colour(n + 1), borderWidth: 1.5 } }].concat(one.ends ? [whiskers(one.ends, colour(n + 1), true, 3)] : [])),
    });
  }

  /* Lines over the months with the month that is shown marked. */
  function months(lines, shown, unit) {
    return Object.assign(base(), {
      grid: { left: 8, right: 20, top: 28, bottom: 52, containLabel: true },
      tooltip: Object.assign(base().tooltip, { trigger: "axis" }),
      xAxis: axis({ type: "value", min: 1, max: lines[0].values.length, splitLine: { show: false } }),
      yAxis: axis({ type: "value", scale: true, name: unit, nameTextStyle: Object.assign(text(12), { align: "left" }) }),
      series: lines.map((one, n) => ({ type: "line", name: one.name, symbol: "none", data: one.values.map((v, m) => [m + 1, v]), lineStyle: { color: colour(one.tint || 0), width: 2, type: DASHES[one.dash || 0] }, itemStyle: { color: colour(one.tint || 0) }, markLine: n ? undefined : { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink(), type: "dotted" }, data: [{ xAxis: shown }] } })),
    });
  }

  Vue.component("gs-chart", {
    props: { make: Function, title: String, finding: String, head: Array, rows: Array, name: String, height: { default: 320 }, canvas: Boolean, level: { default: 3 } },
    data: () => ({ shown: false }),
    template: `
      <figure class="gs-figure">
        <figcaption><component :is="'h' + level">{{ title }}</component><p v-if="finding" class="gs-finding">{{ finding }}</p></figcaption>
        <div ref="at" class="gs-chart" role="img" :aria-label="title + '. ' + (finding || '') + ' ' + $t('chart.twin')" :style="{height: height + 'px'}"></div>
        <div class="gs-tools">
          <button type="button" class="gs-small" :aria-expanded="shown ? 'true' : 'false'" @click="shown = !shown">{{ shown ? $t('chart.hide') : $t('chart.table') }}<span class="gs-unseen"> {{ title }}</span></button>
          <button type="button" class="gs-small" @click="csv">CSV<span class="gs-unseen"> {{ title }}</span></button>
          <button type="button" class="gs-small" @click="png">PNG<span class="gs-unseen"> {{ title }}</span></button>
          <button type="button" class="gs-small" v-if="!canvas" @click="svg">SVG<span class="gs-unseen"> {{ title }}</span></button>
        </div>
        <gs-table v-if="shown" :head="head" :rows="rows" :title="title"></gs-table>
      </figure>`,
    computed: { option() { return [this.make(), gs.theme.dark]; } },
    watch: { option() { this.draw(); } },
    mounted() {
      this.chart = echarts.init(this.$refs.at, null, { renderer: this.canvas ? "canvas" : "svg" });
      this.chart.on("click", (event) => this.$emit("pick", { dataIndex: event.dataIndex, data: event.data, seriesIndex: event.seriesIndex }));
      this.sized = new ResizeObserver(() => this.chart.resize());
      this.sized.observe(this.$refs.at);
      this.draw();
    },
    beforeDestroy() {
      this.sized.disconnect();
      this.chart.dispose();
    },
    methods: {
      draw() {
        if (!this.chart) return;
        this.chart.setOption(this.make(), { notMerge: true });
        for (const part of this.$refs.at.querySelectorAll("svg, canvas")) part.setAttribute("aria-hidden", "true");
      },
      csv() { gs.save((this.name || "chart") + ".csv", gs.csv(this.head, this.rows), "text/csv"); },
      svg() { gs.save((this.name || "chart") + ".svg", this.chart.renderToSVGString(), "image/svg+xml"); },
      png() {
        if (this.canvas) return this.written(this.chart.getRenderedCanvas({ pixelRatio: 2, backgroundColor: ground() }));
        const picture = new Image();
        picture.onload = () => {
          const canvas = document.createElement("canvas");
          canvas.width = 2 * this.chart.getWidth();
          canvas.height = 2 * this.chart.getHeight();
          canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
          this.written(canvas);
        };
        picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(this.chart.renderToSVGString());
      },
      written(canvas) { canvas.toBlob((blob) => gs.save((this.name || "chart") + ".png", blob)); },
    },
  });

  gs.charts = { effects, course, groups, cost, bars, parallel, scatter, months, colour, ink, ground, faint, text, base };
})();
