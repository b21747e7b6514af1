/* Start: the question in plain words, a place, ready comparisons, and what was saved. */
(() => {
  "use strict";
  const gs = window.gs;

  Vue.component("gs-start", {
    props: { view: Object },
    data: () => ({ ready: null, error: "", renaming: null, name: "", later: 0 }),
    template: /* HTML */ `
      <div>
        <section class="gs-hero">
          <h1>{{ $t('start.question') }}</h1>
          <p class="gs-lead">{{ $t('start.claim') }}</p>
          <div class="gs-card gs-choose">
            <gs-place :place="view.question.place" :own="view.own" @choose="to"></gs-place>
            <p class="gs-note">{{ $t('start.place_note') }}</p>
            <gs-own :own="view.own" @act="$emit('act', $event)"></gs-own>
            <p v-if="view.own && view.own.place">
              <gs-link class="gs-button" :to="'/compare?place=' + view.own.place + defaults">
                {{ $t('start.own_compare', {title: view.own.title}) }}
              </gs-link>
            </p>
          </div>
        </section>
        <section aria-labelledby="ready-h">
          <h2 id="ready-h">{{ $t('start.ready') }}</h2>
          <p v-if="error" class="gs-error" role="alert">{{ error }}</p>
          <p v-else-if="!ready" role="status">{{ $t('app.loading') }}</p>
          <p v-if="computing" role="status">{{ $t('start.computing_some', {n: computing}) }}</p>
          <ul v-if="ready && !error" class="gs-cards">
            <li v-for="one in ready" :key="one.name" class="gs-card">
              <h3><gs-link :to="'/compare?' + one.query">{{ $t('ready.' + one.name) }}</gs-link></h3>
              <p class="gs-note">{{ $t('start.where', {place: one.place}) }}</p>
              <template v-if="one.rows">
                <p v-if="one.first_look"><span class="gs-badge is-look">{{ $t('look.mark') }}</span></p>
                <svg
                  :viewBox="'0 0 320 ' + (8 + 72 * one.rows.length)"
                  class="gs-mini"
                  role="img"
                  :aria-label="words(one)"
                >
                  <g v-for="(row, n) in one.rows" :key="n" :class="'tint' + (n + 1)">
                    <line :x1="x(one, 0)" :x2="x(one, 0)" :y1="32 + 72 * n" :y2="48 + 72 * n" class="gs-axis"></line>
                    <line
                      :x1="x(one, row.range_low)"
                      :x2="x(one, row.range_high)"
                      :y1="40 + 72 * n"
                      :y2="40 + 72 * n"
                      class="gs-broad"
                    ></line>
                    <line
                      :x1="x(one, row.effect_low)"
                      :x2="x(one, row.effect_high)"
                      :y1="40 + 72 * n"
                      :y2="40 + 72 * n"
                      class="gs-end"
                    ></line>
                    <circle :cx="x(one, row.effect)" :cy="40 + 72 * n" r="5" :class="{hollow: !$gs.sure(row)}"></circle>
                    <text x="2" :y="13 + 72 * n">{{ row.name }}</text>
                    <text x="2" :y="28 + 72 * n">{{ change(row) }}</text>
                    <text x="2" :y="61 + 72 * n" class="gs-faint">{{ acts(row) }}</text>
                  </g>
                </svg>
                <p class="gs-note">{{ $t('start.points') }}</p>
                <p>{{ one.answer }}</p>
              </template>
              <p v-if="one.computing" class="gs-note">{{ $t('start.computing') }}</p>
              <p v-else-if="!one.rows" class="gs-note">{{ $t('start.not_run') }}</p>
            </li>
          </ul>
        </section>
        <section aria-labelledby="saved-h">
          <h2 id="saved-h">{{ $t('start.saved') }}</h2>
          <p v-if="!view.library.length" class="gs-note">{{ $t('start.none_saved') }}</p>
          <ul v-else class="gs-saved">
            <li v-for="one in view.library" :key="one.id">
              <form v-if="renaming === one.id" class="gs-row" @submit.prevent="rename(one)">
                <label class="gs-unseen" :for="'name-' + one.id">{{ $t('library.name') }}</label>
                <input :id="'name-' + one.id" v-model="name" maxlength="120" required />
                <button type="submit">{{ $t('library.keep') }}</button>
                <button type="button" @click="renaming = null">{{ $t('library.leave') }}</button>
              </form>
              <template v-else>
                <gs-link :to="'/compare?saved=' + one.id">{{ one.name }}</gs-link>
                <span class="gs-note">{{ one.changed }} {{ one.owner }}</span>
                <span class="gs-row">
                  <button type="button" class="gs-small" @click="begin(one)">
                    {{ $t('library.rename') }}
                    <span class="gs-unseen">{{ one.name }}</span>
                  </button>
                  <button type="button" class="gs-small" @click="$emit('act', {name: 'duplicate', id: one.id})">
                    {{ $t('library.duplicate') }}
                    <span class="gs-unseen">{{ one.name }}</span>
                  </button>
                  <button type="button" class="gs-small" @click="$emit('act', {name: 'delete', id: one.id})">
                    {{ $t('library.delete') }}
                    <span class="gs-unseen">{{ one.name }}</span>
                  </button>
                </span>
              </template>
            </li>
          </ul>
        </section>
        <section v-if="view.studies.length" aria-labelledby="studies-h">
          <h2 id="studies-h">{{ $t('start.studies') }}</h2>
          <ul class="gs-saved">
            <li v-for="s in view.studies" :key="s.open">
              <gs-link :to="'/studies?open=' + encodeURIComponent(s.open)">{{ s.name }}</gs-link>
              <span class="gs-note">{{ s.open }}</span>
            </li>
          </ul>
        </section>
        <section aria-labelledby="what-h">
          <h2 id="what-h">{{ $t('start.what') }}</h2>
          <p>{{ $t('start.what_text') }}</p>
          <p><gs-link to="/evidence">{{ $t('start.evidence') }}</gs-link></p>
        </section>
      </div>
    `,
    computed: {
      computing() {
        return (this.ready || []).filter((one) => one.computing).length;
      },
      defaults: () => "&s=baseline&s=closing-the-loop&s=more-consultation",
    },
    created() {
      this.look();
    },
    beforeUnmount() {
      clearTimeout(this.later);
    },
    methods: {
      look() {
        gs.load("/gs/ready.json").then(
          /** @param {Array<ReadyCard>} cards */
          (cards) => {
            this.ready = cards;
            if (cards.some((one) => one.computing)) this.later = setTimeout(this.look, 5000);
          },
          (wrong) => {
            this.error = wrong.message;
          },
        );
      },
      to(place) {
        window.solara.router.push(`/compare?place=${encodeURIComponent(place)}${this.defaults}`);
      },
      change: (row) => gs.ranged(row, "share"),
      x(one, value) {
        const ends = one.rows
          .flatMap((r) => [r.range_low, r.range_high, r.effect])
          .filter(gs.known)
          .concat(0);
        const [low, high] = [Math.min(...ends), Math.max(...ends)];
        return 14 + (292 * ((gs.known(value) ? value : 0) - low)) / Math.max(high - low, 1e-9);
      },
      acts(row) {
        return this.$t("start.acts", { change: gs.ranged(row.acts, "per resident") });
      },
      words(one) {
        return (
          one.rows.map((r) => `${r.name}: ${gs.ranged(r, "share")}; ${this.acts(r)}`).join(". ") +
          ". " +
          this.$t("start.points")
        );
      },
      begin(one) {
        this.renaming = one.id;
        this.name = one.name;
        this.$nextTick(() => document.getElementById(`name-${one.id}`).focus());
      },
      rename(one) {
        this.$emit("act", { name: "rename", id: one.id, title: this.name });
        this.renaming = null;
      },
    },
  });
})();
