/* Studies: sweeps and what was asked of them. */
(() => {
  "use strict";
  const gs = window.gs;
  const number = (v) => (typeof v === "number" ? +v.toPrecision(4) : v === null ? "–" : v);

  Vue.component("gs-studies", {
    props: { view: Object },
    data: () => ({ study: null, wrong: "", filters: {}, x: "", y: "", tint: "", measure: "", copied: "" }),
    template: /* HTML */ `
      <div>
        <h1>{{ $t('study.title') }}</h1>
        <section aria-labelledby="folders-h">
          <h2 id="folders-h">{{ $t('study.folders') }}</h2>
          <p v-if="!view.studies.length" class="gs-card">{{ $t('study.none') }}</p>
          <ul v-else class="gs-saved">
            <li v-for="s in view.studies" :key="s.open">
              <gs-link :to="'/studies?open=' + encodeURIComponent(s.open)">{{ s.name }}</gs-link>
              <span class="gs-note">{{ listed(s) }}</span>
            </li>
          </ul>
        </section>
        <p v-if="wrong" class="gs-error" role="alert">{{ wrong }}</p>
        <p v-if="view.study && !study && !wrong" role="status">{{ $t('app.loading') }}</p>
        <template v-if="study">
          <section class="gs-card" aria-labelledby="study-h">
            <h2 id="study-h">{{ study.name }}</h2>
            <p role="status">{{ progress }}</p>
            <progress
              v-if="study.complete < study.chunks"
              :max="study.chunks"
              :value="study.complete"
              :aria-label="$t('run.progress')"
            ></progress>
            <p class="gs-note">{{ study.attribution }}</p>
          </section>
          <section v-if="sensitivity" class="gs-card" aria-labelledby="sens-h">
            <h2 id="sens-h">{{ $t('study.sensitivity') }}</h2>
            <div class="gs-row">
              <label for="s-measure">{{ $t('result.measure') }}</label>
              <select id="s-measure" v-model="measure">
                <option v-for="m in sensitivity.measures" :key="m" :value="m">{{ said(m) }}</option>
              </select>
            </div>
            <gs-chart
              :title="$t('study.matters', {measure: said(measure)})"
              :finding="study.answers.sensitivity.words_by_measure[measure]"
              :make="() => $gs.charts.bars(bars.map((b) => Object.assign({}, b, { factor: said(b.factor) })))"
              :head="[$t('study.factor'), $t('study.index'), $t('table.interval'), $t('study.differs_from_zero')]"
              :rows="bars.map((r) => [
                said(r.factor), number(r.value), number(r.low) + ' – ' + number(r.high), $t(r.differs_from_zero ? 'app.yes' : 'app.no'),
              ])"
              name="sensitivity"
              :height="80 + 28 * bars.length"
            ></gs-chart>
          </section>
          <section v-if="study.answers.discover" class="gs-card" aria-labelledby="disc-h">
            <h2 id="disc-h">{{ $t('study.discover') }}</h2>
            <p class="gs-finding">{{ study.answers.discover.words }}</p>
            <ol>
              <li v-for="(b, n) in study.answers.discover.boxes" :key="n">
                {{ b.words }}
                <span class="gs-note">{{ boxWords(b) }}</span>
                <button type="button" class="gs-small" @click="box(b)">
                  {{ $t('study.show_box') }}
                  <span class="gs-unseen">{{ n + 1 }}</span>
                </button>
              </li>
            </ol>
          </section>
          <section v-if="front" class="gs-card" aria-labelledby="front-h">
            <h2 id="front-h">{{ $t('study.optimise') }}</h2>
            <gs-chart
              :title="$t('study.front', {x: said(front.x), y: said(front.y)})"
              :finding="study.answers.optimise.words"
              :make="() => $gs.charts.scatter(front.sets, said(front.x), said(front.y))"
              :head="front.head"
              :rows="front.rows"
              name="front"
              :height="400"
            ></gs-chart>
          </section>
          <section v-if="study.rows.length" class="gs-card" aria-labelledby="points-h">
            <h2 id="points-h">{{ $t('study.points') }}</h2>
            <p class="gs-note">{{ someWords }}</p>
            <fieldset>
              <legend>{{ $t('study.filters') }}</legend>
              <div class="gs-fields">
                <div v-for="f in study.factors" :key="f.name">
                  <template v-if="limits[f.name]">
                    <label :for="'f-' + f.name + '-low'">{{ said(f.name) }}</label>
                    <span class="gs-row">
                      <span class="gs-note" aria-hidden="true">{{ $t('study.least') }}</span>
                      <gs-field
                        :id="'f-' + f.name + '-low'"
                        type="number"
                        step="any"
                        :aria-label="said(f.name) + ' ' + $t('study.least')"
                        :value="low(f.name)"
                        @change="limit(f.name, 0, $event)"
                      ></gs-field>
                      <span class="gs-note" aria-hidden="true">{{ $t('study.most') }}</span>
                      <gs-field
                        type="number"
                        step="any"
                        :aria-label="said(f.name) + ' ' + $t('study.most')"
                        :value="high(f.name)"
                        @change="limit(f.name, 1, $event)"
                      ></gs-field>
                    </span>
                  </template>
                  <template v-else>
                    <label :for="'f-' + f.name">{{ said(f.name) }}</label>
                    <select
                      :id="'f-' + f.name"
                      :value="filters[f.name] || ''"
                      @change="$set(filters, f.name, $event.target.value)"
                    >
                      <option value="">{{ $t('study.any') }}</option>
                      <option v-for="v in f.values" :key="v">{{ v }}</option>
                    </select>
                  </template>
                </div>
              </div>
              <button type="button" class="gs-small" @click="filters = {}">{{ $t('study.clear') }}</button>
            </fieldset>
            <div class="gs-row">
              <label for="s-tint">{{ $t('study.tint') }}</label>
              <select id="s-tint" v-model="tint">
                <option v-for="m in study.measures" :key="m" :value="m">{{ said(m) }}</option>
              </select>
            </div>
            <gs-chart
              canvas
              :title="$t('study.parallel')"
              :finding="$t('study.kept', {n: $gs.whole(kept.length), of: $gs.whole(study.rows.length)})"
              :make="parallel"
              :head="columns.map((c) => said(c.name))"
              :rows="kept.slice(0, 200).map((r) => columns.map((c) => number(r[c.at])))"
              name="points"
              :height="420"
            ></gs-chart>
            <div class="gs-row">
              <label for="s-x">{{ $t('study.x') }}</label>
              <select id="s-x" v-model="x">
                <option v-for="c in numeric" :key="c" :value="c">{{ said(c) }}</option>
              </select>
              <label for="s-y">{{ $t('study.y') }}</label>
              <select id="s-y" v-model="y">
                <option v-for="c in numeric" :key="c" :value="c">{{ said(c) }}</option>
              </select>
            </div>
            <gs-chart
              v-if="x && y"
              :title="$t('study.scatter', {x: said(x), y: said(y)})"
              :finding="scatterWords"
              :make="scatter"
              :head="[said(x), said(y)]"
              :rows="kept.slice(0, 200).map((r) => [number(r[at(x)]), number(r[at(y)])])"
              name="scatter"
              :height="380"
            ></gs-chart>
          </section>
          <section class="gs-card" aria-labelledby="again-h">
            <h2 id="again-h">{{ $t('study.again') }}</h2>
            <template v-for="k in ['command', 'look', 'python']">
              <h3 :key="k + 'h'">{{ $t('study.' + k) }}</h3>
              <pre :key="k" tabindex="0" class="gs-code" :aria-label="$t('study.' + k)">{{ study.reproduce[k] }}</pre>
              <button :key="k + 'b'" type="button" class="gs-small" @click="copy(k)">
                {{ copied === k ? $t('compare.copied') : $t('study.copy') }}
                <span class="gs-unseen">{{ $t('study.' + k) }}</span>
              </button>
            </template>
          </section>
        </template>
      </div>
    `,
    computed: {
      progress() {
        const { complete, chunks, runs, failed } = this.study;
        const far = complete < chunks;
        const words = far ? this.$t("study.running", this.study) : this.$t("study.complete", { runs: gs.whole(runs) });
        return failed ? `${words} ${this.$t("study.failed", this.study)}` : words;
      },
      someWords() {
        const { shown, points } = this.study;
        return shown < points ? this.$t("study.some", { shown: gs.whole(shown), points: gs.whole(points) }) : "";
      },
      names() {
        return this.study ? ["point", ...this.study.factors.map((f) => f.name), ...this.study.measures] : [];
      },
      numeric() {
        return [...this.study.factors.filter((f) => f.numeric).map((f) => f.name), ...this.study.measures];
      },
      columns() {
        return [...this.study.factors.map((f) => f.name), ...this.shownMeasures].map((name) => {
          const f = this.study.factors.find((g) => g.name === name);
          return { name, at: this.at(name), categories: f && !f.numeric ? f.values.map(String) : null };
        });
      },
      shownMeasures() {
        return [...new Set([this.tint, ...this.study.measures])].filter(Boolean).slice(0, 5);
      },
      limits() {
        return Object.fromEntries(
          this.study.factors
            .filter((f) => f.numeric)
            .map((f) => {
              const v = this.study.rows.map((r) => r[this.at(f.name)]);
              return [f.name, [Math.min(...v), Math.max(...v)]];
            }),
        );
      },
      kept() {
        return this.study.rows.filter((r) =>
          Object.entries(this.filters).every(([name, f]) => {
            const v = r[this.at(name)];
            return Array.isArray(f)
              ? (f[0] === null || v >= f[0]) && (f[1] === null || v <= f[1])
              : !f || String(v) === f;
          }),
        );
      },
      sensitivity() {
        const a = this.study.answers.sensitivity;
        return a
          ? {
              measures: [...new Set(a.rows.map((r) => r.measure))],
              main: { morris: "mu_star", sobol: "total", pawn: "pawn" }[a.method],
            }
          : null;
      },
      bars() {
        return this.study.answers.sensitivity.rows
          .filter((r) => r.measure === this.measure && r.index === this.sensitivity.main)
          .sort((a, b) => b.value - a.value);
      },
      front() {
        const a = this.study.answers.optimise;
        if (!a?.objectives.length) return null;
        const goals = a.objectives.map((o) => o.split(" ").pop());
        const [y, x] = [goals[0], goals[1] || "regret"];
        const levers = this.study.factors.filter((f) => f.role === "lever").map((f) => f.name);
        const words = (r) =>
          levers
            .filter((l) => l in r)
            .map((l) => `${this.said(l)} ${number(r[l])}`)
            .join(", ");
        const point = (r) => ({ value: [r[x], r[y]], words: words(r) });
        const sets = [
          { name: this.$t("study.alike"), keep: (r) => !r.differs_from_best, size: 13 },
          { name: this.$t("study.worse"), keep: (r) => r.differs_from_best && !r.dominated, size: 9 },
          { name: this.$t("study.dominated"), keep: (r) => r.differs_from_best && r.dominated, size: 7, hollow: true },
        ].map((s) =>
          Object.assign(s, {
            data: a.rows.filter(s.keep).map(point),
            ends: a.rows
              .filter(s.keep)
              .filter((r) => gs.known(r[`${y}_low`]))
              .map((r) => [r[`${y}_low`], r[`${y}_high`], r[x]]),
          }),
        );
        return {
          x,
          y,
          sets,
          head: [
            this.$t("study.package"),
            this.said(y),
            this.$t("table.interval"),
            this.said(x),
            this.$t("study.alike_head"),
          ],
          rows: a.rows.map((r) => [
            words(r),
            number(r[y]),
            `${number(r[`${y}_low`])} – ${number(r[`${y}_high`])}`,
            number(r[x]),
            r.differs_from_best ? this.$t("app.no") : this.$t("app.yes"),
          ]),
        };
      },
      scatterWords() {
        const pairs = this.kept
          .map((r) => [r[this.at(this.x)], r[this.at(this.y)]])
          .filter((p) => gs.known(p[0]) && gs.known(p[1]));
        if (pairs.length < 3) return this.$t("study.few");
        const mean = (n) => pairs.reduce((s, p) => s + p[n], 0) / pairs.length,
          [mx, my] = [mean(0), mean(1)];
        const sum = (f) => pairs.reduce((s, p) => s + f(p[0] - mx, p[1] - my), 0);
        const r = sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
        if (!Number.isFinite(r)) return this.$t("study.same");
        const end = (sign) =>
          pairs.length > 3 && Math.abs(r) < 1
            ? Math.tanh(Math.atanh(r) + (sign * 1.96) / Math.sqrt(pairs.length - 3)).toFixed(2)
            : "–"; // Fisher's interval
        return this.$t("study.correlation", { r: r.toFixed(2), low: end(-1), high: end(1), n: gs.whole(pairs.length) });
      },
    },
    watch: {
      "view.study": {
        immediate: true,
        handler() {
          this.load(true);
        },
      },
    },
    beforeDestroy() {
      clearTimeout(this.timer);
    },
    methods: {
      listed(s) {
        const runs = s.runs ? [this.$t("study.runs", { n: gs.whole(s.runs) })] : [];
        return [s.open, ...runs, ...(s.answers.length ? [s.answers.join(", ")] : [])].join(" · ");
      },
      boxWords(b) {
        const [density, coverage] = [b.density, b.coverage].map((share) => Math.round(100 * share));
        return this.$t("study.box", { density, coverage, points: b.points });
      },
      number,
      said(name) {
        return this.study.labels[name] || name;
      },
      at(name) {
        return this.names.indexOf(name);
      },
      async load(fresh) {
        clearTimeout(this.timer);
        if (fresh) {
          this.study = null;
          this.filters = {};
        }
        this.wrong = "";
        if (!this.view.study) return;
        try {
          const found = await gs.load(`/gs/study.json?${this.view.study.open}`);
          this.study = Object.freeze(found);
          if (fresh || !this.tint) {
            this.tint = this.study.measures[0] || "";
            const f = this.study.factors.filter((g) => g.numeric)[0];
            this.x = f ? f.name : this.tint;
            this.y = this.tint;
            if (this.sensitivity) this.measure = this.sensitivity.measures[0];
          }
          if (found.complete < found.chunks) this.timer = setTimeout(() => this.load(false), 3000);
        } catch (error) {
          this.wrong = error.message;
        }
      },
      low(name) {
        const f = this.filters[name];
        return number(f && f[0] !== null ? f[0] : this.limits[name][0]);
      },
      high(name) {
        const f = this.filters[name];
        return number(f && f[1] !== null ? f[1] : this.limits[name][1]);
      },
      limit(name, end, text) {
        const now = (this.filters[name] || [null, null]).slice();
        now[end] = text === "" ? null : +text;
        this.$set(this.filters, name, now);
      },
      box(b) {
        this.filters = {};
        for (const l of b.limits) {
          const factor = this.study.factors.find((f) => f.name === l.factor);
          if (factor?.numeric) this.$set(this.filters, l.factor, [l.low, l.high]);
        }
      },
      parallel() {
        return gs.charts.parallel(
          this.columns.map((c) => Object.assign({}, c, { name: this.said(c.name) })),
          this.kept.map((r) => this.columns.map((c) => (c.categories ? String(r[c.at]) : r[c.at]))),
          this.columns.findIndex((c) => c.name === this.tint),
          this.$el ? this.$el.clientWidth : 900,
        );
      },
      scatter() {
        return gs.charts.scatter(
          [
            {
              name: this.$t("study.points"),
              data: this.kept.map((r) => ({ value: [r[this.at(this.x)], r[this.at(this.y)]] })),
              size: 6,
            },
          ],
          this.said(this.x),
          this.said(this.y),
        );
      },
      async copy(k) {
        try {
          await navigator.clipboard.writeText(this.study.reproduce[k]);
          this.copied = k;
        } catch {
          this.wrong = this.$t("study.no_copy");
        }
      },
    },
  });
})();
