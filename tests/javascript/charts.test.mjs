import assert from "node:assert/strict";
import { test } from "node:test";
import { page, plain } from "./page.mjs";

const gs = page("words", "numbers", "charts", "comparison-charts", "study-charts");
const amount = (value) => ({ value, low: value / 2, high: value * 2 });
const money = (net) => ({ net: amount(net), programme: amount(net), service: amount(0), each: amount(1) });
const scenarios = [{ money: null }, { money: money(770_000) }, { money: money(-20_000) }];
const costs = { begun: ["Base", "One", "Two"], result: { scenarios, months: 12 } };

test("an axis of money holds every range, nothing and the budget", () => {
  const { min, max } = gs.charts.cost(costs, 2_000_000).xAxis;
  assert.ok(min <= -0.04 && max >= 2, `${min} to ${max}`);
  const without = gs.charts.cost(costs, null).xAxis;
  assert.ok(without.max >= 1.54 && without.max <= 2, String(without.max));
});

test("each scenario has its own line on an axis of money", () => {
  const { formatter } = gs.charts.cost(costs, null).yAxis.axisLabel;
  assert.deepEqual([-1, 0, 0.5, 1, 2].map(formatter), ["", "One", "", "Two", ""]);
});

test("a mark is filled only where a change is sure", () => {
  const sure = { effect: 0.2, range_low: 0.1, range_high: 0.3, effect_low: 0.15, effect_high: 0.25 };
  const unsure = { ...sure, range_low: -0.1 };
  const effects = [
    { e: sure, at: 0 },
    { e: unsure, at: 1 },
    { e: { effect: null }, at: 2 },
  ];
  const [broad, thin, marks] = plain(gs.charts.marks("One", 1, effects, 100, false, 10));
  assert.deepEqual(broad.data, [
    [10, 30, 0],
    [-10, 30, 1],
  ]);
  assert.equal(thin.data.length, 2);
  assert.deepEqual(
    marks.data.map((one) => [one.value[0], one.itemStyle.color === one.itemStyle.borderColor]),
    [
      [20, true],
      [20, false],
    ],
  );
});

test("a course is drawn in per cent with a band only where its range is known", () => {
  const one = { mean: [0.1, 0.2], low: [null, null], high: [null, null] };
  const two = { mean: [0.1, 0.3], low: [0.05, 0.2], high: [0.2, 0.4] };
  const drawn = { begun: ["Base", "One"], result: { months: 2 }, courses: { participation: [one, two] } };
  const series = plain(gs.charts.course(drawn, "participation", { unit: "share" }).series);
  assert.deepEqual(
    series.map((s) => s.type),
    ["line", "custom", "line"],
  );
  assert.deepEqual(series[1].data, [
    [1, 5, 20],
    [2, 20, 40],
  ]);
  assert.deepEqual(series[2].data, [
    [1, 10],
    [2, 30],
  ]);
});

test("a long name is broken into lines that fit", () => {
  assert.equal(gs.charts.wrapped("dose of closing the loop", 80), "dose of\nclosing the\nloop");
  assert.equal(gs.charts.wrapped("word", 1), "word");
});
