/* Words, numbers and small helpers that every part of the page uses. */
(() => {
  "use strict";
  const data = (name) => JSON.parse(document.getElementById(name).textContent);
  const strings = data("gs-strings");
  const pages = data("gs-pages");

  function t(key, values) {
    const text = strings[key];
    if (text === undefined) {
      console.error(`no words for ${key}`);
      return key;
    }
    return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole)) : text;
  }

  /* A date as people write it: 26 December 2031. */
  const day = (date) =>
    new Date(`${date}T12:00:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

  /* The titles that are most like what somebody typed, by their pairs of letters; at most three, none where none is near. */
  function near(text, titles) {
    const pairs = (words) => {
      const letters = words.toLowerCase().replace(/[^a-z0-9]/g, "");
      return Array.from({ length: Math.max(letters.length - 1, 0) }, (_, n) => letters.slice(n, n + 2));
    };
    const typed = pairs(text),
      long = text.trim().split(/\s+/).length;
    const like = (title) => {
      const held = pairs(title),
        all = held.length + typed.length;
      return (
        (2 *
          typed.filter((pair) => {
            const at = held.indexOf(pair);
            if (at >= 0) held.splice(at, 1);
            return at >= 0;
          }).length) /
        Math.max(all, 1)
      );
    };
    const parts = (title) => {
      const words = title.split(/[\s,-]+/);
      return [title, ...words.map((_, n) => words.slice(n, n + long).join(" "))];
    };
    const scored = titles
      .map((title) => [Math.max(...parts(title).map(like)), title])
      .filter((one) => one[0] >= 0.5)
      .sort((a, b) => b[0] - a[0]);
    return scored
      .filter((one) => one[0] > scored[0][0] - 0.1)
      .slice(0, 3)
      .map((one) => one[1]);
  }

  const plain = (name) => name.replace(/[-_]/g, " ").replace(/\+/g, " + ");
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  function save(name, content, kind) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: kind }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* A table as CSV; what a spreadsheet would run as a formula is made text. */
  function csv(head, rows) {
    const cell = (value) => {
      let text = value === null || value === undefined ? "" : String(value);
      if (/^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && Number.isNaN(Number(text)))) text = `'${text}`;
      return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    };
    return `${[head, ...rows].map((row) => row.map(cell).join(",")).join("\n")}\n`;
  }

  async function load(url) {
    const answer = await fetch(url);
    let found = null;
    try {
      found = await answer.json();
    } catch {
      throw new Error(t("error.answer", { status: answer.status }));
    }
    if (!answer.ok) throw new Error(found.error || t("error.answer", { status: answer.status }));
    return found;
  }

  const once = {};
  function loadOnce(name) {
    if (!once[name]) {
      const version = document.querySelector('meta[name="gs-version"]').content;
      once[name] = load(`/gs/${name}.json?v=${version}`).then(Object.freeze);
      once[name].catch(() => delete once[name]);
    }
    return once[name];
  }

  let number = 0;
  const theme = Vue.observable({ dark: false });
  let printing = false;
  const asked = window.matchMedia("(prefers-color-scheme: dark)");
  const paper = window.matchMedia("print");
  function choose(value) {
    if (value) localStorage.setItem("gs-theme", value);
    const chosen = localStorage.getItem("gs-theme");
    theme.dark = !printing && !paper.matches && (chosen ? chosen === "dark" : asked.matches); // paper is white, whatever the screen is
    document.documentElement.dataset.theme = theme.dark ? "dark" : "light";
    window.dispatchEvent(new Event("gs-colours"));
  }
  for (const query of [asked, paper]) query.addEventListener("change", () => choose());
  let opened = []; // what is folded on the screen and printed all the same
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.gs-known:not([open])")];
    for (const one of opened) one.open = true;
    printing = true;
    choose();
  });
  window.addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
    printing = false;
    choose();
  });
  choose();

  window.gs = {
    t,
    pages,
    near,
    day,
    plain,
    capital,
    save,
    csv,
    load,
    loadOnce,
    theme,
    choose,
    id: () => `gs${++number}`,
  };
  Vue.prototype.$t = t;
  Vue.prototype.$gs = window.gs;
})();
