/* What the page Live draws and says of the month that is shown: who is who, courses, backlogs and wards. */
(() => {
  "use strict";
  const gs = window.gs;
  const TINTS = {
    participant: 3,
    volunteer_only: 1,
    willing_unasked: 6,
    unable: 2,
    not_enabled: 5,
    disillusioned: 4,
    uninterested: 0,
  };
  const SHAPES = {
    participant: "circle",
    volunteer_only: "rect",
    willing_unasked: "triangle",
    unable: "diamond",
    not_enabled: "diamond",
    disillusioned: "diamond",
    uninterested: "diamond",
  };

  gs.watchedCharts = {
    computed: {
      pickedWords() {
        const { age, ties, fifth } = this.world.shown;
        const n = this.picked;
        return this.$t("live.about", { age: age[n], ties: ties[n], fifth: this.$t(`fifth.${fifth[n]}`) });
      },
      nowWords() {
        const [sa, sb] = [0, 1].map((side) => this.who[this.status(side, this.picked)]);
        return this.$t("live.now", { a: this.sides[0], sa, b: this.sides[1], sb });
      },
      counts() {
        return this.world.statuses.map((s, k) => [
          this.who[s],
          ...[0, 1].map((side) => [...this.world.worlds[side].statuses[this.month - 1]].filter((c) => +c === k).length),
        ]);
      },
      networkWords() {
        const part = (side) => [...this.world.worlds[side].statuses[this.month - 1]].filter((c) => +c < 2).length;
        return this.$t("live.network_words", {
          n: this.world.shown.rows.length,
          population: gs.whole(this.world.population),
          a: part(0),
          b: part(1),
          one: this.sides[0],
          two: this.sides[1],
        });
      },
      at() {
        return this.world.courses.indexOf(this.course);
      },
      unit() {
        return (this.measures[this.course] || { unit: "share" }).unit;
      },
      actsAt() {
        return this.world.courses.indexOf("acts_12m");
      },
      /* Acts stand beside people wherever people who take part are counted. */
      courseWords() {
        const both = (key, at, unit) => {
          const v = (s) => gs.level(this.world.worlds[s].courses[this.month - 1][at], unit);
          return this.$t(key, { month: this.month, one: this.sides[0], a: v(0), two: this.sides[1], b: v(1) });
        };
        return (
          both("live.course_words", this.at, this.unit) +
          (this.course === "participation" ? ` ${both("live.acts_words", this.actsAt, "per resident")}` : "")
        );
      },
      columns() {
        return [[this.at, this.unit]].concat(this.course === "participation" ? [[this.actsAt, "per resident"]] : []);
      },
      courseHead() {
        return [
          this.$t("table.month"),
          ...this.columns.flatMap(([at]) =>
            this.sides.map((side) => (at === this.at ? side : this.$t("table.acts_of", { name: side }))),
          ),
        ];
      },
      courseRows() {
        return this.world.worlds[0].courses.map((_, m) => [
          m + 1,
          ...this.columns.flatMap(([at, unit]) =>
            [0, 1].map((s) => gs.level(this.world.worlds[s].courses[m][at], unit)),
          ),
        ]);
      },
      backlogWords() {
        const now = this.world.worlds[this.side].backlog[this.month - 1];
        const most = now.indexOf(Math.max(...now));
        return this.$t("live.backlog_words", {
          name: this.world.institutions[most],
          n: now[most].toFixed(1),
          month: this.month,
        });
      },
      backlogRows() {
        return this.world.worlds[this.side].backlog.map((b, m) => [m + 1, ...b.map((v) => v.toFixed(1))]);
      },
      wardAt() {
        return this.world.by_ward.indexOf(this.ward);
      },
      wardUnit() {
        return (this.measures[this.ward] || { unit: "share" }).unit;
      },
      wardColumns() {
        return [[this.wardAt, this.wardUnit]].concat(
          this.ward === "participation" ? [[this.world.by_ward.indexOf("acts_12m"), "per resident"]] : [],
        );
      },
      wardHead() {
        return [
          this.$t("by.ward"),
          ...this.wardColumns.flatMap(([at]) =>
            this.sides.map((side) => (at === this.wardAt ? side : this.$t("table.acts_of", { name: side }))),
          ),
        ];
      },
      wardRows() {
        return this.world.wards.map((w, n) => [
          w,
          ...this.wardColumns.flatMap(([at, unit]) =>
            [0, 1].map((s) => gs.level(this.world.worlds[s].wards[this.month - 1][at][n], unit)),
          ),
        ]);
      },
      wardWords() {
        const v = this.world.worlds[this.side].wards[this.month - 1][this.wardAt];
        const [hi, lo] = [Math.max(...v), Math.min(...v)];
        return this.$t("live.ward_words", {
          most: this.world.wards[v.indexOf(hi)],
          hi: gs.level(hi, this.wardUnit),
          least: this.world.wards[v.indexOf(lo)],
          lo: gs.level(lo, this.wardUnit),
        });
      },
    },
    methods: {
      network() {
        const c = gs.charts,
          s = this.world.shown,
          now = this.world.worlds[this.side].statuses[this.month - 1];
        const nodes = s.rows.map((_, n) => {
          const status = this.world.statuses[+now[n]];
          return {
            id: String(n),
            row: n,
            x: 500 * s.places[n][0],
            y: 500 * s.places[n][1],
            symbol: SHAPES[status],
            symbolSize: n === this.picked ? 20 : 9,
            itemStyle: {
              color: c.colour(TINTS[status]),
              borderColor: n === this.picked ? c.ink() : c.ground(),
              borderWidth: n === this.picked ? 3 : 0.5,
            },
            category: +now[n],
          };
        });
        return Object.assign(c.base(), {
          legend: Object.assign(c.base().legend, {
            type: "plain",
            itemWidth: 16,
            data: this.world.statuses.map((x) => this.who[x]),
            selectedMode: false,
          }),
          tooltip: Object.assign(c.base().tooltip, {
            formatter: (p) =>
              p.dataType === "node"
                ? echarts.format.encodeHTML(this.person(p.data.row)) +
                  "<br>" +
                  echarts.format.encodeHTML(this.who[this.status(this.side, p.data.row)])
                : "",
          }),
          series: [
            {
              type: "graph",
              layout: "none",
              roam: true,
              left: 20,
              right: 20,
              top: 10,
              bottom: window.innerWidth < 700 ? 165 : 100,
              data: nodes,
              categories: this.world.statuses.map((x) => ({
                name: this.who[x],
                symbol: SHAPES[x],
                itemStyle: { color: c.colour(TINTS[x]) },
              })),
              links: s.edges.map(([a, b]) => ({ source: String(a), target: String(b) })),
              lineStyle: { color: c.faint(), width: 0.8, opacity: 0.7 },
              emphasis: { disabled: true },
            },
          ],
        });
      },
      courses() {
        return gs.charts.months(
          [0, 1].map((s) => ({
            name: this.sides[s],
            tint: s,
            dash: s,
            values: this.world.worlds[s].courses.map((c) =>
              gs.known(c[this.at]) ? +((this.unit === "share" ? 100 : 1) * c[this.at]).toFixed(3) : null,
            ),
          })),
          this.month,
          this.unit === "share" ? "%" : this.$t("chart.level_each"),
        );
      },
      backlog() {
        return gs.charts.months(
          this.world.institutions.map((name, n) => ({
            name,
            tint: n + 1,
            dash: n,
            values: this.world.worlds[this.side].backlog.map((b) => b[n]),
          })),
          this.month,
          this.$t("live.backlog_unit"),
        );
      },
      wards() {
        const c = gs.charts,
          rows = this.world.wards
            .map((w, n) => [
              w,
              ...[0, 1].map(
                (s) =>
                  +(
                    (this.wardUnit === "share" ? 100 : 1) * this.world.worlds[s].wards[this.month - 1][this.wardAt][n]
                  ).toFixed(3),
              ),
            ])
            .sort((a, b) => b[1] - a[1]);
        const axis = {
          axisLabel: c.text(12),
          axisLine: { lineStyle: { color: c.faint() } },
          splitLine: { lineStyle: { color: c.faint(), opacity: 0.5 } },
        };
        return Object.assign(c.base(), {
          grid: { left: 8, right: 20, top: 8, bottom: 52, containLabel: true },
          tooltip: Object.assign(c.base().tooltip, { trigger: "axis" }),
          xAxis: Object.assign({ type: "value", scale: true }, axis, {
            axisLabel: Object.assign({ formatter: this.wardUnit === "share" ? "{value} %" : "{value}" }, c.text(12)),
          }),
          yAxis: Object.assign({ type: "category", inverse: true, data: rows.map((r) => r[0]) }, axis, {
            axisLabel: Object.assign({ interval: 0, width: 150, overflow: "truncate" }, c.text(12)),
          }),
          series: [0, 1].map((s) => ({
            type: "scatter",
            name: this.sides[s],
            symbol: s ? "rect" : "circle",
            symbolSize: 10,
            itemStyle: { color: c.colour(s) },
            data: rows.map((r) => r[s + 1]),
          })),
        });
      },
    },
  };
})();
