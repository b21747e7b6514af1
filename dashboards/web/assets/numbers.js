/* Numbers as every page shows them: shares, pounds, changes and ranges. */
(() => {
  "use strict";
  const t = window.gs.t;

  const known = (value) => value !== null && value !== undefined && Number.isFinite(Number(value));
  /* A number with some digits, as Python rounds it. */
  const fixed = (value, digits) => rounded(value, -digits).toFixed(digits);
  /* A number with its sign; what is nothing once it is rounded is never less than nothing. */
  const signed = (value, digits) =>
    (value >= 0 || !rounded(value, -digits) ? "+" : "-") + fixed(Math.abs(value), digits);
  const whole = (value) => Math.round(value).toLocaleString("en-GB");

  /* A number rounded to a power of ten; what lies exactly between two goes to the even one, as in Python. */
  function rounded(value, power) {
    const parts = value / 10 ** power;
    const near = Math.round(parts);
    const between = Math.abs(parts - Math.floor(parts) - 0.5) < 1e-9;
    // Of numbers with decimals only those in eighths lie exactly between two; 0.005 is a little more than it looks.
    if (power < 0 && !(between && Number.isInteger(8 * value))) return Number(value.toFixed(-power));
    return +((between && near % 2 ? near - 1 : near) * 10 ** power).toPrecision(12);
  }

  /* Pounds to two digits, as experiments/numbers.py says them: £770,000, £1.5 million. */
  function pounds(value, plus) {
    const size = Math.abs(value);
    const short = size < 0.005 ? 0 : rounded(size, size < 0.1 ? -2 : Math.floor(Math.log10(size)) - 1);
    if (!short) return "£0";
    const sign = value < 0 ? "-" : plus ? "+" : "";
    for (const [of, word] of [
      [1e9, " billion"],
      [1e6, " million"],
    ])
      if (short >= of) return `${sign}£${+(short / of).toPrecision(3)}${word}`;
    return (
      sign +
      "£" +
      short.toLocaleString(
        "en-GB",
        short < 10 && short !== Math.round(short)
          ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
          : { maximumFractionDigits: 0 },
      )
    );
  }

  /* A level as the command line prints it: shares with one digit, pounds rounded, the rest with three digits. */
  function level(value, unit) {
    if (!known(value)) return "–";
    if (unit === "share") return `${fixed(100 * value, 1)} %`;
    return unit === "pounds" ? pounds(value) : fixed(value, 3);
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
    return change(e.effect, unit) + (could ? ` (${could})` : "");
  }

  /* Whether the whole range lies on one side of nothing: all marks and words of confidence stand on this. */
  const sure = (e) => known(e.range_low) && known(e.range_high) && (e.range_low > 0 || e.range_high < 0);

  /* Bytes in MB, rounded up, so that what is too large never looks as if it fitted. */
  const megabytes = (bytes) => whole(Math.ceil(bytes / 1e6));

  Object.assign(window.gs, { known, signed, whole, pounds, level, change, reach, ranged, sure, megabytes });
})();
