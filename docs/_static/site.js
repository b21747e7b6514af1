/* What scrolls inside itself can be reached with the keyboard, and headings of the list of pages have a level. */
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("article .table-wrapper, article pre")) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.tagName === "PRE" ? "Code" : "Table");
  }
  for (const caption of document.querySelectorAll("p.caption[role='heading']")) {
    caption.setAttribute("aria-level", "2");
  }
});
