/* Compare: scenarios as columns, run settings, progress, results, and what to leave with. */
(() => {
  "use strict";
  const gs = window.gs;

  Vue.component("gs-compare", {
    props: { view: Object },
    data: () => ({
      draft: null,
      version: -1,
      catalogue: null,
      place: null,
      page: null,
      wrong: "",
      auto: true,
      show: { measure: "participation", grouping: "segment" },
      saving: false,
      title: "",
      copied: false,
    }),
    template: /* HTML */ `
      <div v-if="draft && catalogue">
        <h1>{{ heading }}</h1>
        <div class="gs-row gs-toolbar">
          <button type="button" @click="begin" :aria-expanded="saving ? 'true' : 'false'">
            {{ $t('compare.save') }}
          </button>
          <button type="button" @click="copy">{{ copied ? $t('compare.copied') : $t('compare.copy') }}</button>
          <gs-link :to="'/live?' + view.address" class="gs-button">{{ $t('compare.watch') }}</gs-link>
          <button type="button" @click="print">{{ $t('compare.print') }}</button>
        </div>
        <form v-if="saving" class="gs-card gs-row" @submit.prevent="save">
          <label for="save-name">{{ $t('library.name') }}</label>
          <input id="save-name" ref="name" v-model="title" maxlength="120" required />
          <button type="submit" class="gs-main">{{ $t('library.keep') }}</button>
          <button
            v-if="view.saved"
            type="button"
            @click="$emit('act', {name: 'update', id: view.saved.id, question: draft}); saving = false"
          >
            {{ $t('library.update', {name: view.saved.name}) }}
          </button>
          <button type="button" @click="saving = false">{{ $t('library.leave') }}</button>
        </form>
        <section aria-labelledby="setup-h" class="gs-setup">
          <h2 id="setup-h">{{ $t('compare.setup') }}</h2>
          <div class="gs-fields gs-card">
            <gs-place
              :place="draft.place"
              :own="view.own"
              :title="place && place.title"
              @choose="put({place: $event})"
            ></gs-place>
            <div v-for="f in ['months', 'replicates', 'population', 'seed']" :key="f">
              <label :for="'q-' + f">
                {{ $t('run.' + f) }}
                <span class="gs-note">
                  ({{ $gs.whole(catalogue.ranges[f][0]) }}–{{ f === 'seed' ? '…' : $gs.whole(catalogue.ranges[f][1]) }})
                </span>
              </label>
              <gs-field
                :id="'q-' + f"
                type="number"
                inputmode="numeric"
                :min="catalogue.ranges[f][0]"
                :max="catalogue.ranges[f][1]"
                step="1"
                :value="draft[f]"
                :wrong="view.wrong === f"
                @change="put({[f]: $event})"
              ></gs-field>
            </div>
            <div>
              <label for="q-budget">
                {{ $t('run.budget') }}
                <span class="gs-note">(£)</span>
              </label>
              <gs-field
                id="q-budget"
                type="number"
                inputmode="numeric"
                min="0"
                step="1000"
                :value="draft.budget"
                :wrong="view.wrong === 'budget'"
                @change="budget($event)"
              ></gs-field>
            </div>
          </div>
          <p v-if="place" class="gs-note">
            {{ placeWords }}
            <span v-if="place.imputed.length">{{ $t('place.imputed', {what: place.imputed.join(', ')}) }}</span>
            {{ place.attribution }}
          </p>
          <details v-if="place" class="gs-card gs-known">
            <summary>{{ $t('place.known') }}</summary>
            <template v-for="one in place.tables">
              <h3 :key="one.title">{{ one.title }}</h3>
              <gs-table
                :key="one.title + ' table'"
                :head="one.header"
                :rows="one.rows"
                :title="one.title"
                folds
              ></gs-table>
              <p v-for="note in one.notes" :key="one.title + note" class="gs-note">{{ note }}</p>
            </template>
          </details>
          <gs-own-kept
            v-if="place && place.own"
            :place="place.name"
            :title="place.title"
            :until="place.own.until"
            :days="place.own.days"
            @act="$emit('act', $event)"
          ></gs-own-kept>
          <div class="gs-columns">
            <gs-scenario
              v-for="(column, n) in draft.columns"
              :key="n"
              :column="column"
              :n="n"
              :catalogue="catalogue"
              :months="+draft.months"
              :place="place"
              :only="draft.columns.length === 1"
              :wrong="view.wrong"
              @change="column_(n, $event)"
              @copy="insert(n)"
              @remove="drop(n)"
            ></gs-scenario>
            <button
              type="button"
              class="gs-add"
              :disabled="draft.columns.length >= catalogue.most.scenarios"
              @click="insert(-1)"
            >
              {{ $t('compare.add') }}
            </button>
          </div>
        </section>
        <div class="gs-run" role="group" :aria-label="$t('run.group')">
          <button type="button" class="gs-main" @click="run(true)" :disabled="!!view.running">
            {{ $t('run.run') }}
          </button>
          <button v-if="view.running" type="button" @click="$emit('act', {name: 'cancel'})">
            {{ $t('run.cancel') }}
          </button>
          <label class="gs-check">
            <input type="checkbox" v-model="auto" />
            {{ $t('run.auto') }}
          </label>
          <progress
            v-if="view.running"
            :max="view.running.planned || 1"
            :value="view.running.done"
            :aria-label="$t('run.progress')"
          ></progress>
          <span role="status" class="gs-note">{{ status }}</span>
        </div>
        <p v-if="wrong" class="gs-error" role="alert">{{ wrong }}</p>
        <div v-if="page" :class="{'is-old': old}">
          <gs-results
            :page="page"
            :catalogue="catalogue"
            :measure="show.measure"
            :grouping="show.grouping"
            :budget="spent"
            @show="shown"
          ></gs-results>
          <section aria-labelledby="take-h" class="gs-card gs-take">
            <h2 id="take-h">{{ $t('take.title') }}</h2>
            <p v-if="page.stage !== 'whole' || old" class="gs-note">{{ $t('take.wait') }}</p>
            <ul v-else class="gs-row gs-plain">
              <li v-for="f in ['report.html', 'effects.xlsx', 'effects.csv', 'compare.json']" :key="f">
                <a class="gs-button" :href="'/gs/results/' + view.result.key + '/' + f" download>
                  {{ $t('take.' + f) }}
                </a>
              </li>
              <li v-if="view.files.some(Boolean)">
                <a class="gs-button" :href="'/gs/results/' + view.result.key + '/scenarios.zip'" download>
                  {{ $t('take.scenarios.zip') }}
                </a>
              </li>
            </ul>
            <p>{{ $t('take.command') }}</p>
            <p v-if="view.command.includes('groundswell place')" class="gs-note">{{ $t('take.command_own') }}</p>
            <pre tabindex="0" class="gs-code" :aria-label="$t('take.command')">{{ view.command }}</pre>
          </section>
        </div>
        <p v-else-if="!view.error && !wrong" class="gs-card" role="status">
          {{ view.running ? $t('compare.first') : $t('compare.empty') }}
        </p>
      </div>
      <p v-else-if="wrong" class="gs-error" role="alert">{{ wrong }}</p>
      <p v-else role="status">{{ $t('app.loading') }}</p>
    `,
    computed: {
      placeWords() {
        const { title, adults, wards, deprivation_index } = this.place;
        return this.$t("place.about", {
          title,
          adults: gs.whole(adults),
          wards: wards.length,
          index: deprivation_index,
        });
      },
      heading() {
        return this.page && !this.old ? this.page.question : this.$t("compare.heading");
      },
      old() {
        return !!this.view.result?.stale || !!(this.view.result && this.page && this.loaded !== this.view.result.url);
      },
      spent() {
        const budget = this.draft.budget,
          [low, high] = this.catalogue.ranges.budget;
        return budget === null || budget === "" || !Number.isInteger(+budget) || +budget < low || +budget > high
          ? null
          : +budget; // a refused one is none
      },
      status() {
        const r = this.view.running;
        if (!r)
          return this.page && this.page.stage === "whole" && !this.old
            ? this.$t("run.done", { replicates: this.page.replicates })
            : "";
        if (r.stage === "waiting")
          return r.waiting > 1 ? this.$t("run.queue", { n: r.waiting }) : this.$t("run.starting");
        return this.$t(r.stage === "first" ? "run.first" : "run.partial", { done: r.done, planned: r.planned });
      },
    },
    watch: {
      "view.version": {
        immediate: true,
        handler() {
          this.adopt();
        },
      },
      "view.result.url": {
        immediate: true,
        handler() {
          this.fetch();
        },
      },
      "draft.place": {
        immediate: true,
        handler(name) {
          if (name) this.about(name);
        },
      },
    },
    created() {
      this.loaded = "";
      gs.loadOnce("catalogue").then(
        (c) => {
          const parts = new URLSearchParams(location.hash.slice(1));
          const known = { measure: gs.drawn(c), grouping: c.groupings };
          for (const name of Object.keys(known))
            if (known[name].includes(parts.get(name))) this.show[name] = parts.get(name);
          this.catalogue = c;
        },
        (e) => {
          this.wrong = e.message;
        },
      );
    },
    methods: {
      adopt() {
        this.draft = JSON.parse(JSON.stringify(this.view.question));
        this.copied = false;
      },
      async about(name) {
        try {
          this.place = await gs.load(`/gs/place.json?${new URLSearchParams({ place: name })}`);
        } catch {
          this.place = null;
        }
      },
      async fetch() {
        const result = this.view.result;
        if (!result) {
          this.page = null;
          return;
        }
        try {
          const page = Object.freeze(await gs.load(result.url));
          if (this.view.result && this.view.result.url === result.url) {
            this.page = page;
            this.loaded = result.url;
            this.wrong = "";
          }
        } catch (error) {
          this.wrong = error.message;
        }
      },
      put(changes) {
        this.draft = Object.assign({}, this.draft, changes);
        this.run(false);
      },
      budget(value) {
        this.draft = Object.assign({}, this.draft, { budget: value === "" ? null : value });
        this.send(this.auto);
      },
      column_(n, column) {
        this.put({ columns: this.draft.columns.map((c, i) => (i === n ? column : c)) });
      },
      insert(n) {
        const copy =
          n >= 0
            ? JSON.parse(JSON.stringify(this.draft.columns[n]))
            : { tried: [], shipped: "", title: "", loops_off: [] };
        this.put({ columns: this.draft.columns.concat([copy]) });
      },
      drop(n) {
        this.put({ columns: this.draft.columns.filter((_, i) => i !== n) });
      },
      run(now) {
        this.send(now || this.auto);
      },
      send(run) {
        this.copied = false;
        this.$emit("act", { name: "change", question: this.draft, run });
      },
      shown(changes) {
        this.show = Object.assign({}, this.show, changes);
        history.replaceState(history.state, "", `#${new URLSearchParams(this.show)}`);
      },
      begin() {
        this.saving = !this.saving;
        this.title = this.title || this.heading;
        if (this.saving) this.$nextTick(() => this.$refs.name.focus());
      },
      save() {
        this.$emit("act", { name: "save", title: this.title, question: this.draft });
        this.saving = false;
      },
      async copy() {
        const link = `${location.origin}/compare?${this.view.address}${location.hash}`;
        try {
          await navigator.clipboard.writeText(link);
        } catch {
          const box = document.createElement("textarea");
          box.value = link;
          document.body.appendChild(box);
          box.select();
          document.execCommand("copy");
          box.remove();
        }
        this.copied = true;
      },
      print() {
        window.print();
      },
    },
  });
})();
