/* Building scenarios: which interventions, how much of it, for whom, when, and how well each number is known. */
(() => {
  "use strict";
  const gs = window.gs;

  /* How strong it is in a month, as the model has it. */
  function intensity(d, month) {
    const paid = (m) => (m < d.start || (d.end && m > d.end) ? 0 : Math.min(1, (m - d.start + 1) / (d.ramp + 1)));
    if (!d.end || month <= d.end) return paid(month) * d.fidelity;
    return paid(d.end) * (d.decay ? Math.max(0, 1 - (month - d.end) / d.decay) : 0) * d.fidelity;
  }

  Vue.component("gs-schedule", {
    props: { delivery: Object, dose: Number, months: Number, label: String },
    template: /* HTML */ `
      <svg class="gs-schedule" viewBox="0 0 240 40" preserveAspectRatio="none" role="img" :aria-label="label">
        <polygon :points="points"></polygon>
        <line x1="0" y1="38" x2="240" y2="38"></line>
      </svg>
    `,
    computed: {
      points() {
        const at = [];
        for (let m = 1; m <= this.months; m++) {
          const y = 38 - 34 * this.dose * intensity(this.delivery, m);
          at.push([(240 * (m - 1)) / this.months, y], [(240 * m) / this.months, y]);
        }
        return `0,38 ${at.map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" ")} 240,38`;
      },
    },
  });

  Vue.component("gs-tried", {
    props: { tried: Object, known: Object, months: Number, place: Object, catalogue: Object, wrong: String },
    data() {
      return { id: gs.id(), wards: "" };
    },
    template: /* HTML */ `
      <li class="gs-tried">
        <div class="gs-row gs-between">
          <h4>{{ words }}</h4>
          <gs-status :status="known.status"></gs-status>
        </div>
        <p>{{ known.description }}</p>
        <div class="gs-dose">
          <label :for="id + 'd'">{{ $t('dose.label') }}</label>
          <gs-field
            :id="id + 'd'"
            type="range"
            min="0"
            max="1"
            step="0.05"
            :value="tried.dose"
            :aria-valuetext="percent"
            :aria-describedby="id + 'n'"
            :wrong="wrong === 'dose'"
            @change="set('dose', +$event)"
          ></gs-field>
          <output :for="id + 'd'">{{ percent }}</output>
        </div>
        <p class="gs-note" :id="id + 'n'">{{ $t('dose.note', {source: known.source}) }}</p>
        <gs-schedule :delivery="delivery" :dose="tried.dose" :months="months" :label="schedule"></gs-schedule>
        <p class="gs-note">{{ schedule }}</p>
        <details>
          <summary>{{ $t('tried.when') }}</summary>
          <div class="gs-fields">
            <div v-for="f in ['start', 'ramp', 'end', 'decay']" :key="f">
              <label :for="id + f">
                {{ $t('tried.' + f) }}
                <span class="gs-note">({{ $t('unit.months') }}, {{ f === 'start' || f === 'end' ? 1 : 0 }}–1200)</span>
              </label>
              <gs-field
                :id="id + f"
                type="number"
                inputmode="numeric"
                :min="f === 'start' || f === 'end' ? 1 : 0"
                max="1200"
                step="1"
                :value="tried[f] === null || tried[f] === undefined ? known.delivery[f] : tried[f]"
                :placeholder="f === 'end' ? $t('tried.no_end') : ''"
                :wrong="wrong === f"
                @change="number_(f, $event)"
              ></gs-field>
            </div>
            <div>
              <label :for="id + 'f'">
                {{ $t('tried.fidelity') }}
                <span class="gs-note">(0–1)</span>
              </label>
              <gs-field
                :id="id + 'f'"
                type="number"
                min="0"
                max="1"
                step="0.05"
                :value="delivery.fidelity"
                :wrong="wrong === 'fidelity'"
                @change="set('fidelity', +$event)"
              ></gs-field>
            </div>
          </div>
        </details>
        <details>
          <summary>{{ $t('tried.whom') }}: {{ aimed }}</summary>
          <fieldset v-for="aim in aims" :key="aim">
            <legend>{{ $t('aim.' + aim) }}</legend>
            <template v-if="aim === 'wards'">
              <label :for="id + 'w'">{{ $t('aim.find') }}</label>
              <input :id="id + 'w'" type="search" v-model="wards" />
            </template>
            <div class="gs-checks">
              <label v-for="value in choices(aim)" :key="value" class="gs-check">
                <input
                  type="checkbox"
                  :checked="(tried[aim] || []).map(String).includes(String(value))"
                  @change="toggle(aim, value, $event.target.checked)"
                />
                {{ aim === 'deprivation_fifths' ? $t('fifth.' + value) : value }}
              </label>
            </div>
          </fieldset>
          <p class="gs-note">{{ $t('aim.none') }}</p>
          <div class="gs-fields">
            <div>
              <label :for="id + 'h'">
                {{ $t('aim.households') }}
                <span class="gs-note">(0–1)</span>
              </label>
              <gs-field
                :id="id + 'h'"
                type="number"
                min="0.01"
                max="1"
                step="0.01"
                :value="households"
                :wrong="wrong === 'households'"
                @change="number_('households', $event)"
              ></gs-field>
            </div>
          </div>
          <label class="gs-check">
            <input type="checkbox" :checked="oneOf" @change="set('members', $event.target.checked ? 'one' : 'all')" />
            {{ $t('aim.members') }}
          </label>
        </details>
        <details>
          <summary>{{ $t('tried.changes') }}</summary>
          <gs-table
            :head="[$t('lever.name'), $t('lever.change'), $t('lever.range'), $t('lever.known')]"
            :rows="changes"
            :title="$t('tried.changes') + ': ' + words"
          ></gs-table>
          <p v-if="known.interplay">{{ known.interplay }}</p>
          <p>
            {{ cost }}
            <gs-status :status="known.cost.status"></gs-status>
          </p>
          <p><gs-link to="/evidence">{{ $t('tried.evidence') }}</gs-link></p>
        </details>
        <button type="button" class="gs-small" @click="$emit('remove')">
          {{ $t('tried.remove') }}
          <span class="gs-unseen">{{ words }}</span>
        </button>
      </li>
    `,
    computed: {
      words() {
        return gs.capital(gs.plain(this.known.name));
      },
      percent() {
        return `${Math.round(100 * this.tried.dose)} %`;
      },
      aims() {
        return [...this.catalogue.aims.filter((a) => a !== "wards"), "wards"]; // the longest list last
      },
      delivery() {
        const d = Object.assign({}, this.known.delivery);
        for (const f of ["start", "ramp", "end", "decay", "fidelity"])
          if (this.tried[f] !== null && this.tried[f] !== undefined) d[f] = this.tried[f];
        if (this.known.delivery.end && !this.tried.end)
          d.end = this.known.delivery.end + d.start - this.known.delivery.start;
        return d;
      },
      households() {
        const own = this.tried.households;
        return own === null || own === undefined ? this.known.delivery.households : own;
      },
      oneOf() {
        return (this.tried.members || this.known.delivery.members) === "one";
      },
      schedule() {
        const d = this.delivery;
        return (
          this.$t("schedule.from", { start: d.start }) +
          (d.ramp ? this.$t("schedule.ramp", { ramp: d.ramp }) : "") +
          (d.end ? this.$t("schedule.end", { end: d.end }) : this.$t("schedule.on")) +
          (d.end && d.decay ? this.$t("schedule.decay", { decay: d.decay }) : "") +
          "."
        );
      },
      aimed() {
        const parts = this.aims
          .filter((a) => (this.tried[a] || []).length)
          .map((a) => `${this.$t(`aim.${a}`)} ${this.tried[a].join(", ")}`);
        if ((this.tried.persons || []).length) parts.push(`${this.$t("aim.persons")} ${this.tried.persons.join(", ")}`);
        if (this.households < 1) parts.push(`${this.$t("aim.households")} ${this.households}`);
        if (this.oneOf) parts.push(this.$t("aim.members"));
        return parts.length ? parts.join("; ") : this.$t("aim.all");
      },
      changes() {
        return this.known.changes.map((c) => [
          `${gs.plain(c.lever) + (c.forms.length ? ` (${c.forms.join(", ")})` : "")}: ${c.description}`,
          [
            c.to !== null ? this.$t("lever.to", { v: c.to }) : "",
            c.scale !== 1 ? this.$t("lever.times", { v: c.scale }) : "",
            c.add ? gs.signed(c.add, 2) : "",
          ]
            .filter(Boolean)
            .join(", ") +
            " (" +
            c.unit +
            ")" +
            (c.months ? ` ${this.$t("lever.for", { months: c.months })}` : ""),
          `${c.low}–${c.high} ${c.unit}`,
          `${this.$t(`status.${c.status}`)}: ${c.source}`,
        ]);
      },
      cost() {
        const c = this.known.cost;
        return this.$t("cost.declared", {
          setup: gs.whole(c.setup_pounds),
          setup_hours: c.setup_hours,
          running: gs.whole(c.running_pounds),
          running_hours: c.running_hours,
          low: c.low,
          high: c.high,
        });
      },
    },
    methods: {
      set(field, value) {
        this.$emit("change", Object.assign({}, this.tried, { [field]: value }));
      },
      number_(field, text) {
        this.set(field, text === "" ? null : +text);
      },
      choices(aim) {
        const place = this.place || { institutions: [], segments: [], wards: [] };
        if (aim === "wards")
          return place.wards.filter(
            (w) => w.toLowerCase().includes(this.wards.toLowerCase()) || (this.tried.wards || []).includes(w),
          );
        return {
          institutions: place.institutions,
          segments: place.segments,
          deprivation_fifths: [1, 2, 3, 4, 5],
          network: this.catalogue.network,
        }[aim];
      },
      toggle(aim, value, on) {
        const now = (this.tried[aim] || []).filter((v) => String(v) !== String(value));
        const next = on ? now.concat([value]) : now;
        this.set(aim, next.length ? next : null);
      },
    },
  });

  Vue.component("gs-scenario", {
    props: {
      column: Object,
      n: Number,
      catalogue: Object,
      months: Number,
      place: Object,
      only: Boolean,
      wrong: String,
    },
    data: () => ({ id: gs.id() }),
    template: /* HTML */ `
      <section class="gs-card gs-scenario" :class="'tint' + n" :aria-labelledby="id + 'h'">
        <h3 :id="id + 'h'">{{ heading }}</h3>
        <label :for="id + 't'">{{ $t('scenario.name') }}</label>
        <gs-field
          :id="id + 't'"
          type="text"
          maxlength="60"
          :value="column.title"
          :placeholder="automatic"
          @change="put({title: $event})"
        ></gs-field>
        <template v-if="column.shipped">
          <p>{{ package_.description }}</p>
          <button v-if="package_.tried" type="button" class="gs-small" @click="edit">
            {{ $t('scenario.edit') }}
            <span class="gs-unseen">{{ shown }}</span>
          </button>
          <p v-else class="gs-note">{{ $t('scenario.fixed') }}</p>
        </template>
        <template v-else>
          <p v-if="!column.tried.length" class="gs-note">{{ $t('scenario.empty') }}</p>
          <ul class="gs-plain">
            <gs-tried
              v-for="(one, i) in column.tried"
              :key="one.name"
              :tried="one"
              :known="known[one.name]"
              :months="months"
              :place="place"
              :catalogue="catalogue"
              :wrong="wrong.startsWith(n + '.' + one.name + '.') ? wrong.split('.')[2] : ''"
              @change="change(i, $event)"
              @remove="remove(i)"
            ></gs-tried>
          </ul>
          <gs-pick
            :items="offered"
            :label="$t('scenario.add')"
            :hint="$t('scenario.search')"
            clear
            @choose="add"
          ></gs-pick>
        </template>
        <div class="gs-row">
          <button type="button" class="gs-small" @click="$emit('copy')">
            {{ $t('scenario.copy') }}
            <span class="gs-unseen">{{ shown }}</span>
          </button>
          <button v-if="!only" type="button" class="gs-small" @click="$emit('remove')">
            {{ $t('scenario.remove') }}
            <span class="gs-unseen">{{ shown }}</span>
          </button>
        </div>
      </section>
    `,
    computed: {
      known() {
        return Object.fromEntries(this.catalogue.interventions.map((i) => [i.name, i]));
      },
      heading() {
        const place = this.n ? this.$t("scenario.number", { n: this.n }) : this.$t("scenario.base");
        return `${place}: ${this.shown}`;
      },
      package_() {
        return this.catalogue.scenarios.find((s) => s.name === this.column.shipped) || { description: "", tried: null };
      },
      automatic() {
        return (
          gs.plain(
            this.column.shipped ||
              this.column.tried
                .map((t) => t.name)
                .sort()
                .join(" + "),
          ) || this.$t("scenario.as_it_is")
        );
      },
      shown() {
        return this.column.title || gs.capital(this.automatic);
      },
      offered() {
        const there = new Set(this.column.tried.map((t) => t.name));
        const shut = new Set(this.column.tried.flatMap((t) => this.known[t.name].excludes));
        for (const i of this.catalogue.interventions) if (i.excludes.some((x) => there.has(x))) shut.add(i.name);
        const single = this.catalogue.interventions
          .filter((i) => !there.has(i.name) && !shut.has(i.name))
          .map((i) => ({
            name: i.name,
            title: gs.capital(gs.plain(i.name)),
            note: (i.kind === "shock" ? `${this.$t("kind.shock")}: ` : "") + i.description,
          }));
        const whole = this.column.tried.length
          ? []
          : this.catalogue.scenarios.map((s) => ({
              name: `package:${s.name}`,
              title: gs.capital(gs.plain(s.name)),
              note: `${this.$t("kind.package")}: ${s.description}`,
            }));
        return single.concat(whole);
      },
    },
    methods: {
      put(changes) {
        this.$emit("change", Object.assign({}, this.column, changes));
      },
      edit() {
        this.put({
          shipped: "",
          title: this.shown,
          tried: this.package_.tried.map((t) => Object.assign({ dose: 1 }, t)),
        });
      },
      add(name) {
        if (name.startsWith("package:")) return this.put({ shipped: name.slice(8), tried: [] });
        this.put({ tried: this.column.tried.concat([{ name, dose: 1 }]) });
      },
      change(i, one) {
        this.put({ tried: this.column.tried.map((t, n) => (n === i ? one : t)) });
      },
      remove(i) {
        this.put({ tried: this.column.tried.filter((_, n) => n !== i) });
      },
    },
  });
})();
