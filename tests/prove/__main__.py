"""`python -m tests.prove PART ...`; no part is all of them."""

import sys

from tests.prove.proofs import main

if __name__ == "__main__":
    sys.exit(main())
