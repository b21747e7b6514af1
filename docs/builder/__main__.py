"""Make the pages that come from the code, then the site: `make docs`. The site is written to build/docs/index.html."""

from __future__ import annotations

import sys

from . import pages, site
from .page import DOCS


def main() -> int:
    """Write what has changed, build the site, and return its exit code."""
    for path in pages.renew():
        print(f"written: {path.relative_to(DOCS.parent)}")
    code = site.build(site.BUILT)
    print(f"open {(site.BUILT / 'index.html').relative_to(DOCS.parent)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
