/* Results of a comparison: the answer first, then effects, courses, for whom, money, and who loses. */
(function () {
  "use strict";
  const gs = window.gs;
  const COURSES = ["participation", "apathy", "perceived_influence", "trust"];
  const GROUPED = ["participation", "apathy", "perceived_influence", "trust", "volunteering", "consultation"];

  Vue.component("gs-results", {
    props: { page: Object, catalogue: Object, measure: String, grouping: String, budget: Number },
    template: `
      <div>
        <section aria-labelledby="answer-h" class="gs-card gs-answer">
          <h2 id="answer-h">{{ $t('result.answer') }}</h2>
          <p class="gs-lead">{{ page.answer }}</p>
          <p class="gs-note">{{ origin }}</p>
          <ul v-if="warnings.length" class="gs-warnings"><li v-for="(w, n) in warnings" :key="n">{{ w }}</li></ul>
        </section>
        <template v-if="several">
          <section aria-labelledby="effects-h"><h2 id="effects-h" class="gs-unseen">{{ $t('result.effects') }}</h2>
            <gs-chart class="gs-card" :title="$t('result.effects')" :finding="page.findings.effects" :make="() => $gs.charts.effects(page, headlines)" :head="effectsTable[0]" :rows="effectsTable[1]" name="effects" :height="90 + 26 * headlines.length * page.names.length"></gs-chart>
            <gs-doubt :page="page" :measures="measures"></gs-doubt>
          </section>
        </template>
        <section aria-labelledby="course-h" class="gs-card">
          <h2 id="course-h">{{ $t('result.courses') }}</h2>
          <div class="gs-row"><label for="course-m">{{ $t('result.measure') }}</label><select id="course-m" :value="measure" @change="$emit('show', {measure: $event.target.value})"><option v-for="name in grouped" :key="name" :value="name">{{ measures[name].label }}</option></select></div>
          <gs-chart v-if="page.courses[measure]" :title="$t('result.course', {measure: measures[measure].label})" :finding="page.findings.courses[measure]" :make="() => $gs.charts.course(page, measure, measures[measure])" :head="courseTable[0]" :rows="courseTable[1]" :name="'course-' + measure" :height="360"></gs-chart>
          <p v-else class="gs-note">{{ $t('result.no_course') }}</p>
        </section>
        <template v-if="several">
          <section aria-labelledby="whom-h" class="gs-card">
            <h2 id="whom-h">{{ $t('result.whom') }}</h2>
            <fieldset class="gs-radios"><legend>{{ $t('result.by') }}</legend><label v-for="g in ['segment', 'deprivation_fifth', 'ward']" :key="g"><input type="radio" name="grouping" :value="g" :checked="grouping === g" @change="$emit('show', {grouping: g})"> {{ $t('by.' + g) }}</label></fieldset>
            <p v-if="!comparable" class="gs-note">{{ $t('result.other_groups') }}</p>
            <gs-chart v-else :title="$t('result.group', {measure: measures[measure].label, by: $t('by.' + grouping).toLowerCase()})" :finding="groupFinding" :make="() => $gs.charts.groups(page, measure, grouping, groups)" :head="groupTable[0]" :rows="groupTable[1]" :name="measure + '-by-' + grouping" :height="groups.length > 8 ? 120 + Math.max(22, 12 * page.names.length) * groups.length : 380"></gs-chart>
          </section>
          <section aria-labelledby="cost-h" class="gs-card">
            <h2 id="cost-h">{{ $t('result.cost') }}</h2>
            <gs-chart :title="$t('result.cost_title')" :finding="page.findings.cost" :make="() => $gs.charts.cost(page, budget)" :head="costTable[0]" :rows="costTable[1]" name="cost" :height="110 + 52 * (page.names.length - 1)"></gs-chart>
            <ul v-if="budget !== null" class="gs-budget"><li v-for="(b, n) in budgets" :key="n">{{ b }}</li></ul>
            <p class="gs-note">{{ $t('cost.assumed') }} <gs-status status="assumed"></gs-status></p>
          </section>
          <section aria-labelledby="lose-h" class="gs-card">
            <h2 id="lose-h">{{ $t('result.loses') }}</h2>
            <p class="gs-finding">{{ losing }}</p>
            <gs-table v-if="page.losses.length" :head="[$t('table.scenario'), $t('table.what'), $t('table.whom'), $t('table.effect'), $t('table.joint')]" :rows="lossRows" :title="$t('result.loses')"></gs-table>
          </section>
          <section v-if="page.ranking.length" aria-labelledby="rank-h" class="gs-card">
            <h2 id="rank-h">{{ $t('result.ranking') }}</h2>
            <p class="gs-finding">{{ page.findings.first }}</p>
            <gs-table :head="[$t('table.scenario'), $t('table.rank'), $t('table.effect'), $t('table.from'), $t('table.lasts'), $t('table.gains')]" :rows="rankRows" :title="$t('result.ranking')"></gs-table>
          </section>
        </template>
        <section aria-labelledby="all-h" class="gs-card">
          <h2 id="all-h">{{ $t('result.all') }}</h2>
          <details><summary>{{ $t('result.all_open', {n: allRows.length}) }}</summary>
            <gs-table :head="allHead" :rows="allRows" :title="$t('result.all')"></gs-table>
          </details>
        </section>
      </div>`,
    computed: {
      several() { return this.page.result.scenarios.length > 1; },
      measures() { return Object.fromEntries(this.catalogue.measures.map((m) => [m.name, m])); },
      headlines() { return this.catalogue.headlines.map((n) => this.measures[n]).filter((m) => m.unit === "share"); },
      grouped: () => GROUPED,
      warnings() { return this.page.result.provenance.warnings; },
      origin() {
        const r = this.page.result;
        const first = this.page.stage === "first" ? this.$t("result.first") : this.page.stage === "partial" ? this.$t("result.partial", { planned: this.page.planned }) : this.page.stage === "replicates" ? this.$t("result.second") : "";
        return first + this.$t("result.origin", { place: r.provenance.place_title, population: gs.whole(r.population), months: r.months, replicates: r.replicates, seed: r.seed });
      },
      comparable() { return this.page.groups[this.grouping].every((g) => g.join() === this.page.groups[this.grouping][0].join()); },
      groups() {
        const names = this.page.groups[this.grouping][0];
        const rows = names.map((key) => ({ key, label: this.grouping === "deprivation_fifth" ? this.$t("fifth." + key) : key }));
        if (this.grouping !== "ward") return rows;
        const effect = (key) => (this.page.result.scenarios[1].by.ward[key][this.measure] || {}).effect || 0;
        return rows.sort((a, b) => effect(b.key) - effect(a.key));
      },
      groupFinding() { return (this.page.findings.groups[this.grouping] || {})[this.measure]; },
      effectsTable() {
        const rows = [];
        for (const m of this.headlines) this.page.result.scenarios.slice(1).forEach((s, n) => { const e = s.measures[m.name]; rows.push([m.label, this.page.names[n + 1], gs.level(e.mean, m.unit), gs.change(e.effect, m.unit), gs.interval(e.effect_low, e.effect_high, m.unit)]); });
        return [[this.$t("table.measure"), this.$t("table.scenario"), this.$t("table.level"), this.$t("table.effect"), this.$t("table.interval")], rows];
      },
      courseTable() {
        const [course, share] = [this.page.courses[this.measure], this.measures[this.measure].unit];
        const months = course[0].mean.map((_, m) => m + 1).filter((m) => m === 1 || m % 12 === 0 || m === course[0].mean.length);
        return [[this.$t("table.month"), ...this.page.names], months.map((m) => [m, ...course.map((c) => gs.level(c.mean[m - 1], share))])];
      },
      groupTable() {
        const others = this.page.result.scenarios.slice(1);
        const cell = (s, key) => (s.by[this.grouping][key] || {})[this.measure] || {};
        return [[this.$t("by." + this.grouping), ...this.page.names.slice(1)], this.groups.map((g) => [g.label, ...others.map((s) => { const c = cell(s, g.key); return gs.change(c.effect, "share") + " " + gs.interval(c.effect_low, c.effect_high, "share"); })])];
      },
      costTable() {
        const rows = this.page.result.scenarios.slice(1).map((s, n) => {
          const [c, range] = [s.measures.cost.mean, this.page.cost_range[n + 1] || [1, 1]];
          const each = s.measures.cost_per_participant;
          return [this.page.names[n + 1], gs.level(c, "pounds"), gs.level(c * range[0], "pounds") + " – " + gs.level(c * range[1], "pounds"), gs.level(each.mean, "pounds"), gs.change(s.measures.saving.mean, "pounds")];
        });
        return [[this.$t("table.scenario"), this.$t("table.cost"), this.$t("table.cost_range"), this.$t("table.each"), this.$t("table.saved")], rows];
      },
      budgets() {
        return this.page.result.scenarios.slice(1).map((s, n) => {
          const [c, range] = [s.measures.cost.mean || 0, this.page.cost_range[n + 1] || [1, 1]];
          const key = c * range[1] <= this.budget ? "within" : c <= this.budget ? "maybe" : "beyond";
          return this.$t("budget." + key, { name: gs.capital(this.page.names[n + 1]), cost: gs.level(c, "pounds"), left: gs.level(Math.abs(this.budget - c), "pounds"), high: gs.level(c * range[1], "pounds") });
        });
      },
      losing() { return this.page.losses.length ? this.$t("result.losing", { n: this.page.losses.length }) : this.$t("result.nobody_loses"); },
      lossRows() {
        return this.page.losses.slice(0, 40).map((l) => {
          const m = this.measures[l.measure] || { label: l.measure, unit: "share" };
          const group = l.grouping === "deprivation_fifth" ? this.$t("fifth." + l.group) : l.group;
          return [gs.capital(gs.plain(l.scenario)), m.label, group || this.$t("table.everybody"), gs.change(l.effect, m.unit), gs.interval(l.low, l.high, m.unit)];
        });
      },
      rankRows() {
        return this.page.ranking.map((r) => [gs.capital(gs.plain(r.scenario)), r.rank, gs.change(r.effect, "share") + " " + gs.interval(r.effect_low, r.effect_high, "share"), r.shows_from_month ? this.$t("chart.month", { month: r.shows_from_month }) : this.$t("table.never"), r.outlasts_the_money || "–", r.gains_more || "–"]);
      },
      allHead() { return [this.$t("table.measure"), ...this.page.names.map((n, i) => (i ? n + " (" + this.$t("table.effect").toLowerCase() + ")" : n))]; },
      allRows() {
        return this.catalogue.measures.filter((m) => this.page.result.scenarios[0].measures[m.name]).map((m) => [m.label, ...this.page.result.scenarios.map((s, n) => { const e = s.measures[m.name]; return n ? (gs.change(e.effect, m.unit) + " " + gs.interval(e.effect_low, e.effect_high, m.unit)).trim() : gs.level(e.mean, m.unit); })]);
      },
    },
  });

  /* How sure: intervals beside the range that doubt about parameters gives. */
  Vue.component("gs-doubt", {
    props: { page: Object, measures: Object },
    template: `
      <details v-if="rows.length" class="gs-card">
        <summary>{{ $t('doubt.title') }}</summary>
        <p>{{ $t('doubt.text') }}</p>
        <gs-table :head="[$t('table.measure'), $t('table.scenario'), $t('table.effect'), $t('table.interval'), $t('doubt.range'), $t('doubt.share')]" :rows="rows" :title="$t('doubt.title')"></gs-table>
      </details>`,
    computed: {
      rows() {
        const found = [];
        for (const name of COURSES) this.page.result.scenarios.slice(1).forEach((s, n) => {
          const d = s.doubt && s.doubt[name];
          if (!d || !gs.known(d.range_low)) return;
          const e = s.measures[name];
          found.push([this.measures[name].label, this.page.names[n + 1], gs.change(e.effect, "share"), gs.interval(e.effect_low, e.effect_high, "share"), gs.interval(d.range_low, d.range_high, "share"), Math.round(100 * d.parameter_share) + " %"]);
        });
        return found;
      },
    },
  });
})();
