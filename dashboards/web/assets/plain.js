/* A plain page: text, tables and bars that Python made. */
(() => {
  "use strict";
  Vue.component("gs-plain", {
    props: { view: Object },
    template: /* HTML */ `
      <div v-if="view.plain">
        <h1>{{ view.plain.title }}</h1>
        <template v-for="(b, n) in view.plain.blocks">
          <p v-if="b.kind === 'text'" :key="n">{{ b.text }}</p>
          <section v-else class="gs-card" :key="n" :aria-labelledby="'plain' + n">
            <h2 :id="'plain' + n" :class="{'gs-unseen': b.kind === 'bars'}">{{ b.title }}</h2>
            <gs-table v-if="b.kind === 'table'" :head="b.head" :rows="b.rows" :title="b.title"></gs-table>
            <gs-chart
              v-else
              :title="b.title"
              :finding="b.finding"
              :make="() => $gs.charts.bars(b.rows.map((r) => ({factor: r[0], value: r[1], low: r[1], high: r[1], differs_from_zero: true})))"
              :head="[$t('study.factor'), b.title]"
              :rows="b.rows"
              :name="'bars-' + n"
              :height="80 + 28 * b.rows.length"
            ></gs-chart>
          </section>
        </template>
      </div>
    `,
  });
})();
