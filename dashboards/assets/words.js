/* Words, numbers and small helpers that every part of the page uses. */
(function () {
  "use strict";
  const data = (name) => JSON.parse(document.getElementById(name).textContent);
  const strings = data("gs-strings");
  const pages = data("gs-pages");

  function t(key, values) {
    const text = strings[key];
    if (text === undefined) {
      console.error("no words for " + key);
      return key;
    }
    return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole)) : text;
  }

  const known = (value) => value !== null && value !== undefined && isFinite(value);
  /* A number with its sign; what is nothing once it is rounded is never less than nothing. */
  const signed = (value, digits) => (value >= 0 || !Number(value.toFixed(digits)) ? "+" + Math.abs(value).toFixed(digits) : value.toFixed(digits));
  const whole = (value) => Math.round(value).toLocaleString("en-GB");

  /* A number rounded to a power of ten; half of it to the even side, as Python does. */
  function rounded(value, power) {
    const parts = value / 10 ** power, near = Math.round(parts);
    const half = Math.abs(parts - Math.floor(parts) - 0.5) < 1e-9;
    return +((half && near % 2 ? near - 1 : near) * 10 ** power).toPrecision(12);
  }

  /* Pounds to two digits, as experiments/money.py says them: £770,000, £1.5 million. */
  function pounds(value, plus) {
    const size = Math.abs(value);
    const short = size < 0.005 ? 0 : rounded(size, size < 0.1 ? -2 : Math.floor(Math.log10(size)) - 1);
    if (!short) return "£0";
    const sign = value < 0 ? "-" : plus ? "+" : "";
    for (const [of, word] of [[1e9, " billion"], [1e6, " million"]]) if (short >= of) return sign + "£" + +(short / of).toPrecision(3) + word;
    return sign + "£" + short.toLocaleString("en-GB", short < 10 && short !== Math.round(short) ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumFractionDigits: 0 });
  }

  /* A level as the command line prints it: shares with one digit, pounds rounded, the rest with three digits. */
  function level(value, unit) {
    if (!known(value)) return "–";
    if (unit === "share") return (100 * value).toFixed(1) + " %";
    return unit === "pounds" ? pounds(value) : value.toFixed(3);
  }

  /* A change as the command line prints it: percentage points with two digits for shares. */
  function change(value, unit) {
    if (!known(value)) return "–";
    if (unit === "share") return signed(100 * value, 2);
    return unit === "pounds" ? pounds(value, true) : signed(value, unit === "per resident" ? 3 : 4);
  }

  /* What a change could be, or how well its mean is known: from one end to the other. */
  function reach(low, high, unit) {
    return known(low) && known(high) ? t("range.ends", { low: change(low, unit), high: change(high, unit) }) : "";
  }

  /* A change with what it could be behind it. */
  function ranged(e, unit) {
    const could = reach(e.range_low, e.range_high, unit);
    return change(e.effect, unit) + (could ? " (" + could + ")" : "");
  }

  /* Whether the whole range lies on one side of nothing: all marks and words of confidence stand on this. */
  const sure = (e) => known(e.range_low) && known(e.range_high) && (e.range_low > 0 || e.range_high < 0);

  /* Bytes in MB, rounded up, so that what is too large never looks as if it fitted. */
  const megabytes = (bytes) => whole(Math.ceil(bytes / 1e6));

  /* A date as people write it: 26 December 2031. */
  const day = (date) => new Date(date + "T12:00:00").toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

  /* The titles that are most like what somebody typed, by their pairs of letters; at most three, none where none is near. */
  function near(text, titles) {
    const pairs = (words) => { const letters = words.toLowerCase().replace(/[^a-z0-9]/g, ""); return Array.from({ length: Math.max(letters.length - 1, 0) }, (_, n) => letters.slice(n, n + 2)); };
    const typed = pairs(text), long = text.trim().split(/\s+/).length;
    const like = (title) => { const held = pairs(title), all = held.length + typed.length; return (2 * typed.filter((pair) => { const at = held.indexOf(pair); if (at >= 0) held.splice(at, 1); return at >= 0; }).length) / Math.max(all, 1); };
    const parts = (title) => { const words = title.split(/[\s,-]+/); return [title, ...words.map((_, n) => words.slice(n, n + long).join(" "))]; };
    const scored = titles.map((title) => [Math.max(...parts(title).map(like)), title]).filter((one) => one[0] >= 0.5).sort((a, b) => b[0] - a[0]);
    return scored.filter((one) => one[0] > scored[0][0] - 0.1).slice(0, 3).map((one) => one[1]);
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
      if (/^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && isNaN(Number(text)))) text = "'" + text;
      return /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
  }

  async function load(url) {
    const answer = await fetch(url);
    let found = null;
    try {
      found = await answer.json();
    } catch (error) {
      throw new Error(t("error.answer", { status: answer.status }));
    }
    if (!answer.ok) throw new Error(found.error || t("error.answer", { status: answer.status }));
    return found;
  }

  const once = {};
  function loadOnce(name) {
    if (!once[name]) {
      const version = document.querySelector('meta[name="gs-version"]').content;
      once[name] = load("/gs/" + name + ".json?v=" + version).then(Object.freeze);
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
  window.addEventListener("beforeprint", () => { printing = true; choose(); });
  window.addEventListener("afterprint", () => { printing = false; choose(); });
  choose();

  window.gs = { t, pages, known, pounds, level, change, reach, ranged, sure, whole, signed, megabytes, near, day, plain, capital, save, csv, load, loadOnce, theme, choose, id: () => "gs" + ++number };
  Vue.prototype.$t = t;
  Vue.prototype.$gs = window.gs;
})();
