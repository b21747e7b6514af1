/* Tables of a comparison: the same numbers as the charts, the range before the interval of the mean. */
(() => {
  "use strict";
  const gs = window.gs;
  const t = gs.t;
  const others = (page) =>
    page.result.scenarios.slice(1).map((scenario, n) => ({ scenario, n: n + 1, name: page.begun[n + 1] }));
  const named = (page, label) => page.begun[page.labels.indexOf(label)] || label;
  const percent = (share) => (gs.known(share) ? `${Math.round(100 * share)} %` : "–");
  const words = (value) => value || "–";

  /* Effects on the headlines in the months by which each is judged. */
  function effects(page, measures) {
    const head = ["table.measure", "table.scenario", "table.level", "table.effect"]
      .map((key) => t(key))
      .concat(page.range_head, t("table.mean"), t("table.read"));
    const rows = measures.flatMap((m) =>
      others(page).map(({ n, name }) => {
        const e = page.shown[n][m.name];
        return [
          m.label,
          name,
          gs.level(e.mean, m.unit),
          gs.change(e.effect, m.unit),
          words(gs.reach(e.range_low, e.range_high, m.unit)),
          words(gs.reach(e.effect_low, e.effect_high, m.unit)),
          page.read[m.name],
        ];
      }),
    );
    return [head, rows];
  }

  /* A course by years: each scenario's mean, and what it could be. */
  function course(page, measure) {
    const courses = page.courses[measure.name];
    const months = courses[0].mean
      .map((_, m) => m + 1)
      .filter((m) => m === 1 || m % 12 === 0 || m === courses[0].mean.length);
    const could = (c, m) =>
      gs.known(c.low[m - 1])
        ? " (" +
          t("range.ends", { low: gs.level(c.low[m - 1], measure.unit), high: gs.level(c.high[m - 1], measure.unit) }) +
          ")"
        : "";
    return [
      [t("table.month"), ...page.begun],
      months.map((m) => [m, ...courses.map((c) => gs.level(c.mean[m - 1], measure.unit) + could(c, m))]),
    ];
  }

  /* Effects by group; acts stand beside people who take part. */
  function groups(page, measure, grouping, shown, acts) {
    const measures = measure.name === "participation" ? [measure, acts] : [measure];
    const columns = others(page).flatMap((one) => measures.map((m) => Object.assign({ m }, one)));
    const cell = ({ scenario, m }, key) => gs.ranged(scenario.by[grouping][key]?.[m.name] || {}, m.unit);
    return [
      [t(`by.${grouping}`), ...columns.map((c) => (c.m === measure ? c.name : t("table.acts_of", { name: c.name })))],
      shown.map((g) => [g.label, ...columns.map((c) => cell(c, g.key))]),
    ];
  }

  /* What each scenario costs, in words: programme, service, both, and for each more participant. */
  function money(page) {
    const rows = others(page)
      .filter(({ n }) => page.money[n])
      .map(({ n, name }) => [
        name,
        page.money[n].programme,
        page.money[n].service,
        page.money[n].net,
        page.money[n].each,
      ]);
    return [
      ["table.scenario", "table.programme", "table.service", "table.net", "table.each"].map((key) => t(key)),
      rows,
    ];
  }

  /* Who loses, the worst first within each scenario. */
  function losses(page, measures) {
    const rows = page.losses.slice(0, 40).map((l) => {
      const m = measures[l.measure] || { label: l.measure, unit: "share" };
      const group = l.grouping === "deprivation_fifth" ? t("table.fifth", { fifth: t(`fifth.${l.group}`) }) : l.group;
      return [
        named(page, l.scenario),
        m.label,
        group || t("table.everybody"),
        gs.change(l.effect, m.unit),
        gs.reach(l.low, l.high, m.unit),
        m.unit === "pounds" ? t("table.in_total") : l.read,
      ];
    });
    return [
      ["table.scenario", "table.what", "table.whom", "table.effect"]
        .map((key) => t(key))
        .concat(page.range_head, t("table.read")),
      rows,
    ];
  }

  /* Which does most, with acts beside people and service in the cost. */
  function ranking(page) {
    const head = [
      "table.scenario",
      "table.rank",
      "table.people",
      "table.acts",
      "table.net",
      "table.from",
      "table.lasts",
      "table.gains",
      "table.less",
    ].map((key) => t(key));
    const rows = page.ranking.map((r) => [
      named(page, r.scenario),
      r.rank,
      gs.ranged(r, "share"),
      gs.ranged({ effect: r.acts_12m, range_low: r.acts_12m_low, range_high: r.acts_12m_high }, "per resident"),
      gs.known(r.net_cost)
        ? t("cost.could", {
            value: gs.pounds(r.net_cost),
            low: gs.pounds(r.net_cost_low),
            high: gs.pounds(r.net_cost_high),
          })
        : "–",
      r.shows_from_month ? t("chart.month", { month: r.shows_from_month }) : t("table.never"),
      words(r.lasts_without_funding),
      words(r.gains_more),
      words(r.gains_less),
    ]);
    return [head, rows];
  }

  /* The mean over the run, the last month, and the best and the worst month beside one another. */
  function months(page, measures) {
    const rows = others(page).flatMap(({ scenario, name }) =>
      Object.keys(scenario.when || {})
        .filter((key) => measures[key])
        .map((key) => {
          const cell = (e) =>
            (gs.known(e.month) ? `${t("chart.month", { month: e.month })}: ` : "") + gs.ranged(e, measures[key].unit);
          const found = scenario.when[key];
          return [
            name,
            measures[key].label,
            ...["over_the_run", "last_month", "best_month", "worst_month"].map((which) => cell(found[which])),
          ];
        }),
    );
    return [
      [
        "table.scenario",
        "table.measure",
        "when.over_the_run",
        "when.last_month",
        "when.best_month",
        "when.worst_month",
      ].map((key) => t(key)),
      rows,
    ];
  }

  /* What each range is made of: the interval of the mean, and the part that comes from the model's uncertain numbers. */
  function doubt(page, measures, headlines) {
    const rows = headlines.flatMap((key) =>
      others(page)
        .filter(({ scenario }) => scenario.doubt?.[key])
        .map(({ scenario, name }) => {
          const [d, e, unit] = [scenario.doubt[key], scenario.measures[key], measures[key].unit];
          return [
            measures[key].label,
            name,
            gs.change(e.effect, unit),
            words(gs.reach(d.range_low, d.range_high, unit)),
            words(gs.reach(e.effect_low, e.effect_high, unit)),
            percent(d.parameter_share),
          ];
        }),
    );
    return [
      ["table.measure", "table.scenario", "table.effect"]
        .map((key) => t(key))
        .concat(page.range_head, t("table.mean"), t("doubt.share")),
      rows,
    ];
  }

  /* Every measure at the end of the run: the base's level, and each scenario's change with what it could be. */
  function all(page, known) {
    const measures = known.filter((m) => page.result.scenarios[0].measures[m.name] && m.name !== "saving");
    const cell = (s, n, m) =>
      n
        ? gs.ranged(Object.assign({}, s.measures[m.name], s.doubt?.[m.name]), m.unit)
        : gs.level(s.measures[m.name].mean, m.unit);
    return [
      [
        t("table.measure"),
        ...page.begun.map((name, n) => (n ? t("table.change_of", { name, could: page.range_head }) : name)),
      ],
      measures.map((m) => [m.label, ...page.result.scenarios.map((s, n) => cell(s, n, m))]),
    ];
  }

  gs.tables = { effects, course, groups, money, losses, ranking, months, doubt, all };
})();
