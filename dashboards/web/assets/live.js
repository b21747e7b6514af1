/* Live: one world month by month beside the same world under another scenario; who is who, and what happened to them. */
(() => {
  "use strict";
  const gs = window.gs;
  Vue.component("gs-live", {
    mixins: [gs.watchedCharts],
    props: { view: Object },
    data: () => ({
      catalogue: null,
      question: null,
      first: 0,
      other: 1,
      branch: 0,
      cut: [],
      world: null,
      lived: null,
      loaded: "",
      month: 1,
      playing: false,
      speed: 4,
      side: 0,
      picked: null,
      story: null,
      wrong: "",
      course: "participation",
      ward: "participation",
    }),
    template: /* HTML */ `
      <div v-if="catalogue && question">
        <h1>{{ $t('live.title') }}</h1>
        <p>{{ $t('live.what') }}</p>
        <form class="gs-card" @submit.prevent="start" aria-labelledby="live-h">
          <h2 id="live-h">{{ $t('live.setup') }}</h2>
          <div class="gs-fields">
            <gs-place :place="question.place" :own="view.own" @choose="question.place = $event"></gs-place>
            <div>
              <label for="l-first">{{ $t('live.first') }}</label>
              <select id="l-first" v-model.number="first">
                <option v-for="(c, n) in question.columns" :key="n" :value="n">{{ name(c) }}</option>
              </select>
            </div>
            <div>
              <label for="l-other">{{ $t('live.other') }}</label>
              <select id="l-other" v-model.number="other">
                <option v-for="(c, n) in question.columns" :key="n" :value="n">{{ name(c) }}</option>
              </select>
            </div>
            <div>
              <label for="l-branch">
                {{ $t('live.branch') }}
                <span class="gs-note">(0–{{ question.months - 1 }})</span>
              </label>
              <input
                id="l-branch"
                type="number"
                min="0"
                :max="question.months - 1"
                step="1"
                v-model.number="branch"
                :aria-invalid="view.wrong === 'branch' ? 'true' : null"
                :aria-describedby="view.wrong === 'branch' ? 'gs-wrong' : null"
              />
            </div>
            <div>
              <label for="l-months">{{ $t('run.months') }}</label>
              <input
                id="l-months"
                type="number"
                min="1"
                max="240"
                step="1"
                v-model.number="question.months"
                :aria-invalid="view.wrong === 'months' ? 'true' : null"
                :aria-describedby="view.wrong === 'months' ? 'gs-wrong' : null"
              />
            </div>
            <div>
              <label for="l-population">{{ $t('run.population') }}</label>
              <input
                id="l-population"
                type="number"
                min="200"
                max="20000"
                step="100"
                v-model.number="question.population"
                :aria-invalid="view.wrong === 'population' ? 'true' : null"
                :aria-describedby="view.wrong === 'population' ? 'gs-wrong' : null"
              />
            </div>
            <div>
              <label for="l-seed">{{ $t('run.seed') }}</label>
              <input
                id="l-seed"
                type="number"
                min="0"
                step="1"
                v-model.number="question.seed"
                :aria-invalid="view.wrong === 'seed' ? 'true' : null"
                :aria-describedby="view.wrong === 'seed' ? 'gs-wrong' : null"
              />
            </div>
          </div>
          <fieldset>
            <legend>{{ $t('live.loops') }}</legend>
            <div class="gs-checks">
              <label v-for="l in catalogue.loops" :key="l.name" class="gs-check">
                <input type="checkbox" :checked="!cut.includes(l.name)" @change="loop(l.name, $event.target.checked)" />
                {{ $gs.plain(l.name) }}
                <span class="gs-note">{{ l.words }}</span>
              </label>
            </div>
          </fieldset>
          <div class="gs-row">
            <button type="submit" class="gs-main" :disabled="waiting">
              {{ world ? $t('live.again') : $t('live.start') }}
            </button>
            <button v-if="waiting" type="button" @click="$emit('act', {name: 'stop_watching'})">
              {{ $t('run.cancel') }}
            </button>
            <span role="status">{{ waiting ? $t('live.waiting') : '' }}</span>
          </div>
        </form>
        <p v-if="wrong" class="gs-error" role="alert">{{ wrong }}</p>
        <template v-if="world">
          <div class="gs-player gs-card" role="group" :aria-label="$t('live.player')">
            <button type="button" class="gs-main" @click="play">
              {{ playing ? $t('live.pause') : $t('live.play') }}
            </button>
            <button type="button" @click="step(-1)" :disabled="month <= 1">{{ $t('live.back') }}</button>
            <button type="button" @click="step(1)" :disabled="month >= world.months">{{ $t('live.on') }}</button>
            <label for="l-month" class="gs-unseen">{{ $t('live.month') }}</label>
            <input
              id="l-month"
              type="range"
              min="1"
              :max="world.months"
              step="1"
              v-model.number="month"
              :aria-valuetext="$t('chart.month', {month: month})"
            />
            <output for="l-month">{{ $t('chart.month', {month: month}) }}</output>
            <label for="l-speed">{{ $t('live.speed') }}</label>
            <select id="l-speed" v-model.number="speed">
              <option :value="2">2</option>
              <option :value="4">4</option>
              <option :value="12">12</option>
            </select>
            <button type="button" @click="branchHere">{{ $t('live.branch_here') }}</button>
          </div>
          <fieldset class="gs-radios">
            <legend>{{ $t('live.side') }}</legend>
            <label v-for="s in [0, 1]" :key="s">
              <input type="radio" name="side" :value="s" v-model.number="side" />
              <span>{{ sides[s] }}</span>
            </label>
          </fieldset>
          <div class="gs-two">
            <div class="gs-card">
              <gs-chart
                :level="2"
                canvas
                :title="$t('live.network')"
                :finding="networkWords"
                :make="network"
                :head="[$t('live.status'), ...sides]"
                :rows="counts"
                name="residents"
                :height="460"
                @pick="pick($event.data && $event.data.row)"
              ></gs-chart>
              <div class="gs-row">
                <label for="l-pick">{{ $t('live.pick') }}</label>
                <select
                  id="l-pick"
                  :value="picked === null ? '' : picked"
                  @change="pick($event.target.value === '' ? null : +$event.target.value)"
                >
                  <option value="">{{ $t('live.nobody') }}</option>
                  <option v-for="(r, n) in world.shown.rows" :key="r" :value="n">{{ person(n) }}</option>
                </select>
              </div>
            </div>
            <div class="gs-card" aria-live="polite">
              <h2>{{ $t('live.story') }}</h2>
              <p v-if="picked === null" class="gs-note">{{ $t('live.pick_one') }}</p>
              <template v-else>
                <p>
                  <strong>{{ person(picked) }}:</strong>
                  {{ pickedWords }}
                </p>
                <p>{{ nowWords }}</p>
                <div class="gs-two">
                  <div v-for="s in [0, 1]" :key="s">
                    <h3>{{ sides[s] }}</h3>
                    <ol class="gs-story" tabindex="0" :aria-label="sides[s]">
                      <li v-for="(e, n) in told(s)" :key="n" :class="{later: e.later}">
                        <span>{{ $t('chart.month', {month: e.month}) }}</span>
                        {{ e.text }}
                      </li>
                    </ol>
                    <p v-if="!told(s).length" class="gs-note">{{ $t('live.nothing') }}</p>
                  </div>
                </div>
              </template>
            </div>
          </div>
          <div class="gs-two">
            <div class="gs-card">
              <div class="gs-row">
                <label for="l-course">{{ $t('result.measure') }}</label>
                <select id="l-course" v-model="course">
                  <option v-for="c in world.courses" :key="c" :value="c">{{ label(c) }}</option>
                </select>
              </div>
              <gs-chart
                :level="2"
                :title="label(course)"
                :finding="courseWords"
                :make="courses"
                :head="courseHead"
                :rows="courseRows"
                name="course"
              ></gs-chart>
            </div>
            <div class="gs-card">
              <gs-chart
                :level="2"
                :title="$t('live.backlog')"
                :finding="backlogWords"
                :make="backlog"
                :head="[$t('table.month'), ...world.institutions]"
                :rows="backlogRows"
                name="backlog"
              ></gs-chart>
            </div>
          </div>
          <div class="gs-card">
            <div class="gs-row">
              <label for="l-ward">{{ $t('result.measure') }}</label>
              <select id="l-ward" v-model="ward">
                <option v-for="c in world.by_ward" :key="c" :value="c">{{ label(c) }}</option>
              </select>
            </div>
            <gs-chart
              :level="2"
              :title="$t('live.wards', {measure: label(ward)})"
              :finding="wardWords"
              :make="wards"
              :head="wardHead"
              :rows="wardRows"
              name="wards"
              :height="80 + 20 * world.wards.length"
            ></gs-chart>
          </div>
        </template>
      </div>
      <p v-else role="status">{{ $t('app.loading') }}</p>
    `,
    computed: {
      waiting() {
        return !!(this.view.watch && !this.view.watch.ready);
      },
      measures() {
        return Object.fromEntries(this.catalogue.measures.map((m) => [m.name, m]));
      },
      /* Words for what a resident is: the measure's own label, so that they say one thing everywhere. */
      who() {
        return Object.fromEntries(
          this.world.statuses.map((s) => [s, this.measures[s] ? this.measures[s].label : this.$t(`who.${s}`)]),
        );
      },
      sides() {
        const w = this.lived || { first: this.first, other: this.other, loops_off: [], branch: 0 };
        const columns = this.view.question.columns;
        const one = this.name(columns[w.first] || columns[0]),
          two = this.name(columns[w.other] || columns[0]);
        const more =
          (w.loops_off.length ? this.$t("live.without", { loops: w.loops_off.map(gs.plain).join(", ") }) : "") +
          (w.branch ? this.$t("live.from", { month: w.branch + 1 }) : "");
        return [one, two + (more || (one === two ? this.$t("live.same") : ""))];
      },
    },
    watch: {
      "view.version": {
        immediate: true,
        handler() {
          this.question = JSON.parse(JSON.stringify(this.view.question));
          this.other = Math.min(1, this.question.columns.length - 1);
        },
      },
      "view.watch": {
        immediate: true,
        handler(w) {
          if (w?.ready) this.load(w.name);
        },
      },
      playing(on) {
        clearInterval(this.timer);
        if (on)
          this.timer = setInterval(() => {
            if (this.month >= this.world.months) this.playing = false;
            else this.month++;
          }, 1000 / this.speed);
      },
      speed() {
        if (this.playing) {
          this.playing = false;
          this.$nextTick(() => {
            this.playing = true;
          });
        }
      },
    },
    created() {
      gs.loadOnce("catalogue").then(
        (c) => {
          this.catalogue = c;
        },
        (e) => {
          this.wrong = e.message;
        },
      );
      const parts = new URLSearchParams(location.hash.slice(1));
      if (parts.has("branch")) {
        this.first = +parts.get("first") || 0;
        this.other = +parts.get("other") || 0;
        this.branch = +parts.get("branch") || 0;
        this.cut = (parts.get("cut") || "").split(",").filter(Boolean);
        this.month = +parts.get("month") || 1;
        this.$nextTick(this.start);
      }
    },
    beforeDestroy() {
      clearInterval(this.timer);
    },
    methods: {
      name(c) {
        return (
          c.title ||
          gs.capital(
            gs.plain(
              c.shipped ||
                c.tried.map((t) => t.name + (t.dose === 1 ? "" : ` ${Math.round(100 * t.dose)} %`)).join(" + "),
            ),
          ) ||
          this.$t("scenario.as_it_is")
        );
      },
      label(name) {
        return (this.measures[name] || { label: name }).label;
      },
      loop(name, on) {
        this.cut = on ? this.cut.filter((c) => c !== name) : this.cut.concat([name]);
      },
      start() {
        this.wrong = "";
        this.$emit("act", {
          name: "watch",
          question: this.question,
          first: this.first,
          other: this.other,
          branch: this.branch || 0,
          loops_off: this.cut,
        });
      },
      async load(name) {
        if (this.loaded === name) return;
        try {
          this.world = Object.freeze(await gs.load(`/gs/watched/${name}.json`));
          this.loaded = name;
          this.lived = this.view.watch;
          this.picked = this.story = null;
          this.month = Math.min(Math.max(this.month, this.world.branch || 1), this.world.months);
          const w = this.view.watch;
          history.replaceState(
            history.state,
            "",
            "#" +
              new URLSearchParams({
                first: w.first,
                other: w.other,
                branch: w.branch,
                cut: w.loops_off.join(","),
                month: this.month,
              }),
          );
        } catch (error) {
          this.wrong = error.message;
        }
      },
      play() {
        if (this.month >= this.world.months) this.month = 1;
        this.playing = !this.playing;
      },
      step(by) {
        this.playing = false;
        this.month = Math.min(Math.max(this.month + by, 1), this.world.months);
      },
      branchHere() {
        this.playing = false;
        this.branch = Math.min(this.month, this.question.months - 1);
        this.start();
      },
      person(n) {
        const s = this.world.shown;
        return this.$t("live.person", { n: s.rows[n], ward: this.world.wards[s.ward[n]], segment: s.segment[n] });
      },
      status(side, n) {
        return this.world.statuses[+this.world.worlds[side].statuses[this.month - 1][n]];
      },
      async pick(n) {
        if (n === null || n === undefined) {
          this.picked = this.story = null;
          return;
        }
        this.picked = n;
        this.story = null;
        try {
          this.story = Object.freeze(await gs.load(`/gs/watched/${this.loaded}/${n}.json`));
        } catch (error) {
          this.wrong = error.message;
        }
      },
      told(side) {
        return (this.story ? this.story[side] : [])
          .filter((e) => e[1] !== "need" && e[1] !== "heard")
          .map(([month, event, institution, form, channel, outcome]) => ({
            month,
            later: month > this.month,
            text: this.$t(
              "event." +
                event +
                (event === "input_answered" && outcome === 1 ? ".changed" : "") +
                (event === "told" && outcome === 0 ? ".no" : ""),
              {
                institution: institution || "",
                form: gs.plain(form || ""),
                channel: this.$t(`channel.${(channel || "none").replace(" ", "_")}`),
              },
            ),
          }));
      },
    },
  });
})();
