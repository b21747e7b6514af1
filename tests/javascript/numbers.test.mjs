import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./page.mjs";

const gs = page("words", "numbers");

test("what is not known is a dash, and nought is known", () => {
  for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(gs.level(value, "share"), "–");
    assert.equal(gs.change(value, "pounds"), "–");
    assert.equal(gs.known(value), false);
  }
  assert.equal(gs.known(0), true);
});

test("shares are percentages, changes are signed, pounds are rounded", () => {
  assert.equal(gs.level(0.3456, "share"), "34.6 %");
  assert.equal(gs.change(-0.0123, "share"), "-1.23");
  assert.equal(gs.change(0.5, "per resident"), "+0.500");
  assert.equal(gs.change(774_900, "pounds"), "+£770,000");
});

test("what lies exactly between two goes to the even one, as in Python", () => {
  assert.equal(gs.level(0.4025, "share"), "40.2 %");
  assert.equal(gs.level(0.4075, "share"), "40.8 %");
  assert.equal(gs.change(-0.00125, "share"), "-0.12");
});

test("what is nothing once it is rounded is never less than nothing", () => {
  assert.equal(gs.signed(-0.0001, 2), "+0.00");
  assert.equal(gs.change(-1e-9, "share"), "+0.00");
  assert.equal(gs.pounds(-0.001), "£0");
});

test("a range stands behind a change only where both ends are known", () => {
  assert.equal(gs.ranged({ effect: 0.1, range_low: -0.05, range_high: 0.25 }, "share"), "+10.00 (-5.00 to +25.00)");
  assert.equal(gs.ranged({ effect: 0.1, range_low: null, range_high: 0.25 }, "share"), "+10.00");
});

test("a change is sure only where its whole range lies on one side of nothing", () => {
  assert.equal(gs.sure({ range_low: 0.01, range_high: 0.2 }), true);
  assert.equal(gs.sure({ range_low: -0.2, range_high: -0.01 }), true);
  assert.equal(gs.sure({ range_low: 0, range_high: 0.2 }), false);
  assert.equal(gs.sure({ range_low: null, range_high: 0.2 }), false);
});

test("a file that is too large never looks as if it fitted", () => {
  assert.equal(gs.megabytes(50_000_001), "51");
  assert.equal(gs.megabytes(50_000_000), "50");
});
