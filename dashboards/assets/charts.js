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
      renderItem(params, api) {
        const [low, high, at] = [api.value(0), api.value(1), api.value(2)];
        const [a, b] = upright ? [api.coord([at, low]), api.coord([at, high])] : [api.coord([low, at]), api.coord([high, at])];
        const line = (x1, y1, x2, y2, more) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: Object.assign({ stroke: tint, lineWidth: 1.4 }, more) });
        if (broad) return line(a[0], a[1], b[0], b[1], { lineWidth: 9, opacity: 0.38 });
        const [dx, dy] = upright ? [end, 0] : [0, end];
        return { type: "group", children: [line(a[0], a[1], b[0], b[1]), line(a[0] - dx, a[1] - dy, a[0] + dx, a[1] + dy), line(b[0] - dx, b[1] - dy, b[0] + dx, b[1] + dy)] };
      },
    };
  }

  /* Effects as marks: filled where the whole range lies on one side of nothing, hollow where it does not; the range broad, the interval of the mean thin in it. */
  function marks(name, n, effects, scale, upright, size) {
    const ends = (low, high) => effects.filter((x) => gs.known(x.e[low]) && gs.known(x.e[high])).map((x) => [scale * x.e[low], scale * x.e[high], x.at]);
    const style = (e) => ({ color: gs.sure(e) ? colour(n) : ground(), borderColor: colour(n), borderWidth: 2 });
    return [
      lines(ends("range_low", "range_high"), colour(n), { upright, broad: true }),
      lines(ends("effect_low", "effect_high"), colour(n), { upright, end: 3 }),
      { type: "scatter", name, symbol: MARKS[n], symbolSize: size, itemStyle: { color: colour(n) }, z: 5, data: effects.filter((x) => gs.known(x.e.effect)).map((x) => Object.assign({}, x, { value: upright ? [x.at, scale * x.e.effect] : [scale * x.e.effect, x.at], itemStyle: style(x.e) })) },
    ];
  }

  /* What is said of a mark: its change, what it could be, and how well the mean is known. */
  function said(page, name, label, e, unit) {
    const mean = gs.reach(e.effect_low, e.effect_high, unit), could = gs.reach(e.range_low, e.range_high, unit);
    const parts = [name, label + ": " + gs.change(e.effect, unit)].concat(could ? [page.range_head + ": " + could] : [], mean ? [gs.t("table.mean") + ": " + mean] : []);
    return parts.map((part) => echarts.format.encodeHTML(part)).join("<br>");
  }

  /* The words that mark a first look, in the picture itself, so that they are in what is downloaded too. */
  const looked = (page) => (page.first_look ? { graphic: [{ type: "text", right: 8, top: 6, style: Object.assign({ text: gs.t("look.mark"), fill: ink() }, { font: "600 12px system-ui, sans-serif" }) }] } : {});

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

  const scaled = (unit) => (unit === "share" ? 100 : 1);
  const across = (unit) => gs.t(unit === "share" ? "chart.points" : "chart.per_resident");
  /* The name of an axis along the foot, in as many lines as a phone needs. */
  const foot = (words) => {
    const narrow = window.innerWidth < 700, middle = words.indexOf(" ", words.length / 2 - 3);
    return { name: narrow && words.length > 24 && middle > 0 ? words.slice(0, middle) + "\n" + words.slice(middle + 1) : words, nameLocation: "middle", nameGap: 26, nameTextStyle: Object.assign(text(12), { lineHeight: 14 }) };
  };

  /* Effects on several measures of one unit, scenarios side by side. */
  function effects(page, measures) {
    const others = page.result.scenarios.slice(1);
    const rows = measures.length * (others.length + 1);
    const at = (m, n) => m * (others.length + 1) + n;
    const unit = measures[0].unit;
    const series = others.flatMap((_, n) => marks(page.begun[n + 1], n + 1, measures.map((measure, m) => ({ e: page.shown[n + 1][measure.name], at: at(m, n), measure })), scaled(unit), false, 10));
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 16, top: 16, bottom: 70, containLabel: true },
      tooltip: Object.assign(base().tooltip, { formatter: (p) => said(page, p.seriesName, p.data.measure.label, p.data.e, unit) }),
      xAxis: axis(Object.assign({ type: "value", axisLabel: { hideOverlap: true } }, foot(across(unit)))),
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

  /* A measure's course over the months; shaded is what each could be. */
  function course(page, name, measure) {
    const share = measure.unit === "share";
    const value = (v) => (gs.known(v) ? (share ? 100 * v : v) : null);
    const series = [];
    page.courses[name].forEach((one, n) => {
      const months = one.mean.map((_, m) => m + 1);
      if (gs.known(one.low[0])) series.push(band(months.map((m) => [m, value(one.low[m - 1]), value(one.high[m - 1])]), colour(n)));
      series.push({ type: "line", name: page.begun[n], symbol: "none", data: months.map((m) => [m, value(one.mean[m - 1])]), lineStyle: { color: colour(n), width: 2.4, type: DASHES[n] }, itemStyle: { color: colour(n) }, z: 5 });
    });
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 20, top: 28, bottom: 60, containLabel: true },
      tooltip: Object.assign(base().tooltip, { trigger: "axis", formatter: (ps) => gs.t("chart.month", { month: ps[0].value[0] }) + ps.filter((p) => p.componentSubType === "line").map((p) => "<br>" + p.marker + echarts.format.encodeHTML(p.seriesName) + ": " + (share ? p.value[1].toFixed(1) + " %" : gs.level(p.value[1], measure.unit))).join("") }),
      xAxis: axis({ type: "value", min: 1, max: page.result.months, name: gs.t("chart.months"), nameLocation: "middle", nameGap: 26, splitLine: { show: false } }),
      yAxis: axis({ type: "value", scale: true, name: share ? gs.t("chart.percent") : gs.t("chart.level_each"), nameLocation: "end", nameTextStyle: Object.assign(text(12), { align: "left" }) }),
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
      const cells = shown.map((g, i) => ({ e: (one.by[grouping][g.key] || {})[measure.name] || {}, at: i + (n - (others.length - 1) / 2) * step, group: labels[i] }));
      return marks(page.begun[n + 1], n + 1, cells, scaled(measure.unit), !many, many ? 8 : 11);
    });
    const names = axis({
      type: "value", min: -0.6, max: shown.length - 0.4, interval: 1, inverse: many, splitLine: { show: false }, axisTick: { show: false },
      axisLabel: { formatter: (v) => labels[Math.round(v)] !== undefined && Math.abs(v - Math.round(v)) < 0.01 ? labels[Math.round(v)] : "", customValues: shown.map((_, i) => i), interval: 0, width: many ? 150 : 90, overflow: "break" },
    });
    const numbers = axis(Object.assign({ type: "value" }, many ? foot(across(measure.unit)) : { name: across(measure.unit), nameLocation: "end", nameGap: 12, nameTextStyle: Object.assign(text(12), { align: "left" }) }));
    // Labels at whole positions: a category axis beneath the marks' own.
    const words = axis({ type: "category", data: labels, inverse: many, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { interval: 0, width: many ? 150 : 90, overflow: "break" } });
    Object.assign(names, { show: false });
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 20, top: many ? 16 : 28, bottom: many ? 70 : 48, containLabel: true },
      tooltip: Object.assign(base().tooltip, { formatter: (p) => said(page, p.seriesName, p.data.group, p.data.e, measure.unit) }),
      xAxis: many ? numbers : [Object.assign(names, { min: -0.5, max: shown.length - 0.5 }), Object.assign(words, { position: "bottom" })],
      yAxis: many ? [Object.assign(names, { min: -0.5, max: shown.length - 0.5 }), Object.assign(words, { position: "left" })] : numbers,
      series: series.concat(
        { type: "line", data: [], silent: true, markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink(), type: "solid", width: 1 }, data: [many ? { xAxis: 0 } : { yAxis: 0 }] } },
        { type: "bar", data: labels.map(() => 0), silent: true, [many ? "yAxisIndex" : "xAxisIndex"]: 1, itemStyle: { opacity: 0 }, tooltip: { show: false } },
      ),
    });
  }

  /* What each scenario costs beyond the base, service included, with what that could be; the programme alone beside it, and a budget. */
  function cost(page, budget) {
    const others = page.result.scenarios.slice(1).map((one, n) => ({ n: n + 1, money: one.money })).filter((one) => one.money);
    const [rows, million] = [others.length, (pounds) => pounds / 1e6];
    const at = others.map((one) => ({ one, spot: one.n - 1 }));
    const marksOf = (name, what, shape, hollow, lift) => ({
      type: "scatter", name, symbol: shape, symbolSize: hollow ? 9 : 12, z: 5, itemStyle: { color: hollow ? ground() : ink(), borderColor: ink(), borderWidth: 2 },
      data: at.map(({ one, spot }) => ({ value: [million(one.money[what].value), spot + lift], itemStyle: { color: hollow ? ground() : colour(one.n), borderColor: colour(one.n), borderWidth: 2 }, pounds: one.money[what], who: page.begun[one.n] })),
    });
    const limits = [{ xAxis: 0, lineStyle: { color: ink(), width: 1, type: "solid" }, label: { show: false } }];
    if (gs.known(budget)) limits.push({ xAxis: million(budget), lineStyle: { color: colour(2), width: 2, type: "dashed" }, label: { show: true, formatter: gs.t("cost.budget"), color: ink(), position: "start", rotate: 0 } });
    const ends = others.flatMap((one) => [one.money.net.low, one.money.net.high, one.money.programme.low, one.money.programme.high]).concat(0, gs.known(budget) ? budget : 0).filter(gs.known).map(million);
    const step = 10 ** Math.floor(Math.log10(Math.max(Math.max(...ends) - Math.min(...ends), 0.01))) / 2;
    return Object.assign(base(), looked(page), {
      grid: { left: 8, right: 28, top: 20, bottom: 68, containLabel: true },
      tooltip: Object.assign(base().tooltip, { formatter: (p) => [p.data.who, p.seriesName + ": " + gs.t("cost.could", { value: gs.pounds(p.data.pounds.value), low: gs.pounds(p.data.pounds.low), high: gs.pounds(p.data.pounds.high) })].map((x) => echarts.format.encodeHTML(x)).join("<br>") }),
      xAxis: axis({ type: "value", min: step * Math.floor(Math.min(...ends) / step), max: step * Math.ceil(Math.max(...ends) / step), axisLabel: { formatter: (v) => +v.toFixed(2) }, name: gs.t("cost.millions"), nameLocation: "middle", nameGap: 26 }),
      yAxis: axis({ type: "value", inverse: true, min: -1, max: page.begun.length - 1, interval: 1, splitLine: { show: false }, axisTick: { show: false }, axisLabel: { formatter: (v) => (v >= 0 && Number.isInteger(+v.toFixed(6)) ? page.begun[+v.toFixed(6) + 1] || "" : ""), width: 130, overflow: "break", lineHeight: 14, interval: 0 } }),
      series: at.map(({ one, spot }) => lines([[million(one.money.net.low), million(one.money.net.high), spot]], colour(one.n), { broad: true })).concat(
        at.map(({ one, spot }) => lines([[million(one.money.programme.low), million(one.money.programme.high), spot + 0.3]], colour(one.n), { end: 3 })),
        Object.assign(marksOf(gs.t("cost.both"), "net", "rect", false, 0), { markLine: { silent: true, symbol: "none", data: limits } }),
        rows ? marksOf(gs.t("cost.programme"), "programme", "diamond", true, 0.3) : [],
      ),
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
        lines(rows.map((r, n) => [r.low, r.high, n]), ink()),
      ],
    });
  }

  /* Every run or point as a line across its factors and measures. */
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

  function parallel(columns, rows, tint, width) {
    const narrow = width < 600; // there the axes lie below one another, with their names to the left
    const wide = narrow ? 120 : Math.max(60, Math.floor((width - 120) / Math.max(columns.length - 1, 1)) - 8);
    return Object.assign(base(), {
      legend: { show: false },
      // names are as wide as the gaps between the axes, so that none runs into its neighbour; numbers have the digits that tell them apart
      parallel: { layout: narrow ? "vertical" : "horizontal", left: narrow ? 140 : 60, right: narrow ? 20 : 60, top: narrow ? 30 : 110, bottom: 30, parallelAxisDefault: { nameLocation: narrow ? "start" : "end", nameTextStyle: Object.assign(text(11), { lineHeight: 13 }), axisLabel: Object.assign(text(11), { hideOverlap: true, formatter: (v) => (typeof v === "number" ? String(+v.toPrecision(3)) : v) }), axisLine: { lineStyle: { color: ink() } } } },
      parallelAxis: columns.map((c, n) => (c.categories ? { dim: n, name: wrapped(c.name, wide), type: "category", data: c.categories } : { dim: n, name: wrapped(c.name, wide), scale: true })),
      series: [{ type: "parallel", data: rows, lineStyle: { color: colour(1), width: 1, opacity: Math.max(0.06, Math.min(0.5, 60 / rows.length)) }, smooth: false, inactiveOpacity: 0.02 }],
      visualMap: tint === null ? undefined : { show: false, dimension: tint, min: Math.min(...rows.map((r) => r[tint])), max: Math.max(...rows.map((r) => r[tint])), inRange: { color: gs.theme.dark ? ["#f0c24a", "#5fb8f0"] : ["#a35a00", "#0068a3"] } },
    });
  }

  /* Points of two columns: inside and outside a box, or finalists with those that are not distinguishable from the best. */
  function scatter(sets, x, y) {
    return Object.assign(base(), {
      grid: { left: 8, right: 24, top: 30, bottom: 64, containLabel: true },
      tooltip: Object.assign(base().tooltip, { formatter: (p) => echarts.format.encodeHTML((p.data.words || p.seriesName) + "") + "<br>" + echarts.format.encodeHTML(x) + ": " + (+p.value[0].toPrecision(4)) + "<br>" + echarts.format.encodeHTML(y) + ": " + (+p.value[1].toPrecision(4)) }),
      xAxis: axis({ type: "value", scale: true, name: x, nameLocation: "middle", nameGap: 26, nameTextStyle: Object.assign(text(12), { width: 300, overflow: "truncate" }) }),
      yAxis: axis({ type: "value", scale: true, name: y, nameTextStyle: Object.assign(text(12), { align: "left" }) }),
      series: sets.flatMap((one, n) => [{ type: "scatter", name: one.name, data: one.data, symbol: MARKS[n], symbolSize: one.size || 8, itemStyle: { color: one.hollow ? "transparent" : colour(n + 1), borderColor: colour(n + 1), borderWidth: 1.5 } }].concat(one.ends ? [lines(one.ends, colour(n + 1), { upright: true, end: 3 })] : [])),
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
    props: { make: Function, title: String, finding: String, mark: String, head: Array, rows: Array, name: String, height: { default: 320 }, canvas: Boolean, level: { default: 3 } },
    data: () => ({ shown: false }),
    template: `
      <figure class="gs-figure">
        <figcaption><component :is="'h' + level">{{ title }} <span v-if="mark" class="gs-badge is-look">{{ mark }}</span></component><p v-if="finding" class="gs-finding">{{ finding }}</p></figcaption>
        <div ref="at" class="gs-chart" role="img" :aria-label="title + '. ' + (mark ? mark + '. ' : '') + (finding || '') + ' ' + $t('chart.twin')" :style="{height: height + 'px'}"></div>
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
      this.dress = () => this.draw(); // at once, or paper shows the colours of the screen
      window.addEventListener("gs-colours", this.dress);
    },
    beforeDestroy() {
      window.removeEventListener("gs-colours", this.dress);
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
