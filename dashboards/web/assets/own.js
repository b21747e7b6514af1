/* Data of one's own: tables become a place; what was read as what; and how the place is deleted. */
(() => {
  "use strict";
  const gs = window.gs;
  /* Who brought data can delete them, and nobody else: the browser remembers the secret that says so. */
  const keep = (place, owner) => {
    try {
      localStorage.setItem(`gs-owner-${place}`, owner);
    } catch {
      /* storage is switched off */
    }
  };
  const ownerOf = (place) => {
    try {
      return localStorage.getItem(`gs-owner-${place}`) || "";
    } catch {
      return "";
    }
  };
  const mine = () => {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith("gs-owner-"))
        .map((key) => key.slice(9));
    } catch {
      return [];
    }
  };
  const forget = (place) => {
    try {
      localStorage.removeItem(`gs-owner-${place}`);
    } catch {
      /* storage is switched off */
    }
  };
  const KINDS = ["small_areas", "wards", "survey", "records", "ties"];

  Vue.component("gs-own", {
    props: { own: Object },
    data: () => ({
      title: "",
      region: "",
      files: {},
      error: "",
      sending: false,
      regions: [],
      endings: {},
      days: "",
      most: Infinity,
      places: [],
    }),
    template: /* HTML */ `
      <div>
        <template v-if="places.length">
          <h2>{{ $t('own.yours') }}</h2>
          <ul class="gs-saved">
            <li v-for="p in places" :key="p.place">
              <gs-link :to="'/compare?place=' + p.place + '&s=baseline&s=closing-the-loop&s=more-consultation'">
                {{ p.title }}
              </gs-link>
              <span class="gs-note">{{ $t('own.until', {until: $gs.day(p.until)}) }}</span>
            </li>
          </ul>
        </template>
        <details class="gs-own">
          <summary>{{ $t('own.summary') }}</summary>
          <p>{{ $t('own.what') }}</p>
          <div class="gs-fields">
            <div>
              <label for="own-title">{{ $t('own.title') }}</label>
              <input id="own-title" type="text" maxlength="60" v-model="title" />
            </div>
            <div>
              <label for="own-region">{{ $t('own.region') }}</label>
              <select id="own-region" v-model="region">
                <option value="">{{ $t('own.region_none') }}</option>
                <option v-for="r in regions" :key="r">{{ r }}</option>
              </select>
            </div>
            <div v-for="kind in kinds" :key="kind">
              <label :for="'own-' + kind">
                {{ $t('own.' + kind) }}
                <span class="gs-note">({{ (endings[kind] || []).join(' ') }})</span>
              </label>
              <input
                :id="'own-' + kind"
                type="file"
                :accept="(endings[kind] || []).join(',')"
                @change="$set(files, kind, $event.target.files[0])"
              />
            </div>
          </div>
          <p class="gs-note">{{ $t('own.private', {days}) }}</p>
          <button type="button" :disabled="sending || !!(own && own.running)" @click="send">
            {{ sending || (own && own.running) ? $t('own.reading') : $t('own.read') }}
          </button>
          <p v-if="error" class="gs-error" role="alert">{{ error }}</p>
          <div v-if="own && own.place">
            <p role="status"><strong>{{ $t('own.done', {title: own.title}) }}</strong></p>
            <gs-readings :readings="own.readings"></gs-readings>
            <template v-for="kind in ['private', 'missing', 'odd', 'read']">
              <template v-if="told(kind).length">
                <h2 :key="kind">{{ $t('found.' + kind) }}</h2>
                <ul :key="kind + 'l'">
                  <li v-for="(f, n) in told(kind)" :key="n">{{ f.text }}</li>
                </ul>
              </template>
            </template>
            <p v-if="own.readings.length && !own.findings.length">{{ $t('own.nothing') }}</p>
            <gs-own-kept
              :place="own.place"
              :title="own.title"
              :until="own.until"
              :days="own.days"
              @act="$emit('act', $event)"
            ></gs-own-kept>
          </div>
        </details>
      </div>
    `,
    computed: { kinds: () => KINDS },
    watch: {
      "own.owner": {
        immediate: true,
        handler(owner) {
          if (owner) {
            keep(this.own.place, owner);
            this.list();
          }
        },
      },
    },
    created() {
      gs.loadOnce("catalogue").then(
        (c) => {
          this.regions = c.regions;
          this.endings = c.endings;
        },
        () => {},
      );
      this.list();
    },
    methods: {
      /* The places that this browser brought and that are still there. */
      list() {
        const asked = mine();
        gs.load(`/gs/own.json?${new URLSearchParams(asked.map((place) => ["place", place]))}`).then(
          (o) => {
            this.days = o.days;
            this.most = o.most;
            this.places = o.places;
            asked.filter((place) => !o.places.some((p) => p.place === place)).forEach(forget);
          },
          () => {},
        );
      },
      told(kind) {
        return this.own.findings.filter((f) => f.kind === kind);
      },
      async send() {
        this.error = "";
        this.sending = true;
        let place = "";
        try {
          const large = KINDS.map((kind) => this.files[kind]).find((file) => file && file.size > this.most);
          if (large)
            throw new Error(
              this.$t("own.too_large", {
                file: large.name,
                size: this.$gs.megabytes(large.size),
                most: this.$gs.megabytes(this.most),
              }),
            );
          for (const kind of KINDS.filter((k) => this.files[k])) {
            const file = this.files[kind];
            const answer = await fetch(`/gs/uploads?${new URLSearchParams({ place, kind, file: file.name })}`, {
              method: "POST",
              body: file,
            });
            const found = await answer
              .json()
              .catch(() => ({ error: this.$t("error.answer", { status: answer.status }) }));
            if (!answer.ok) throw new Error(found.error);
            place = found.place;
          }
          if (!place) throw new Error(this.$t("own.none"));
          this.$emit("act", { name: "own_place", place, title: this.title, region: this.region });
        } catch (error) {
          this.error = error.message;
        }
        this.sending = false;
      },
    },
  });

  /* What every column was read as, with counts, table by table. */
  Vue.component("gs-readings", {
    props: { readings: Array },
    template: /* HTML */ `
      <div>
        <template v-for="t in tables">
          <h2 :key="t.name">{{ $t('readings.title', {table: $t('own.' + t.name)}) }}</h2>
          <gs-table
            :key="t.name + 't'"
            prose
            :head="[$t('readings.field'), $t('readings.column'), $t('readings.as')]"
            :rows="t.rows"
            :title="$t('readings.title', {table: $t('own.' + t.name)})"
          ></gs-table>
        </template>
      </div>
    `,
    computed: {
      tables() {
        return KINDS.map((name) => ({
          name,
          rows: this.readings
            .filter((r) => r.table === name)
            .map((r) => [r.description || this.$t("readings.unused"), r.column || "–", r.words || "–"]),
        })).filter((t) => t.rows.length);
      },
    },
  });

  /* How long an own place is kept, and the button that deletes it; asked once more in words before. */
  Vue.component("gs-own-kept", {
    props: { place: String, title: String, until: String, days: Number },
    data: () => ({ asking: false }),
    template: /* HTML */ `
      <div class="gs-kept">
        <p class="gs-note">{{ $t('own.kept', {days, until: $gs.day(until)}) }}</p>
        <p v-if="!mine" class="gs-note">{{ $t('own.not_mine') }}</p>
        <button v-else-if="!asking" type="button" ref="ask" @click="ask">{{ $t('own.delete') }}</button>
        <div v-else ref="asked" class="gs-card" role="group" :aria-label="$t('own.delete')">
          <p ref="question" tabindex="-1">{{ $t('own.delete_ask', {title}) }}</p>
          <div class="gs-row">
            <button type="button" class="gs-main" @click="$emit('act', {name: 'delete_own', place, owner: owner()})">
              {{ $t('own.delete_yes') }}
            </button>
            <button type="button" @click="leave">{{ $t('own.delete_no') }}</button>
          </div>
        </div>
      </div>
    `,
    computed: {
      mine() {
        return !!ownerOf(this.place);
      },
    },
    methods: {
      owner() {
        return ownerOf(this.place);
      },
      ask() {
        this.asking = true;
        this.$nextTick(() => {
          this.$refs.question.focus({ preventScroll: true });
          this.$refs.asked.scrollIntoView({ block: "nearest" });
        });
      },
      leave() {
        this.asking = false;
        this.$nextTick(() => this.$refs.ask.focus());
      },
    },
  });
})();
