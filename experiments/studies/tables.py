"""Parquet files of a folder that may be somebody else's: how large a table is, is known before it is in memory."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SMALL_TABLE, MOST_TIMES = 64_000_000, 200  # bytes in memory that a table may always take; and how many times those of its file
KINDS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string)  # that this program writes


class Unfit(ValueError):
    """Something that cannot be kept, or cannot be read."""


def table_of(content: bytes, most_rows: int, columns: list[str] | None = None, schema: pa.Schema | None = None) -> pa.Table:
    """Return a Parquet file as a table.

    Args:
        content: of the file.
        most_rows: it may have; its metadata say how many it has, and nothing else is read before.
        columns: wanted; None for all.
        schema: names and types that the whole file must have, in order; None for any.

    Raises:
        Unfit: it is no such file, has other columns, or is larger.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        names = list(file.schema_arrow.names)
        if file.metadata.num_rows > most_rows:
            raise Unfit(f"contains {file.metadata.num_rows:,} rows; allowed: at most {most_rows:,}")
        if len(set(names)) != len(names) or not {*(columns or ())} <= {*names}:
            raise Unfit("contains other columns")
        if schema is not None and not file.schema_arrow.equals(schema):
            raise Unfit("is not a table of this study")
        kinds = {name: file.schema_arrow.field(name).type for name in columns or names}
        odd = [name for name, kind in kinds.items() if not any(known(kind) for known in KINDS)]
        if odd:
            raise Unfit(f"contains a column of another kind: {odd[0]}")
        texts = [name for name, kind in kinds.items() if pa.types.is_string(kind)]
        widths = [8 if name in texts else max(kind.bit_width // 8, 1) for name, kind in kinds.items()]
        _check_size(file.metadata.num_rows * (sum(widths) or 1), content)
        file = pq.ParquetFile(pa.BufferReader(content), metadata=file.metadata, read_dictionary=texts)
        return _spelled_out(file.read(columns=columns, use_threads=False), content)
    except (pa.ArrowException, OSError) as error:
        raise Unfit("is not a table that this program writes") from error


def _check_size(size: int, content: bytes) -> None:
    """Raise `Unfit` for a table that takes far more memory than its file could hold of numbers and texts that differ."""
    most = max(SMALL_TABLE, MOST_TIMES * len(content))
    if size > most:
        raise Unfit(f"contains a table of {size:,} bytes; allowed: at most {most:,}")


def _spelled_out(table: pa.Table, content: bytes) -> pa.Table:
    """Return a table with texts in the place of their numbers in a dictionary, unless that takes too much memory."""
    size = 0
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            for chunk in column.chunks:
                lengths = pc.take(pc.binary_length(chunk.dictionary), chunk.indices)
                size += pc.sum(lengths).as_py() or 0
        else:
            size += column.nbytes
    _check_size(size, content)
    for n, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = pa.field(field.name, field.type.value_type, field.nullable)
            table = table.set_column(n, plain, table.column(n).cast(field.type.value_type))
    return table
