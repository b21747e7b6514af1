/* The scripts of the pages without a browser: what computes can be asked, and nothing is drawn. */
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

const HOME = new URL("../../dashboards/web/", import.meta.url);
const read = (name) => readFileSync(new URL(name, HOME), "utf8");
const query = { matches: false, addEventListener() {} };

/* Returns what scripts leave in `window.gs`, loaded in this order. */
export function page(...scripts) {
  const parts = { "gs-strings": read("strings/en.json"), "gs-pages": read("pages.json") };
  const window = { matchMedia: () => query, addEventListener() {}, dispatchEvent() {}, innerWidth: 1280 };
  const context = {
    window,
    console,
    Event: class {},
    localStorage: { getItem: () => null },
    document: {
      documentElement: { dataset: {} },
      getElementById: (name) => ({ textContent: parts[name] }),
    },
    echarts: { format: { encodeHTML: (text) => text.replace(/</g, "&lt;") } },
    Vue: { prototype: {}, observable: (value) => value, component() {} },
  };
  for (const script of scripts) runInNewContext(read(`assets/${script}.js`), context);
  return window.gs;
}

/* Values of a script's own world as values of this one, so that they can be compared. */
export const plain = (value) => JSON.parse(JSON.stringify(value));
