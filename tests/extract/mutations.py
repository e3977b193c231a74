"""Damage to documents: bytes overturned, lost, doubled and moved; in packages, parts of them; in markup, its tags.

A digit is never overturned where digits stand bare in the bytes, and none is made: another number would be another
report, and whoever reads it would be right. For the same reason pieces are cut at the ends of numbers.
"""

from __future__ import annotations

import copy
import io
import re
import warnings
import zipfile
from random import Random

from lxml import etree

PACKED = frozenset(["docx", "xlsx", "ofd", "odt", "ods", "xlsb"])
MARKED = frozenset(["html", "mht", "json", "docxml", "xlsxml", "rtf"])
SEPARATED = frozenset(["csv", "text"])
BARE = MARKED | SEPARATED | {"doc", "wps"}
"""Kinds by what can be done to them; in those of `BARE` a number stands as its digits."""

_DIGITS = frozenset(b"0123456789")
_TAG = re.compile(rb"<[^<>]{1,400}>|\\[a-z]+-?\d* ?|[{}]")
_NUMBER = re.compile(rb"(?<=[\"'=])\d{1,4}(?=[\"'\s/>])")
_ODD = (
    b"<table>", b"</table>", b"<tr>", b"</tr>", b"<td>", b"</td>", b"<td colspan='2'>", b"<td rowspan=3>", b"<!--", b"-->", b"<script>",
    b"<p>", b"</p>", b"&#0;", b"&nbsp;", b"<![CDATA[", b"]]>", b"<td/>", b"\x00", b"\xef\xbf\xbd", b"\xff", b"<style>", b"<tbody>",
)  # fmt: skip


def mutated(content: bytes, kind: str, random: Random) -> bytes:
    """A damaged copy of a valid document of a kind: one to four injuries, all decided by `random`."""
    if kind in PACKED and random.random() < 0.8:
        return _repacked(content, random)
    for _ in range(random.choice((1, 1, 2, 4))):
        content = _injured(content, kind, random)
    return content


def _injured(content: bytes, kind: str, random: Random) -> bytes:
    if kind in MARKED and random.random() < 0.6:
        return _marked(content, random)
    if kind in SEPARATED and random.random() < 0.5:
        return _separated(content, random)
    injure = random.choice((_overturn, _overturn, _truncate, _cut, _double, _splice, _blank, _swap))
    return injure(content, random, kind in BARE)


