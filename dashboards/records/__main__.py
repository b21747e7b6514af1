"""Write the schema of all records: `python -m dashboards.records`, after any change of one. A test says when that is due."""

from __future__ import annotations

from experiments.output import write_text

from . import SCHEMA_FILE, schema_text

if __name__ == "__main__":
    write_text(SCHEMA_FILE, schema_text())
