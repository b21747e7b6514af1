/* Parts that several pages use: table, combobox, status badge, place picker. */
(() => {
  "use strict";
  const gs = window.gs;

  Vue.component("gs-table", {
    props: { head: Array, rows: Array, title: String, prose: Boolean, folds: Boolean },
    template: /* HTML */ `
      <div class="gs-scroll" tabindex="0" role="group" :aria-label="title">
        <table class="gs-table" :class="{folds}">
          <caption class="gs-unseen">{{ title }}</caption>
          <thead>
            <tr><th v-for="(h, n) in head" :key="n" scope="col" :class="{num: numbers[n]}">{{ h }}</th></tr>
          </thead>
          <tbody>
            <tr v-for="(row, r) in rows" :key="r">
              <template v-for="(cell, n) in row">
                <th v-if="!n" :key="n" scope="row">{{ cell }}</th>
                <td v-else :key="n" :class="{num: numbers[n]}">{{ cell }}</td>
              </template>
            </tr>
          </tbody>
        </table>
      </div>
    `,
    computed: {
      /* Columns of numbers stand right, those of words left; in prose all are words, though they begin with a count. */
      numbers() {
        return this.head.map(
          (_, n) =>
            !this.prose &&
            n > 0 &&
            this.rows.length > 0 &&
            this.rows.every((row) => /^([-+−]?[£\d<]|–$)/.test(String(row[n]))),
        );
      },
    },
  });

  /* A combobox: type to search, arrows and Enter to choose (ARIA 1.2 pattern). */
  Vue.component("gs-pick", {
    props: { items: Array, label: String, hint: String, value: { default: "" }, clear: Boolean },
    data: () => ({ id: gs.id(), open: false, typed: null, at: -1, left: "" }),
    template: /* HTML */ `
      <div class="gs-pick">
        <label :for="id">{{ label }}</label>
        <input
          :id="id"
          ref="box"
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          aria-autocomplete="list"
          :aria-expanded="open ? 'true' : 'false'"
          :aria-controls="id + 'l'"
          :aria-activedescendant="open && at >= 0 ? id + 'o' + at : null"
          :aria-invalid="open && none ? 'true' : null"
          :aria-describedby="none ? id + 'n' : null"
          :placeholder="hint"
          :value="typed === null ? value : typed"
          @input="type($event.target.value)"
          @focus="typed = null; $event.target.select()"
          @click="show"
          @keydown="key"
          @blur="leave"
        />
        <ul v-show="open && found.length" :id="id + 'l'" role="listbox" :aria-label="label" class="gs-list">
          <li
            v-for="(item, n) in open ? found : []"
            :key="item.name"
            :id="id + 'o' + n"
            role="option"
            :aria-selected="n === at ? 'true' : 'false'"
            :class="{at: n === at}"
            @mousedown.prevent="choose(item)"
          >
            <span class="gs-list-title">{{ item.title }}</span>
            <span v-if="item.note" class="gs-list-note">{{ item.note }}</span>
          </li>
        </ul>
        <p :id="id + 'n'" class="gs-none" role="status">{{ none }}</p>
        <span class="gs-unseen" role="status">
          {{ open && found.length ? $t('pick.found', {n: found.length}) : '' }}
        </span>
      </div>
    `,
    computed: {
      found() {
        const words = (this.typed || "")
          .toLowerCase()
          .split(/[\s,-]+/)
          .filter(Boolean);
        const score = (item) => {
          const text = `${item.title} ${item.note || ""} ${item.name}`.toLowerCase();
          if (!words.every((w) => text.includes(w))) return -1;
          return item.title.toLowerCase().startsWith(words[0] || "")
            ? 2
            : item.title.toLowerCase().includes(words[0] || "")
              ? 1
              : 0;
        };
        const scored = this.items.map((item, n) => [score(item), n, item]).filter((s) => s[0] >= 0);
        return scored
          .sort((a, b) => b[0] - a[0] || a[1] - b[1])
          .slice(0, 60)
          .map((s) => s[2]);
      },
      /* What is said where nothing is called as was typed; it stays when the field is left, which then shows again what holds. */
      none() {
        const text = (this.open && !this.found.length ? this.typed || "" : this.left).trim();
        if (!text || !this.items.length) return "";
        const like = gs
          .near(
            text,
            this.items.map((item) => item.title),
          )
          .map((title) => `“${title}”`);
        return (
          this.$t("pick.none", { text: text.slice(0, 60) }) +
          (like.length ? ` ${this.$t("pick.near", { names: like.join(` ${this.$t("pick.or")} `) })}` : "")
        );
      },
    },
    methods: {
      type(text) {
        this.typed = text;
        this.left = "";
        this.open = true;
        this.at = this.found.length ? 0 : -1;
      },
      show() {
        this.open = true;
        this.at = -1;
      },
      leave() {
        this.left = this.open && this.typed && !this.found.length ? this.typed : this.left;
        this.open = false;
        this.typed = null;
      },
      choose(item) {
        this.open = false;
        this.left = "";
        this.typed = this.clear ? "" : null;
        this.$emit("choose", item.name);
      },
      key(event) {
        const last = this.found.length - 1;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          if (!this.open) return this.show();
          this.at = event.key === "ArrowDown" ? Math.min(this.at + 1, last) : Math.max(this.at - 1, 0);
          this.$nextTick(() => {
            const li = document.getElementById(`${this.id}o${this.at}`);
            if (li) li.scrollIntoView({ block: "nearest" });
          });
        } else if (event.key === "Enter" && this.open) {
          event.preventDefault();
          if (this.found[Math.max(this.at, 0)]) this.choose(this.found[Math.max(this.at, 0)]);
        } else if (event.key === "Escape" && this.open) {
          event.stopPropagation();
          this.leave();
        }
      },
    },
  });

  Vue.component("gs-place", {
    props: { place: String, own: Object, title: String },
    data: () => ({ places: [] }),
    template: /* HTML */ `
      <gs-pick
        :items="items"
        :label="$t('place.label')"
        :hint="$t('place.hint')"
        :value="shown"
        @choose="$emit('choose', $event)"
      ></gs-pick>
    `,
    computed: {
      items() {
        const own = this.own?.place
          ? [{ name: this.own.place, title: this.own.title, note: this.$t("place.own") }]
          : [];
        return own.concat(
          this.places.map((p) => ({
            name: p.name,
            title: p.title,
            note: [p.kind, p.region].filter(Boolean).join(", "),
          })),
        );
      },
      shown() {
        const found = this.items.find((p) => p.name === this.place);
        return found ? found.title : this.title || this.place;
      },
    },
    created() {
      gs.loadOnce("catalogue").then(
        (c) => {
          this.places = c.places;
        },
        () => {},
      );
    },
  });

  /* How well a number is known; assumed ones are told by word and shape, not colour alone. */
  Vue.component("gs-status", {
    props: { status: String },
    template: /* HTML */ `
      <a
        class="gs-badge"
        :class="'is-' + status"
        :href="'/evidence#' + status"
        :title="$t('status.' + status + '.long')"
      >
        {{ $t('status.' + status) }}
      </a>
    `,
  });

  /* A field that keeps what is being typed, whatever is drawn anew meanwhile; `change` brings the text once it is done. A refused one points to why. */
  Vue.component("gs-field", {
    inheritAttrs: false,
    props: { value: [Number, String], wrong: Boolean },
    data: () => ({ typed: null }),
    template: /* HTML */ `
      <input
        v-bind="$attrs"
        :aria-invalid="wrong ? 'true' : null"
        :aria-describedby="wrong ? 'gs-wrong' : $attrs['aria-describedby']"
        :value="typed === null ? value : typed"
        @input="typed = $event.target.value"
        @change="done($event.target.value)"
      />
    `,
    watch: {
      value() {
        this.typed = null;
      },
    },
    methods: {
      done(text) {
        this.$emit("change", text);
        this.typed = null;
      },
    },
  });

  Vue.component("gs-link", {
    props: { to: String },
    template: /* HTML */ `
      <a :href="to" @click="go"><slot></slot></a>
    `,
    methods: {
      go(event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
        event.preventDefault();
        window.solara.router.push(this.to);
        window.scrollTo(0, 0);
      },
    },
  });
})();
