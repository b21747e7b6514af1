/* Results of a comparison: the answer first, then effects, courses, for whom, money, and who loses. */
(() => {
  "use strict";
  const gs = window.gs;

  /* Measures that are shown over time and for groups: those of the first tables that groups of residents have. */
  gs.drawn = (catalogue) => {
    const grouped = new Set(catalogue.measures.filter((m) => m.grouped).map((m) => m.name));
    return catalogue.shown_first.filter((name) => grouped.has(name));
  };

  Vue.component("gs-results", {
    props: { page: Object, catalogue: Object, measure: String, grouping: String, budget: Number },
    template: /* HTML */ `
      <div>
        <section aria-labelledby="answer-h" class="gs-card gs-answer">
          <h2 id="answer-h">
            {{ $t('result.answer') }}
            <span v-if="look" class="gs-badge is-look">{{ look }}</span>
          </h2>
          <p class="gs-lead">{{ page.answers[0] }}</p>
          <ul v-if="page.answers.length > 1" class="gs-said">
            <li v-for="(s, n) in page.answers.slice(1)" :key="n">{{ s }}</li>
          </ul>
          <p class="gs-note">{{ origin }}</p>
          <ul v-if="warnings.length" class="gs-warnings">
            <li v-for="(w, n) in warnings" :key="n">{{ w }}</li>
          </ul>
        </section>
        <template v-if="several">
          <section aria-labelledby="effects-h" class="gs-card">
            <h2 id="effects-h">{{ $t('result.effects') }}</h2>
            <p class="gs-note">{{ legend }}</p>
            <gs-chart
              :title="$t('result.effects_title')"
              :mark="look"
              :finding="page.findings.effects"
              :make="() => $gs.charts.effects(page, shares)"
              :head="effectsTable[0]"
              :rows="effectsTable[1]"
              name="effects"
              :height="90 + 26 * shares.length * page.names.length"
            ></gs-chart>
            <gs-chart
              :title="$t('result.acts_title')"
              :mark="look"
              :finding="page.findings.acts"
              :make="() => $gs.charts.effects(page, [measures.acts_12m])"
              :head="actsTable[0]"
              :rows="actsTable[1]"
              name="acts"
              :height="110 + 30 * page.names.length"
            ></gs-chart>
            <details v-if="doubtTable[1].length">
              <summary>{{ $t('doubt.title') }}</summary>
              <p>{{ page.first_look ? page.caution : $t('doubt.text') }}</p>
              <gs-table :head="doubtTable[0]" :rows="doubtTable[1]" :title="$t('doubt.title')"></gs-table>
            </details>
          </section>
        </template>
        <section aria-labelledby="course-h" class="gs-card">
          <h2 id="course-h">{{ $t('result.courses') }}</h2>
          <div class="gs-row">
            <label for="course-m">{{ $t('result.measure') }}</label>
            <select id="course-m" :value="measure" @change="$emit('show', {measure: $event.target.value})">
              <option v-for="name in choice" :key="name" :value="name">{{ measures[name].label }}</option>
            </select>
          </div>
          <gs-chart
            v-if="page.courses[measure]"
            :title="$t('result.course', {measure: measures[measure].label})"
            :mark="look"
            :finding="page.findings.courses[measure]"
            :make="() => $gs.charts.course(page, measure, measures[measure])"
            :head="courseTable[0]"
            :rows="courseTable[1]"
            :name="'course-' + measure"
            :height="360"
          ></gs-chart>
          <p v-if="page.courses[measure]" class="gs-note">{{ $t('legend.band') }}</p>
          <p v-else class="gs-note">{{ $t('result.no_course') }}</p>
          <template v-if="several && monthsTable[1].length">
            <h3>{{ $t('when.title') }}</h3>
            <p>{{ $t('when.read', {read: page.read.participation}) }}</p>
            <gs-table :head="monthsTable[0]" :rows="monthsTable[1]" :title="$t('when.title')"></gs-table>
          </template>
        </section>
        <template v-if="several">
          <section aria-labelledby="whom-h" class="gs-card">
            <h2 id="whom-h">{{ $t('result.whom') }}</h2>
            <fieldset class="gs-radios">
              <legend>{{ $t('result.by') }}</legend>
              <label v-for="g in catalogue.groupings" :key="g">
                <input
                  type="radio"
                  name="grouping"
                  :value="g"
                  :checked="grouping === g"
                  @change="$emit('show', {grouping: g})"
                />
                <span>{{ $t('by.' + g) }}</span>
              </label>
            </fieldset>
            <p v-if="!comparable" class="gs-note">{{ $t('result.other_groups') }}</p>
            <gs-chart
              v-else
              :title="$t('result.group', {measure: measures[measure].label, by: $t('by.' + grouping).toLowerCase()})"
              :mark="look"
              :finding="groupFinding"
              :make="() => $gs.charts.groups(page, measures[measure], grouping, groups)"
              :head="groupTable[0]"
              :rows="groupTable[1]"
              :name="measure + '-by-' + grouping"
              :height="groups.length > 8 ? 120 + Math.max(22, 12 * page.names.length) * groups.length : 380"
            ></gs-chart>
          </section>
          <section v-if="moneyTable[1].length" aria-labelledby="cost-h" class="gs-card">
            <h2 id="cost-h">{{ $t('result.cost') }}</h2>
            <gs-chart
              :title="$t('result.cost_title')"
              :mark="look"
              :finding="page.findings.cost"
              :make="() => $gs.charts.cost(page, budget)"
              :head="moneyTable[0]"
              :rows="moneyTable[1]"
              name="cost"
              :height="130 + 64 * (page.names.length - 1)"
            ></gs-chart>
            <ul v-if="budget !== null" class="gs-budget">
              <li v-for="(b, n) in budgets" :key="n">{{ b }}</li>
            </ul>
            <p class="gs-note">
              {{ $t('cost.assumed') }}
              <gs-status status="assumed"></gs-status>
            </p>
          </section>
          <section aria-labelledby="lose-h" class="gs-card">
            <h2 id="lose-h">
              {{ $t('result.loses') }}
              <span v-if="look" class="gs-badge is-look">{{ look }}</span>
            </h2>
            <p class="gs-finding">{{ losing }}</p>
            <gs-table
              v-if="page.losses.length"
              :head="lossTable[0]"
              :rows="lossTable[1]"
              :title="$t('result.loses')"
            ></gs-table>
          </section>
          <section v-if="page.ranking.length" aria-labelledby="rank-h" class="gs-card">
            <h2 id="rank-h">
              {{ $t('result.ranking') }}
              <span v-if="look" class="gs-badge is-look">{{ look }}</span>
            </h2>
            <p class="gs-finding">{{ page.findings.first }}</p>
            <gs-table folds :head="rankTable[0]" :rows="rankTable[1]" :title="$t('result.ranking')"></gs-table>
          </section>
        </template>
        <section aria-labelledby="all-h" class="gs-card">
          <h2 id="all-h">{{ $t('result.all') }}</h2>
          <details>
            <summary>{{ $t('result.all_open', {n: allTable[1].length}) }}</summary>
            <p class="gs-note">{{ $t('result.all_note', {months: page.result.months}) }}</p>
            <gs-table :head="allTable[0]" :rows="allTable[1]" :title="$t('result.all')"></gs-table>
          </details>
        </section>
      </div>
    `,
    computed: {
      several() {
        return this.page.result.scenarios.length > 1;
      },
      measures() {
        return Object.fromEntries(this.catalogue.measures.map((m) => [m.name, m]));
      },
      shares() {
        return this.catalogue.shown_first.map((n) => this.measures[n]).filter((m) => m.unit === "share");
      },
      choice() {
        return gs.drawn(this.catalogue);
      },
      look() {
        return this.several && this.page.first_look ? this.$t("look.mark") : "";
      },
      legend() {
        return [this.$t("legend.range"), this.page.caution].filter(Boolean).join(" ");
      },
      warnings() {
        return this.page.result.provenance.warnings;
      },
      origin() {
        const r = this.page.result;
        const first =
          this.page.stage === "first"
            ? this.$t("result.first")
            : this.page.stage === "partial"
              ? this.$t("result.partial", { planned: this.page.planned })
              : this.page.stage === "replicates"
                ? this.$t("result.second")
                : "";
        return (
          first +
          this.$t("result.origin", {
            place: r.provenance.place_title,
            population: gs.whole(r.population),
            months: r.months,
            replicates: r.replicates,
            seed: r.seed,
          })
        );
      },
      comparable() {
        return this.page.groups[this.grouping].every((g) => g.join() === this.page.groups[this.grouping][0].join());
      },
      groups() {
        const scenarios = this.page.result.scenarios;
        const lived = (key) =>
          this.grouping !== "deprivation_fifth" ||
          scenarios.some((s) => gs.known(s.by.deprivation_fifth[key]?.[this.measure]?.mean));
        const names = this.page.groups[this.grouping][0].filter(lived);
        const rows = names.map((key) => ({
          key,
          label:
            this.grouping === "deprivation_fifth"
              ? this.$t(`fifth.${key}`)
              : this.grouping === "ward"
                ? key
                : gs.plain(key),
        }));
        if (this.grouping !== "ward") return rows;
        const effect = (key) => this.page.result.scenarios[1].by.ward[key][this.measure]?.effect || 0;
        return rows.sort((a, b) => effect(b.key) - effect(a.key));
      },
      groupFinding() {
        return this.page.findings.groups[this.grouping]?.[this.measure];
      },
      effectsTable() {
        return gs.tables.effects(this.page, this.shares);
      },
      actsTable() {
        return gs.tables.effects(this.page, [this.measures.acts_12m]);
      },
      courseTable() {
        return gs.tables.course(this.page, this.measures[this.measure]);
      },
      monthsTable() {
        return gs.tables.months(this.page, this.measures);
      },
      groupTable() {
        return gs.tables.groups(
          this.page,
          this.measures[this.measure],
          this.grouping,
          this.groups,
          this.measures.acts_12m,
        );
      },
      moneyTable() {
        return gs.tables.money(this.page);
      },
      /* The dearer of programme and both counts against a budget, so that what is saved elsewhere hides no cost. */
      budgets() {
        return this.page.result.scenarios
          .slice(1)
          .map((s, n) => [s.money, this.page.begun[n + 1]])
          .filter(([money]) => money)
          .map(([money, name]) => {
            const dearer = money.net.value > money.programme.value ? money.net : money.programme;
            const high = Math.max(money.net.high, money.programme.high);
            const key = high <= this.budget ? "within" : dearer.value <= this.budget ? "maybe" : "beyond";
            return this.$t(`budget.${key}`, {
              name,
              cost: gs.pounds(dearer.value),
              left: gs.pounds(Math.abs(this.budget - dearer.value)),
              high: gs.pounds(high),
            });
          });
      },
      losing() {
        return this.page.losses.length
          ? this.$t(this.page.losses.length > 1 ? "result.losing" : "result.losing_one", { n: this.page.losses.length })
          : this.$t("result.nobody_loses");
      },
      lossTable() {
        return gs.tables.losses(this.page, this.measures);
      },
      rankTable() {
        return gs.tables.ranking(this.page);
      },
      doubtTable() {
        return gs.tables.doubt(this.page, this.measures, this.catalogue.headlines);
      },
      allTable() {
        return gs.tables.all(this.page, this.catalogue.measures);
      },
    },
  });
})();