def _overturn(content: bytes, random: Random, bare: bool) -> bytes:
    """Some bits."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 3, 12))):
        at = random.randrange(len(changed)) if changed else 0
        new = changed[at : at + 1] and changed[at] ^ (1 << random.randrange(8))
        if new and not (bare and (new in _DIGITS or changed[at] in _DIGITS)):
            changed[at] = new
    return bytes(changed)


def _piece(content: bytes, random: Random, bare: bool) -> tuple[int, int]:
    """Where a piece begins and ends, mostly a short one."""
    at = random.randrange(len(content) + 1)
    end = min(len(content), at + random.choice((1, 4, 20, 100, 1_000, 10_000)))
    if not bare:
        return at, end
    return _outside(content, at), _outside(content, end)


def _outside(content: bytes, at: int) -> int:
    """The nearest place from here on that is not inside a number."""
    while 0 < at < len(content) and content[at] in b"0123456789." and content[at - 1] in b"0123456789.":
        at += 1
    return at


def _truncate(content: bytes, random: Random, bare: bool) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _cut(content: bytes, random: Random, bare: bool) -> bytes:
    at, end = _piece(content, random, bare)
    return content[:at] + content[end:]


def _double(content: bytes, random: Random, bare: bool) -> bytes:
    at, end = _piece(content, random, bare)
    return content[:end] + content[at:]


def _splice(content: bytes, random: Random, bare: bool) -> bytes:
    """A piece put in somewhere else."""
    at, end = _piece(content, random, bare)
    to, _ = _piece(content, random, bare)
    return content[:to] + content[at:end] + content[to:]


def _blank(content: bytes, random: Random, bare: bool) -> bytes:
    at, end = _piece(content, random, bare)
    return content[:at] + random.choice((b"\0", b" ", b"\xff")) * (end - at) + content[end:]


def _swap(content: bytes, random: Random, bare: bool) -> bytes:
    """Two neighbouring pieces change places."""
    at, middle = _piece(content, random, bare)
    end = _outside(content, min(len(content), 2 * middle - at)) if bare else min(len(content), 2 * middle - at)
    return content[:at] + content[middle:end] + content[at:middle] + content[end:]


def _marked(content: bytes, random: Random) -> bytes:
    """Tags lost, doubled, put in, exchanged; the numbers of attributes changed."""
    tags = list(_TAG.finditer(content))
    if len(tags) < 2:
        return content
    one, other = random.choice(tags), random.choice(tags)
    action = random.choice(("lose", "double", "put", "exchange", "count", "odd", "open"))
    if action == "lose":
        return content[: one.start()] + content[one.end() :]
    if action == "double":
        return content[: one.end()] + one[0] + content[one.end() :]
    if action == "put":
        return content[: one.start()] + other[0] + content[one.start() :]
    if action == "exchange":
        return content[: one.start()] + other[0] + content[one.end() :]
    if action == "open":
        return content[: one.end() - 1] + content[one.end() :]
    numbers = list(_NUMBER.finditer(content))
    if action == "count" and numbers:
        number = random.choice(numbers)
        new = random.choice((b"0", b"1", b"2", b"3", b"7", b"4294967296", b"-1", b"x", b""))
        return content[: number.start()] + new + content[number.end() :]
    return content[: one.start()] + random.choice(_ODD) + content[one.start() :]


def _regrown(content: bytes, random: Random) -> bytes:
    """XML that stays well-formed: elements lost, doubled, moved, emptied; attributes lost, exchanged, changed."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return _marked(content, random)
    elements = [each for each in root.iter(etree.Element) if each is not root]
    if not elements:
        return content
    for _ in range(random.choice((1, 1, 2))):
        one, other = random.choice(elements), random.choice(elements)
        parent = one.getparent()
        action = random.choice(("lose", "double", "move", "attribute", "attribute", "number"))
        if action == "lose" and parent is not None:
            parent.remove(one)
        elif action == "double":
            one.addnext(copy.deepcopy(one))
        elif action == "move" and one not in other.iterancestors() and one is not other:
            other.addnext(one)
        elif action == "attribute" and one.attrib and other.attrib:
            name = random.choice(list(one.attrib))
            one.attrib[name] = random.choice(list(other.attrib.values()))
        elif action == "number" and one.attrib:
            name = random.choice(list(one.attrib))
            one.attrib[name] = random.choice(("0", "1", "2", "-1", "99999999999", "", "x", "0.5"))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _separated(content: bytes, random: Random) -> bytes:
    """Separators and ends of lines lost, doubled, exchanged; lines doubled and moved."""
    marks = [at for at, byte in enumerate(content) if byte in b'\t\n,;|"\r-']
    if not marks:
        return content
    at = random.choice(marks)
    action = random.choice(("lose", "double", "exchange", "line"))
    if action == "line":
        lines = content.splitlines(keepends=True)
        moved = lines.pop(random.randrange(len(lines)))
        for _ in range(random.choice((0, 1, 1, 2))):
            lines.insert(random.randrange(len(lines) + 1), moved)
        return b"".join(lines)
    new = {"lose": b"", "double": content[at : at + 1] * 2}.get(
        action, random.choice((b"\t", b"\n", b",", b"|", b'"', b" "))
    )
    return content[:at] + new + content[at + 1 :]


def _repacked(content: bytes, random: Random) -> bytes:
    """One or two members of a package damaged, lost or exchanged, and all packed anew."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = [(info.filename, package.read(info)) for info in package.infolist()]
    for _ in range(random.choice((1, 1, 2))):
        sizes = [len(member) + 200 for _, member in members]
        (place,) = random.choices(range(len(members)), sizes)
        name, member = members[place]
        action = random.random()
        if action < 0.04 and len(members) > 1:
            del members[place]
        elif action < 0.08:
            members[place] = (name, random.choice(members)[1])
        elif action < 0.12:
            members.append((name, member))
        else:
            injure = random.choice((_regrown, _regrown, _marked, lambda content, by: _injured(content, "docxml", by)))
            members[place] = (name, injure(member, random))
    target = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(target, "w", random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as package,
    ):
        for name, member in members:
            package.writestr(zipfile.ZipInfo(name), member)
    return target.getvalue()
