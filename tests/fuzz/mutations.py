"""How an input is damaged: bytes, lines, values, names, encodings and the parts of a workbook, all drawn from one seed."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

ODD_WORDS = (
    "", " ", "\t", "-", "--", "~", "null", "nan", "inf", "-inf", ".inf", ".nan", "1e400", "-1e400", "1e308", "-0", "0x10", "1_000", "9" * 21, "-" + "9" * 21,
    "9" * 400, "9" * 5000, "0.1.2", "1,5", "1:2:3", "2023-13-45", "2023-02-30T25:61:61Z", "0000-00-00", "99999-01-01", "true", "on", "٣", "١٢٣", "½", "²", "Ⅷ",
    "\uff11\uff12", "é", "\u202e", "\u2028", "\x85", "\ufeff", "\u200b", "\U0001f600", "\x1b[31m", "=1+1", "'", '"', "''", '"""', "[", "]", "{", "}", "{}", "[]", "[[]]",
    "{a: 1}", "? {a: 1}", "&a [*a]", "*a", "<<", "<<: 3", "!!python/object:os.system x", "!!binary x", "!!set {a, b}", "!!timestamp x", "!!int x", "!!float x", "|",
    ">", "%", "#", "@", "`", ":", ": :", "a" * 300, "b" * 5000, "../../x", "/etc/passwd", "/", ".", "..", "con", "x\\y", "&amp;", "&x;", "<a>", "</a>", "<!DOCTYPE a>",
    "<!ENTITY a 'b'>", "--help", "-1", "0", "1", "2", "100", "1000000000000", "E09000014", "haringey", "baseline", "None", "\x7f", "\r", "\n", "\n\n", "\x0c", "\x1c",
)  # fmt: skip
ODD_BYTES = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    b"\x1a",
    b"PK\x03\x04",
    b"%PDF",
    b"\x1f\x8b",
)
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "utf-7", "cp037", "shift_jis")
DEPTHS = (50, 700, 3000, 20_000)


def bits(lot: random.Random, data: bytes) -> bytes:
    """Flip some bits."""
    out = bytearray(data)
    for _ in range(lot.choice((1, 1, 2, 5, 30)) if out else 0):
        out[lot.randrange(len(out))] ^= 1 << lot.randrange(8)
    return bytes(out)


def cut(lot: random.Random, data: bytes) -> bytes:
    """Leave out the end, the beginning or a part."""
    a, b = sorted((lot.randint(0, len(data)), lot.randint(0, len(data))))
    return lot.choice((data[:a], data[a:], data[:a] + data[b:]))


def repeated(lot: random.Random, data: bytes) -> bytes:
    """Repeat a part, up to some thousand characters of it."""
    a = lot.randint(0, len(data))
    part = data[a : a + lot.choice((1, 5, 40, 400))]
    return data[:a] + part * min(lot.choice((2, 5, 50)), 20_000 // max(len(part), 1) + 1) + data[a:]


def odd_bytes(lot: random.Random, data: bytes) -> bytes:
    """Put bytes that are no text somewhere."""
    at = lot.choice((0, len(data), lot.randint(0, len(data))))
    return data[:at] + lot.choice(ODD_BYTES) + data[at:]


def word(lot: random.Random, data: bytes) -> bytes:
    """Put an odd word in the place of another, or beside it."""
    spots = [m.span() for m in re.finditer(rb"[\w.+-]+", data)] or [(0, 0)]
    for _ in range(lot.choice((1, 1, 1, 3))):
        a, b = lot.choice(spots)
        if b > len(data):
            continue
        data = data[:a] + lot.choice(ODD_WORDS).encode("utf-8", "surrogatepass") + data[lot.choice((a, b)) :]
    return data


def all_of_a_word(lot: random.Random, data: bytes) -> bytes:
    """Put an odd word in the place of every mention of another."""
    words = sorted(set(re.findall(rb"[\w.+-]+", data)))
    return data.replace(lot.choice(words), lot.choice(ODD_WORDS).encode()) if words else data


def lines(lot: random.Random, data: bytes) -> bytes:
    """Move, double, join or leave out lines, or change what ends them."""
    rows = data.split(b"\n")
    at, other = lot.randrange(len(rows)), lot.randrange(len(rows))
    way = lot.randrange(5)
    if way == 0:
        rows[at], rows[other] = rows[other], rows[at]
    elif way == 1:
        rows.insert(at, rows[other])
    elif way == 2:
        rows = rows[:at] + rows[at + 1 :]
    elif way == 3:
        rows[at] = b"  " * lot.randint(1, 4) + rows[at]
    return lot.choice((b"\n", b"\n", b"\r\n", b"\r")).join(rows)


def signs(lot: random.Random, data: bytes) -> bytes:
    """Put a sign that a format gives a meaning in the place of another."""
    known = b",;:\t|[]{}\"'<>=/*&#%\n -"
    spots = [n for n, sign in enumerate(data) if sign in known]
    if not spots:
        return data
    at = lot.choice(spots)
    return data[:at] + bytes([lot.choice(known)]) + data[at + 1 :]


def encoded(lot: random.Random, data: bytes) -> bytes:
    """Write the text in another encoding."""
    return data.decode("utf-8", "replace").encode(lot.choice(ENCODINGS), "replace")


def nested(lot: random.Random, data: bytes) -> bytes:
    """Put something deeply nested in the place of a value."""
    depth = lot.choice(DEPTHS)
    deep = lot.choice((
        b"[" * depth, b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth, b"{a: " * depth + b"1" + b"}" * depth, b"- " * min(depth, 3000) + b"x",
        b"<a>" * depth, b"<a>" * depth + b"</a>" * depth, b'"' * depth, b"graph [ " * depth, b"(" * depth,
    ))  # fmt: skip
    spots = [m.span() for m in re.finditer(rb"[\w.+-]+", data)] or [(0, len(data))]
    a, b = lot.choice(spots)
    return lot.choice((data[:a] + deep + data[b:], deep, data + b"\nx: " + deep))


TEXT: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    bits, cut, repeated, odd_bytes, word, word, word, all_of_a_word, lines, lines, signs, signs, encoded, nested,
)  # fmt: skip


def damaged(lot: random.Random, data: bytes) -> bytes:
    """Return a text damaged once or several times."""
    for _ in range(lot.choice((1, 1, 1, 2, 3, 6))):
        data = lot.choice(TEXT)(lot, data)
    return data[:300_000]


def damaged_book(lot: random.Random, data: bytes) -> bytes:
    """Return a workbook whose file, or one of whose parts, is damaged, left out, doubled or renamed."""
    if lot.random() < 0.2:
        return damaged(lot, data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    for _ in range(lot.choice((1, 1, 2))):
        name = lot.choice(sorted(parts))
        way = lot.random()
        if way < 0.75:
            parts[name] = damaged(lot, parts[name])
        elif way < 0.9:
            del parts[name]
        else:
            parts[lot.choice(("x.xml", "../x.xml", name.upper(), *parts))] = parts.pop(name)
        if not parts:
            break
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(name, part)
    return buffer.getvalue()


def odd_word(lot: random.Random) -> str:
    """Return a word that somebody may type or paste by mistake."""
    if lot.random() < 0.7:
        return lot.choice(ODD_WORDS)
    return "".join(chr(lot.choice((lot.randint(32, 126), lot.randint(160, 0x24F), lot.randint(0x600, 0x6FF), lot.randint(0x1F300, 0x1F5FF)))) for _ in range(lot.choice((1, 4, 30))))  # fmt: skip
