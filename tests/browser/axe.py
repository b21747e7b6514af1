"""What axe finds on a page. Contrast takes it two thirds of its time, and is the same for all that looks the same: it is looked at where something looks new."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Text looks the same where the elements around it have the same names, classes, styles and colours; the first and the last of each kind that is seen are marked.
LOOKED_AT = """async (tags) => {
  const mark = "data-contrast", kinds = new Map(), ways = new Map();
  for (const one of document.querySelectorAll("body, body *")) {
    const { color, backgroundColor, opacity } = getComputedStyle(one);
    const own = [one.tagName, one.getAttribute("class"), one.getAttribute("style"), color, backgroundColor, opacity].join("|");
    const way = `${ways.get(one.parentElement) || ""}>${own}`;
    ways.set(one, way);
    const text = one.matches("input, select, textarea") || [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (text && one.checkVisibility()) kinds.set(way, [(kinds.get(way) || [one])[0], one]);
  }
  for (const one of [...kinds.values()].flat()) one.setAttribute(mark, "");
  axe.configure({ rules: [{ id: "color-contrast", selector: `[${mark}]` }] });
  const found = await axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  for (const one of document.querySelectorAll(`[${mark}]`)) one.removeAttribute(mark);
  return found.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)} ${(v.nodes[0].failureSummary || "").slice(0, 200)}`);
}"""


def violations(page: Page, *tags: str) -> list[str]:
    """Return what breaks the rules with these tags, and where first."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(LOOKED_AT, list(tags)))
