"""Write the schema of all records, and their typedefs: `python -m dashboards.records`, after any change of one. A test says when that is due."""

from __future__ import annotations

from experiments.output import write_text

from . import SCHEMA_FILE, TYPEDEFS_FILE, schema, schema_text
from .typedefs import typedefs

if __name__ == "__main__":
    write_text(SCHEMA_FILE, schema_text())
    write_text(TYPEDEFS_FILE, typedefs(schema()))
