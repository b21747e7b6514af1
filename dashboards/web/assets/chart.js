/* The frame that gives each chart a finding, a table and downloads. */
(() => {
  "use strict";
  const gs = window.gs;

  Vue.component("gs-chart", {
    props: {
      make: Function,
      title: String,
      finding: String,
      mark: String,
      head: Array,
      rows: Array,
      name: String,
      height: { default: 320 },
      canvas: Boolean,
      level: { default: 3 },
    },
    data: () => ({ shown: false }),
    template: /* HTML */ `
      <figure class="gs-figure">
        <figcaption>
          <component :is="'h' + level">
            {{ title }}
            <span v-if="mark" class="gs-badge is-look">{{ mark }}</span>
          </component>
          <p v-if="finding" class="gs-finding">{{ finding }}</p>
        </figcaption>
        <div
          ref="at"
          class="gs-chart"
          role="img"
          :aria-label="title + '. ' + (mark ? mark + '. ' : '') + (finding || '') + ' ' + $t('chart.twin')"
          :style="{height: height + 'px'}"
        ></div>
        <div class="gs-tools">
          <button type="button" class="gs-small" :aria-expanded="shown ? 'true' : 'false'" @click="shown = !shown">
            {{ shown ? $t('chart.hide') : $t('chart.table') }}
            <span class="gs-unseen">{{ title }}</span>
          </button>
          <button type="button" class="gs-small" @click="csv">
            CSV
            <span class="gs-unseen">{{ title }}</span>
          </button>
          <button type="button" class="gs-small" @click="png">
            PNG
            <span class="gs-unseen">{{ title }}</span>
          </button>
          <button type="button" class="gs-small" v-if="!canvas" @click="svg">
            SVG
            <span class="gs-unseen">{{ title }}</span>
          </button>
        </div>
        <gs-table v-if="shown" :head="head" :rows="rows" :title="title"></gs-table>
      </figure>
    `,
    computed: {
      option() {
        return [this.make(), gs.theme.dark];
      },
    },
    watch: {
      option() {
        this.draw();
      },
    },
    mounted() {
      this.chart = echarts.init(this.$refs.at, null, { renderer: this.canvas ? "canvas" : "svg" });
      this.chart.on("click", (event) =>
        this.$emit("pick", { dataIndex: event.dataIndex, data: event.data, seriesIndex: event.seriesIndex }),
      );
      this.sized = new ResizeObserver(() => this.chart.resize());
      this.sized.observe(this.$refs.at);
      this.draw();
      this.dress = () => this.draw(); // at once, or paper shows the colours of the screen
      window.addEventListener("gs-colours", this.dress);
    },
    beforeDestroy() {
      window.removeEventListener("gs-colours", this.dress);
      this.sized.disconnect();
      this.chart.dispose();
    },
    methods: {
      draw() {
        if (!this.chart) return;
        this.chart.setOption(this.make(), { notMerge: true });
        for (const part of this.$refs.at.querySelectorAll("svg, canvas")) part.setAttribute("aria-hidden", "true");
      },
      csv() {
        gs.save(`${this.name || "chart"}.csv`, gs.csv(this.head, this.rows), "text/csv");
      },
      svg() {
        gs.save(`${this.name || "chart"}.svg`, this.chart.renderToSVGString(), "image/svg+xml");
      },
      png() {
        if (this.canvas)
          return this.written(this.chart.getRenderedCanvas({ pixelRatio: 2, backgroundColor: gs.charts.ground() }));
        const picture = new Image();
        picture.onload = () => {
          const canvas = document.createElement("canvas");
          canvas.width = 2 * this.chart.getWidth();
          canvas.height = 2 * this.chart.getHeight();
          canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
          this.written(canvas);
        };
        picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(this.chart.renderToSVGString())}`;
      },
      written(canvas) {
        canvas.toBlob((blob) => gs.save(`${this.name || "chart"}.png`, blob));
      },
    },
  });
})();
