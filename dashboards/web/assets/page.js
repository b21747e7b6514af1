/* The frame around every page: navigation, messages, theme, and what happens when the connection is lost. */
(() => {
  "use strict";
  const pages = window.gs.pages;

  Vue.component("gs-page", {
    props: { view: Object },
    data: () => ({ theme: window.gs.theme, back: sessionStorage.getItem("gs-back") }),
    template: /* HTML */ `
      <div class="gs-app">
        <a class="gs-skip" href="#main" @click.prevent="skip">{{ $t('app.skip') }}</a>
        <header class="gs-header">
          <gs-link to="/" class="gs-name">{{ $t('app.name') }}</gs-link>
          <nav :aria-label="$t('app.pages')">
            <ul>
              <li v-for="p in pages" :key="p.name">
                <gs-link :to="href(p)" :class="{here: p === page}" :aria-current="p === page ? 'page' : null">
                  {{ p.title }}
                </gs-link>
              </li>
            </ul>
          </nav>
          <button type="button" class="gs-small" @click="$gs.choose(theme.dark ? 'light' : 'dark')">
            {{ $t(theme.dark ? 'app.light' : 'app.dark') }}
          </button>
          <form v-if="view.password" method="post" action="/gs/logout">
            <button type="submit" class="gs-small">{{ $t('login.leave') }}</button>
          </form>
        </header>
        <main id="main" ref="main" tabindex="-1">
          <p v-if="back" class="gs-notice" role="status">
            {{ $t('lost.' + back) }}
            <button type="button" class="gs-small" @click="back = null">{{ $t('app.dismiss') }}</button>
          </p>
          <p v-if="view.open_to_all" class="gs-warning">{{ $t('app.open') }}</p>
          <p v-if="view.error" id="gs-wrong" class="gs-error" role="alert">
            {{ view.error }}
            <button type="button" class="gs-small" @click="act({name: 'dismiss'})">{{ $t('app.dismiss') }}</button>
          </p>
          <p v-if="view.notice" class="gs-notice" role="status">
            {{ $t('notice.' + view.notice.kind, view.notice) }}
            <button v-if="view.undo" type="button" class="gs-small" @click="act({name: 'undo'})">
              {{ $t('library.undo') }}
            </button>
          </p>
          <p v-if="!drawn" class="gs-error" role="alert">{{ $t('page.no_component', page) }}</p>
          <component
            v-else-if="!page.controls || view.controls"
            :is="page.component"
            :view="view"
            @act="act"
          ></component>
        </main>
        <footer class="gs-footer">
          <p>
            {{ $t('app.limits') }}
            <gs-link to="/evidence#limits">{{ $t('app.limits_more') }}</gs-link>
          </p>
        </footer>
      </div>
    `,
    computed: {
      pages: () => pages,
      page() {
        return pages.find((p) => p.name === this.view.page);
      },
      drawn() {
        return this.page.component in Vue.options.components;
      },
    },
    watch: {
      "view.page"() {
        this.$nextTick(() => this.$refs.main.focus({ preventScroll: true }));
      },
      "view.address": {
        immediate: true,
        handler(address) {
          this.follow(address);
        },
      },
    },
    created() {
      sessionStorage.removeItem("gs-back");
    },
    methods: {
      act(data) {
        this.$emit("act", data);
      },
      skip() {
        this.$refs.main.focus();
      },
      href(p) {
        const asks = ["compare", "live"]; // the two pages of one question
        const kept = asks.includes(p.name) && asks.includes(this.view.page) ? this.view.address : "";
        return p.path + (kept ? `?${kept}` : "");
      },
      /* The address always says what is shown, so that a link or a reload restores it. */
      follow(address) {
        const path = this.page.path;
        if (!address || location.pathname !== path || location.search.slice(1) === address) return;
        history.replaceState(history.state, "", `${path}?${address}${location.hash}`);
      },
    },
  });

  /* What a lost connection and a restarted server look like: said, and mended where that can be done. */
  Vue.component("gs-lost", {
    props: { status: String, was: Boolean, gone: Boolean },
    template: /* HTML */ `
      <div v-if="lost" class="gs-lost" role="alert"><p>{{ $t('lost.now') }}</p></div>
    `,
    computed: {
      lost() {
        return this.gone || (this.was && this.status !== "connected");
      },
    },
    watch: {
      gone(value) {
        if (value) this.again("restart");
      },
      lost(value) {
        clearInterval(this.timer);
        if (value) this.timer = setInterval(this.look, 2000);
      },
    },
    beforeDestroy() {
      clearInterval(this.timer);
    },
    methods: {
      again(why) {
        sessionStorage.setItem("gs-back", why);
        location.reload();
      },
      async look() {
        try {
          const answer = await fetch("/readyz", { cache: "no-store" });
          if (answer.ok && this.tries++ > 2) this.again("connection");
        } catch {
          this.tries = 0;
        }
      },
    },
    created() {
      this.tries = 0;
    },
  });
})();
