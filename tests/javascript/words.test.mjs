import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./page.mjs";

const gs = page("words", "numbers");

test("a key without words is shown as it is, and values stand in their places", () => {
  assert.equal(gs.t("app.window", { page: "Start" }), "Start | Groundswell");
  assert.equal(gs.t("app.window", {}), "{page} | Groundswell");
});

test("a name is found by what is nearly typed, and none where none is near", () => {
  const titles = ["Closing the loop", "More consultation", "Front-line engagement", "Mobilise"];
  assert.equal(gs.near("closing the lop", titles)[0], "Closing the loop");
  assert.equal(gs.near("consultation", titles)[0], "More consultation");
  assert.equal(gs.near("zzzz", titles).length, 0);
  assert.equal(gs.near("", titles).length, 0);
});

test("a table as CSV runs nothing in a spreadsheet", () => {
  const text = gs.csv(
    ["a", "b"],
    [
      ["=1+1", "-2"],
      ['say "yes"', null],
      ["-x", "+0.5"],
      ["@x", "two\nlines"],
    ],
  );
  assert.equal(text, 'a,b\n\'=1+1,-2\n"say ""yes""",\n\'-x,+0.5\n\'@x,"two\nlines"\n');
});

test("a date is written as people write it", () => {
  assert.equal(gs.day("2031-12-26"), "26 December 2031");
});

test("names of the program become words", () => {
  assert.equal(gs.capital(gs.plain("closing-the-loop+word_of_mouth")), "Closing the loop + word of mouth");
});
