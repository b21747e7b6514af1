"""The library's database: its tables, how it is opened, and why one is refused. Version 1 is that of every library so far."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from experiments.extras import advice as extra_advice
from simulation.declared.parameters import InputError

from ..safeguards.boundary import LibraryError
from ..safeguards.private import close_off, make_private

VERSION = 1
MOST_NAME, MOST_OWNER = 120, 120  # characters
ANSWERS = {"connect_timeout": 10, "tcp_user_timeout": 20_000}  # seconds and milliseconds after which PostgreSQL counts as gone
LOOKS = 5  # at a database in which others make tables
TAKEN = (sql.exc.IntegrityError, sql.exc.ProgrammingError)  # what is said of a table that another has just made
RESTORE = "Restore a backup into a new one: groundswell library --import FILE, with another --library or --home"

FORMS = "allowed: sqlite:////folder/file.sqlite or postgresql+psycopg://user@host/database"
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
UNREACHED = {
    "sqlite": "Its folder must exist, and you must be allowed to write in it",
    "postgresql": "Check that the server runs, and that user, password and database are right; PGPASSWORD may hold the password",
}

_metadata = sql.MetaData()
SAVED = sql.Table(
    "groundswell_saved",
    _metadata,
    sql.Column("id", sql.String(24), primary_key=True),
    sql.Column("name", sql.Unicode(MOST_NAME), nullable=False),
    sql.Column("query", sql.UnicodeText, nullable=False),
    sql.Column("owner", sql.Unicode(MOST_OWNER), nullable=False, default=""),
    sql.Column("changed", sql.DateTime(timezone=True), nullable=False),
    sql.Column("deleted", sql.DateTime(timezone=True), nullable=True),
)
LINKS = sql.Table(
    "groundswell_links",
    _metadata,
    sql.Column("id", sql.String(24), primary_key=True),
    sql.Column("query", sql.UnicodeText, nullable=False),
    sql.Column("used", sql.DateTime(timezone=True), nullable=False),
)
_about = sql.Table("groundswell_library", _metadata, sql.Column("version", sql.Integer, primary_key=True, autoincrement=False))


def file_of(url: sql.URL) -> Path | None:
    """Return the file of an SQLite database; None for one in memory, and for other databases."""
    name = url.database or ":memory:"
    return None if url.get_backend_name() != "sqlite" or name == ":memory:" or name.startswith("file:") else Path(name)


def url_of(address: str) -> sql.URL:
    """Return an address in its parts.

    Raises:
        InputError: it is malformed, or of a database that is not supported; the message shows no password.
    """
    form, sign, rest = address.partition(":")
    try:
        url = sql.make_url(address)
        if url.drivername in DRIVERS and url.get_dialect()().create_connect_args(url) and "@" not in (url.host or ""):
            return url
    except (sql.exc.SQLAlchemyError, ImportError, ValueError):
        pass
    shown = address[:80] if not sign else f"{form[:40]}:..."  # what cannot be read may hold a password anywhere
    hint = ""
    if not sign and address.strip():
        hint = f"; for this file: sqlite:///{Path(address).absolute()}"
    elif form.startswith("postgres") and form not in DRIVERS:
        hint = f"; {form} is written as postgresql+psycopg"
    elif "@" in rest.rpartition("@")[0]:
        hint = "; write an @ in a password as %40"
    raise InputError(f"--library: {shown}: is not an address of a library; {FORMS}{hint}")


def shown_of(url: sql.URL) -> str:
    """Return an address without a password, wherever it stands."""
    return re.sub(r"(?i)(pass\w*=)[^&]*", r"\1***", url.render_as_string(hide_password=True))


def check_there(address: str) -> None:
    """Raise `InputError` for an SQLite file that does not exist, which opening it would make, and for what is no address."""
    file = file_of(url_of(address))
    if file is not None and not file.exists():
        raise InputError(f"{file}: no library is here; nothing was saved yet, or the library is elsewhere (--home, --library)")


def opened(address: str) -> tuple[sql.Engine, str]:
    """Return a database with the library's tables, and its address without a password.

    Raises:
        LibraryError: it cannot be reached.
        InputError: its address is malformed, its tables are not those of this program, or it is damaged; the message says why, and what to do.
    """
    url = url_of(address)
    shown = shown_of(url)
    try:
        engine = sql.create_engine(url, pool_pre_ping=True, connect_args=_arguments(url))
        if url.get_backend_name() == "sqlite":
            if (file := file_of(url)) is not None:
                make_private(file)
            sql.event.listen(engine, "connect", _patient)
            _refuse_damaged(engine, shown)
        _make_tables(engine, shown)
        if (file := file_of(url)) is not None:  # it is a library of ours, and no other file whose rights are none of our business
            for part in ("", "-wal", "-shm"):
                close_off(Path(str(file) + part))
    except (sql.exc.SQLAlchemyError, ImportError, OSError) as error:
        kind = url.get_backend_name()
        lacking = isinstance(error, ImportError) and kind == "postgresql"
        advice = extra_advice("postgresql") if lacking else UNREACHED[kind]
        said = str(error).splitlines()[0]
        raise LibraryError(f"--library: {shown}: cannot be opened ({said}). {advice}") from None
    return engine, shown


def _arguments(url: sql.URL) -> dict[str, Any]:
    """Return what a connection is made with: bounds on how long PostgreSQL is waited for, unless the address has its own."""
    if not url.drivername.startswith("postgresql+psycopg"):
        return {}
    return {name: value for name, value in ANSWERS.items() if name not in url.query}


def _patient(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")
    _write_ahead(cursor)
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Let readers go on while one writes. SQLite does not wait to change this while another server opens the same new file, so we do."""
    for left in reversed(range(LOOKS)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(0.2)


def _refuse_damaged(engine: sql.Engine, shown: str) -> None:
    """Raise `InputError` where the structure of an SQLite file is damaged."""
    try:
        with engine.connect() as connection:
            said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    except sql.exc.DatabaseError as error:
        said = str(error.orig)
        if "not a database" not in said and "malformed" not in said:
            raise
    if said != "ok":
        raise InputError(f"--library: {shown}: is damaged, or is not a database ({said.splitlines()[0]}). {RESTORE}")


def _make_tables(engine: sql.Engine, shown: str) -> None:
    """Make the tables that are missing; where another server makes them at the same moment, look again at what is there."""
    for left in reversed(range(LOOKS)):
        try:
            _complete(engine, shown)
            return
        except sql.exc.DatabaseError as error:
            if not left or not (isinstance(error, TAKEN) or "already exists" in str(error)):
                raise
            time.sleep(0.2)


def _complete(engine: sql.Engine, shown: str) -> None:
    """Make the tables that are missing; the version comes last, so that a database which has it had them all."""
    names = set(sql.inspect(engine).get_table_names())
    version = None
    if _about.name in names:
        with engine.connect() as connection:
            version = connection.execute(sql.select(sql.func.max(_about.c.version))).scalar()
    if version is not None and version != VERSION:
        raise InputError(
            f"--library: {shown}: is a library of version {version}; this program reads version {VERSION}. Use the program that made it"
        )
    for table in (SAVED, LINKS):
        if table.name in names:
            _refuse_other_columns(engine, table, shown)
        elif version is not None:
            raise InputError(f"--library: {shown}: its table {table.name} is gone. {RESTORE}")
    _metadata.create_all(engine, tables=[SAVED, LINKS])
    before = {SAVED.name, LINKS.name} <= names
    # a library of before versions were noted may be one that can be read alone
    with contextlib.suppress(sql.exc.IntegrityError, *([sql.exc.SQLAlchemyError] if before else [])):
        if version is None:
            _about.create(engine, checkfirst=True)
            with engine.begin() as connection:
                connection.execute(sql.insert(_about).values(version=VERSION))


def _refuse_other_columns(engine: sql.Engine, table: sql.Table, shown: str) -> None:
    """Raise `InputError` for a table that another program has changed, or only half."""
    there = {column["name"]: column for column in sql.inspect(engine).get_columns(table.name)}
    wrong = [f"{name} is missing" for name in table.c.keys() if name not in there]  # noqa: SIM118
    for name, column in there.items():
        if name not in table.c and not column["nullable"] and column.get("default") is None:
            wrong.append(f"{name} is unknown and must be filled")
    if wrong:
        raise InputError(
            f"--library: {shown}: the columns of its table {table.name} are not those of this program: {', '.join(wrong)}. Another version changed "
            f"it, perhaps by half. Take that version. {RESTORE}"
        )
