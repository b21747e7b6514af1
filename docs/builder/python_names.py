"""The page of Python: every public name of `groundswell`, by what it is for; Sphinx reads signatures and docstrings from the code."""

from __future__ import annotations

import inspect

import groundswell

from .page import Page

# Where a name is looked for; what is in none of these stands under the last.
TASKS = {
    "Load and compare": ("load_scenario", "load_place", "compare", "Comparison", "Scenario", "Place"),
    "Studies": ("Study", "Factor", "Design", "Budget", "read_study", "sweep", "Results", "sensitivity", "discover", "optimise"),
    "Test the model": ("validate", "Validation"),
    "Run one model": ("ParticipationModel", "Recorder", "Measure", "measures_of", "People", "Ties", "uniforms_of"),
    "Declare something of your own": (),
}


def tasks() -> dict[str, list[str]]:
    """Return all public names by task, each once."""
    named = {name for names in TASKS.values() for name in names}
    rest = [name for name in groundswell.__all__ if name not in named]
    return {title: list(names) or rest for title, names in TASKS.items()}


def page() -> str:
    """Return the page: text for GitHub and directives for the site."""
    page = Page("Python", "Every public name. Import each from `groundswell`: `from groundswell import compare, load_scenario`.")
    for title, names in tasks().items():
        page.heading(title)
        for name in names:
            found = getattr(groundswell, name)
            kind = "autoclass" if inspect.isclass(found) else "autofunction" if callable(found) else "autodata"
            page.lines += [
                "```{eval-rst}",
                f".. {kind}:: groundswell.{name}",
                *(["   :members:"] if kind == "autoclass" else []),
                "```",
                "",
            ]
    return page.whole()
