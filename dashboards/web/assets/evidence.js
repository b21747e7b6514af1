/* Evidence: what is known, how the model stands to it, and what it cannot say. */
(() => {
  "use strict";
  const gs = window.gs;
  const number = (v) => (v === null || v === undefined ? "–" : Math.abs(v) < 10 ? v.toFixed(3) : v.toFixed(1));

  Vue.component("gs-evidence", {
    props: { view: Object },
    data: () => ({ found: null, wrong: "", words: "", only: "" }),
    template: /* HTML */ `
      <div>
        <h1>{{ $t('evidence.title') }}</h1>
        <p class="gs-lead">{{ $t('evidence.lead') }}</p>
        <p v-if="wrong" class="gs-error" role="alert">{{ wrong }}</p>
        <p v-else-if="!found" role="status">{{ $t('app.loading') }}</p>
        <template v-else>
          <section id="limits" class="gs-card" aria-labelledby="limits-h">
            <h2 id="limits-h">{{ $t('evidence.limits') }}</h2>
            <ul>
              <li v-for="(l, n) in found.limits" :key="n">{{ l }}</li>
            </ul>
          </section>
          <section class="gs-card" aria-labelledby="valid-h">
            <h2 id="valid-h">{{ $t('evidence.validation') }}</h2>
            <gs-chart
              :title="$t('evidence.bands')"
              :finding="verdict"
              :make="bands"
              :head="validHead"
              :rows="validRows"
              name="validation"
              :height="60 + 24 * banded.length"
            ></gs-chart>
            <gs-table :head="validHead" :rows="validRows" :title="$t('evidence.validation')"></gs-table>
            <p class="gs-note">{{ made }}</p>
          </section>
          <section class="gs-card" aria-labelledby="facts-h">
            <h2 id="facts-h">{{ $t('evidence.facts') }}</h2>
            <p>{{ $t('evidence.facts_what') }}</p>
            <gs-table
              :head="[$t('evidence.fact'), $t('evidence.value'), $t('evidence.role'), $t('evidence.whom'), $t('evidence.source')]"
              :rows="found.facts.map((f) => [f.description, f.range || number(f.value), $t('role.' + f.kind), f.population + ', ' + f.year, f.source])"
              :title="$t('evidence.facts')"
            ></gs-table>
          </section>
          <section class="gs-card" aria-labelledby="numbers-h">
            <h2 id="numbers-h">{{ $t('evidence.numbers') }}</h2>
            <dl class="gs-meanings">
              <template v-for="s in statuses">
                <dt :key="s" :id="s">{{ $t('status.' + s) }}</dt>
                <dd :key="s + 'd'">{{ $t('status.' + s + '.long') }} {{ $t('evidence.count', {n: count(s)}) }}</dd>
              </template>
            </dl>
            <div class="gs-row">
              <label for="e-find">{{ $t('evidence.find') }}</label>
              <input id="e-find" type="search" v-model="words" />
              <label for="e-only">{{ $t('evidence.status') }}</label>
              <select id="e-only" v-model="only">
                <option value="">{{ $t('study.any') }}</option>
                <option v-for="s in statuses" :key="s" :value="s">{{ $t('status.' + s) }}</option>
              </select>
            </div>
            <p role="status" class="gs-note">
              {{ $t('evidence.shown', {n: Math.min(rows.length, 150), of: rows.length}) }}
            </p>
            <gs-table :head="numbersHead" :rows="rows.slice(0, 150)" :title="$t('evidence.numbers')"></gs-table>
          </section>
        </template>
      </div>
    `,
    computed: {
      made() {
        const { place, population, worlds } = this.found.validation;
        return this.$t("evidence.made", { place, population: gs.whole(population), worlds });
      },
      statuses() {
        return [...new Set(this.found.parameters.map((p) => p.status).concat("assumed"))].sort();
      },
      banded() {
        return this.found.validation.facts.filter((f) => gs.known(f.low) && gs.known(f.high) && gs.known(f.value));
      },
      numbersHead() {
        return [
          this.$t("evidence.number"),
          this.$t("evidence.default"),
          this.$t("evidence.range"),
          this.$t("evidence.plausible"),
          this.$t("evidence.status"),
          this.$t("evidence.source"),
        ];
      },
      validHead() {
        return [
          this.$t("evidence.fact"),
          this.$t("evidence.model"),
          this.$t("evidence.band"),
          this.$t("evidence.role"),
          this.$t("evidence.verdict"),
        ];
      },
      validRows() {
        const said = Object.fromEntries(this.found.facts.map((f) => [f.name, f.description]));
        return this.found.validation.facts.map((f) => [
          said[f.id] || f.id,
          number(f.value),
          gs.known(f.low) || gs.known(f.high) ? `${number(f.low)} – ${number(f.high)}` : "–",
          this.$t(`role.${f.role}`),
          this.$t(`verdict.${(f.verdict || "none").replace(/ /g, "_")}`) + (f.known_miss ? `: ${f.known_miss}` : ""),
        ]);
      },
      verdict() {
        const of = (role) => this.found.validation.facts.filter((f) => f.role === role && f.verdict);
        const inside = (role) => of(role).filter((f) => f.verdict === "inside").length;
        return this.$t("evidence.verdict_words", {
          a: inside("validate"),
          b: of("validate").length,
          c: inside("calibrate"),
          d: of("calibrate").length,
        });
      },
      rows() {
        const words = this.words.toLowerCase().split(/\s+/).filter(Boolean);
        return this.found.parameters
          .filter(
            (p) =>
              (!this.only || p.status === this.only) &&
              words.every((w) => `${p.name} ${p.description} ${p.source}`.toLowerCase().includes(w)),
          )
          .map((p) => [
            `${p.name}: ${p.description}`,
            `${p.default} ${p.unit}`,
            p.range,
            p.plausible,
            this.$t(`status.${p.status}`),
            p.source,
          ]);
      },
    },
    created() {
      gs.loadOnce("evidence").then(
        (f) => {
          this.found = f;
          this.$nextTick(() => {
            const at = location.hash && document.getElementById(location.hash.slice(1));
            if (at) at.scrollIntoView();
          });
        },
        (e) => {
          this.wrong = e.message;
        },
      );
    },
    methods: {
      number,
      count(status) {
        return this.found.parameters.filter((p) => p.status === status).length;
      },
      bands() {
        const c = gs.charts;
        const place = (f, v) => (2 * (v - f.low)) / (f.high - f.low) - 1;
        const rows = this.banded;
        return Object.assign(c.base(), {
          grid: { left: 8, right: 20, top: 8, bottom: 40, containLabel: true },
          legend: { show: false },
          xAxis: {
            type: "value",
            min: -2.2,
            max: 2.2,
            name: this.$t("evidence.axis"),
            nameLocation: "middle",
            nameGap: 24,
            nameTextStyle: c.text(12),
            axisLabel: Object.assign(
              { formatter: (v) => (v === -1 ? this.$t("evidence.low") : v === 1 ? this.$t("evidence.high") : "") },
              c.text(12),
            ),
            splitLine: { show: false },
          },
          yAxis: {
            type: "category",
            inverse: true,
            data: rows.map((f) => gs.plain(f.id)),
            axisLabel: Object.assign({ interval: 0, width: 160, overflow: "truncate" }, c.text(12)),
            axisLine: { onZero: false, lineStyle: { color: c.faint() } },
          },
          series: [
            {
              type: "scatter",
              data: rows.map((f, n) => ({
                value: [Math.max(-2.1, Math.min(2.1, place(f, f.value))), n],
                symbol: f.verdict === "outside" ? "diamond" : "circle",
                itemStyle: {
                  color: f.verdict === "inside" ? c.colour(1) : f.verdict === "outside" ? c.colour(2) : c.faint(),
                },
              })),
              symbolSize: 11,
              markArea: {
                silent: true,
                itemStyle: { color: c.colour(3), opacity: 0.14 },
                data: [[{ xAxis: -1 }, { xAxis: 1 }]],
              },
            },
          ],
        });
      },
    },
  });
})();
