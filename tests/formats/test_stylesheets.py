"""Random style sheets over random tables: what is read of each cell is what Chromium shows, or it is marked."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from extract.model import UNREADABLE
from extract.read import html, visible_text
from tests.formats.programs import Browser

pytestmark = pytest.mark.formats
PAGES = 60  # 4,000 were read as Chromium shows them when this was written

SHOWN = """(() => {
    const struck = part => getComputedStyle(part).textDecorationLine.includes('line-through');
    const found = {};
    const table = document.querySelector('table');
    if (table.getClientRects().length && getComputedStyle(table).visibility == 'visible' && !struck(table))
        for (const cell of document.querySelectorAll('td')) {
            for (const part of cell.querySelectorAll('*')) if (struck(part)) part.textContent = '';
            const around = [cell, cell.parentElement, cell.closest('tbody'), cell.closest('table')];
            const gone = around.some(part => getComputedStyle(part).display == 'none' || struck(part));
            found[cell.dataset.n] = gone ? '' : cell.innerText.replace(/\\s/g, '');
        }
    return found;
})()"""
"""By its number each cell's text that is shown; nothing where the whole table is not shown: what is hidden outside of tables
is not looked at."""


class Pages:
    """Pages from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 100

    def page(self) -> str:
        doctype = self.random.choice(["<!DOCTYPE html>", "<!DOCTYPE html>", ""])
        rows = "".join(self.row() for _ in range(self.random.randint(2, 4)))
        body = self.random.choice(["{}", "<tbody>{}</tbody>"]).format(rows)
        css = " ".join(self.rule(2) for _ in range(self.random.randint(1, 5)))
        return f"{doctype}<html><head><meta charset=utf-8><style>{css}</style></head><body><div class='{self.word()}'><table>{body}</table></div></body></html>"

    def row(self) -> str:
        return f"<tr{self.attributes()}>" + "".join(self.cell() for _ in range(3)) + "</tr>"

    def cell(self) -> str:
        parts = "".join(self.part(2) for _ in range(self.random.randint(1, 3)))
        return f"<td data-n={self.number}{self.attributes()}>{parts}</td>"

    def part(self, depth: int) -> str:
        self.number += 1
        if depth == 0 or self.random.random() < 0.3:
            return str(self.number)
        tag = self.random.choice(["span", "p", "b"] if depth == 2 else ["span", "b"])
        return f"<{tag}{self.attributes()}>{self.part(depth - 1)}</{tag}>"

    def attributes(self) -> str:
        found = ""
        if self.random.random() < 0.6:
            found += f" class='{' '.join(self.word() for _ in range(self.random.randint(1, 2)))}'"
        if self.random.random() < 0.15:
            found += f" id='i{self.number}{self.random.randint(0, 9)}'"
        if self.random.random() < 0.2:
            found += f" title='{self.word()} {self.word()}'"
        if self.random.random() < 0.15:
            found += f' style="{self.declarations()}"'
        if self.random.random() < 0.03:
            found += " hidden"
        return found

    def word(self) -> str:
        return self.random.choice(["a", "b", "c", "d", "B"])

    def rule(self, depth: int) -> str:
        if depth and self.random.random() < 0.25:
            at = self.random.choice(
                ["media print", "media screen", "media all", "media (max-width: 767px)", "media screen and (min-width:768px)",
                 "media only screen and (max-width:1400px), print", "media not print", "supports (display:grid)", "layer x"]
            )  # fmt: skip
            return f"@{at} {{ {self.rule(depth - 1)} }}"
        selectors = ", ".join(self.selector() for _ in range(self.random.randint(1, 2)))
        return f"{selectors} {{ {self.declarations()} }} {self.random.choice(['', '', '/* .a{display:none} */'])}"

    def selector(self) -> str:
        parts = [self.compound() for _ in range(self.random.randint(1, 3))]
        found = parts[0]
        for part in parts[1:]:
            found += self.random.choice([" ", " ", " > ", " + ", "~"]) + part
        return found

    def compound(self) -> str:
        tag = self.random.choice(["", "", "td", "tr", "span", "b", "p", "*", "tbody", "table"])
        rest = "".join(self.simple() for _ in range(self.random.choice([0, 1, 1, 2])))
        return tag + rest or "." + self.word()

    def simple(self) -> str:
        word = self.word()
        return self.random.choice(
            [f".{word}", f".{word}", f".{word}", f"[title~={word}]", f'[title^="{word}"]', "[title]", f":not(.{word})", f":not(.a,.{word})",
             f":is(td,.{word})", f":where(.{word})", ":first-child", ":last-child", ":nth-child(2n+1)", ":nth-of-type(2)", ":only-child",
             ":nth-last-child(-n+2)", ":hover", ":empty", ":has(b)", ":lang(zh)", f'[class="{word}"]', f"[class*={word} i]"]
        )  # fmt: skip

    def declarations(self) -> str:
        some = [self.declaration() for _ in range(self.random.randint(1, 3))]
        return self.random.choice([";", "; ", " ; ;"]).join(some)

    def declaration(self) -> str:
        said = self.random.choice(
            ["display:none", "display: none", "DISPLAY:NONE", "display:none!important", "display:nonee", "display:-ms-flexbox", "display:inline",
             "visibility:hidden", "visibility:hidden", "visibility:visible", "text-decoration:line-through", "text-decoration:none",
             "text-decoration: red line-through", "content:'}'", "content:';display:none'", "background:url(data:x;display:none)",
             "color:red", "*display:none", "--display:none", "display:/* x */none", "display:no\\6e e", "/*", "border:none"]
        )  # fmt: skip
        return said if said != "/*" else "color:red /* display:none; */"


class NestedPages(Pages):
    """Pages whose elements stand inside one another as HTML allows and does not, ended or not."""

    def page(self) -> str:
        rows = "".join(f"<tr><td data-n={number}>{self.content()}</td></tr>" for number in range(8))
        css = self.random.choice(
            ["i {display:none}", ".a{display:none}", "u p{display:none}", "b, h4{visibility:hidden}", "#none{}"]
        )
        return f"<!DOCTYPE html><html><head><meta charset=utf-8><style>{css}</style></head><body><table>{rows}</table></body></html>"

    def content(self) -> str:
        found, begun = "", list[str]()
        for _ in range(self.random.randint(2, 9)):
            kind = self.random.random()
            if kind < 0.4:
                name = self.random.choice(
                    [
                        "b",
                        "i",
                        "u",
                        "s",
                        "big",
                        "small",
                        "tt",
                        "font",
                        "strong",
                        "span",
                        "p",
                        "p",
                        "div",
                        "center",
                        "h4",
                        "section",
                        "ul",
                    ]
                )
                more = self.random.choice(["", "", "", " style=display:none", " class=a", ' title=">"'])
                found += f"<{name}{more}>"
                begun.append(name)
            elif kind < 0.65 and begun:
                at = self.random.choice([-1, -1, self.random.randrange(len(begun))])
                ended = begun.pop(at)
                found += f"</{self.random.choice([ended, ended.upper()])}>"
            else:
                self.number += 1
                found += str(self.number)
        return found + "".join(f"</{name}>" for name in reversed(begun) if self.random.random() < 0.7)


SEEN = """(() => {
    const found = {}, parts = of => of.match(/[\\d.]+/g).map(Number);
    const digits = text => /\\d/.test(text);
    for (const cell of document.querySelectorAll('td')) {
        const odd = [], whole = cell.textContent.trim();
        let seen = '';
        for (const part of [cell, ...cell.querySelectorAll('*')]) {
            const style = getComputedStyle(part);
            if (['::before', '::after'].some(drawn => digits(getComputedStyle(part, drawn).content))) odd.push('drawn');
            if (parseFloat(style.fontSize) > 1.5 && [...part.childNodes].some(node => node.nodeType == 3 && digits(node.data))) {
                let ground = [255, 255, 255];
                for (let around = part; around; around = around.parentElement) {
                    const own = parts(getComputedStyle(around).backgroundColor);
                    if (own.length == 3 || own[3] > 0) { ground = own; break; }
                }
                const ink = parts(style.color), far = Math.max(...[0, 1, 2].map(n => Math.abs(ink[n] - ground[n])));
                if (far / 255 * (ink.length > 3 ? ink[3] : 1) <= 0.08) odd.push('colour');
            }
            if (part === cell || !digits(part.textContent) || part.textContent.trim() == whole) continue;
            if (['absolute', 'fixed', 'relative'].includes(style.position)) odd.push('position');
            if (style.cssFloat != 'none') odd.push('float');
            if (style.transform != 'none') odd.push('transform');
            if (style.order != '0') odd.push('order');
        }
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) if (parseFloat(getComputedStyle(texts.currentNode.parentElement).fontSize) > 1.5) seen += texts.currentNode.data;
        found[cell.dataset.n] = [odd.join(' '), seen];
    }
    return found;
})()"""
"""By its number what is odd about the digits of each cell, nothing where all are seen where they stand; and what has a size of it."""


class MovingPages(Pages):
    """Pages whose styles colour, shrink, move and draw."""

    def declaration(self) -> str:
        return self.random.choice(
            ["color:#fff", "color: white", "COLOR:rgb(255 255 255 / 1)", "color:#333", "color:#fff!important", "color:transparent", "color:inherit",
             "color:nonesuch", "background:#036", "background-color:#fff", "background:none", "font-size:0", "font-size:2em", "font-size:12px",
             "position:absolute", "position:static", "position:relative;top:-2px", "float:right", "float:none", "transform:rotate(1deg)", "order:1",
             "order:0", "content:'7'", "content:'x'", "border:none", "--color:#fff", "color:/* x */#fff", "background:#036 url(data:x;color:white)"]
        )  # fmt: skip

    def attributes(self) -> str:
        return super().attributes().removesuffix(" hidden")

    def selector(self) -> str:
        return super().selector() + self.random.choice(["", "", "", "::before", ":after"])

    def rule(self, depth: int) -> str:
        if depth and self.random.random() < 0.2:
            inner = self.random.choice(["", "&", "> ", "& + "]) + self.rule(0)
            return f"{super().rule(0)} {self.selector()} {{ {self.declarations()}; {inner} }}"
        return super().rule(depth)


def read(page: bytes) -> dict[str, str]:
    """The text of each cell as it is read; what is marked in a row is marked in its cells."""
    root = etree.fromstring(page, etree.HTMLParser(encoding="utf-8", remove_comments=True))
    body = root.find("body")
    assert body is not None
    visible_text.reduce(body, page)
    marked = [part for part in root.iter("tr", "tbody") if UNREADABLE in (part.text or "")]
    found = {}
    for cell in root.iter("td"):
        around = UNREADABLE if any(part in marked for part in cell.iterancestors()) else ""
        found[cell.get("data-n") or ""] = around + "".join("".join(cell.itertext()).split())
    return found


def shown_in(page: bytes) -> dict[str, str]:
    """The text of each cell as a page with these bytes is read."""
    root = html._parse(page)
    body = root.find("body")
    assert body is not None
    visible_text.reduce(body, page)
    return {cell.get("data-n") or "": "".join("".join(cell.itertext()).split()) for cell in root.iter("td")}


@pytest.mark.parametrize(("pages", "reader"), [(Pages, read), (NestedPages, shown_in)])
def test_what_is_read_is_what_is_shown(
    tmp_path: Path, pages: type[Pages], reader: Callable[[bytes], dict[str, str]]
) -> None:
    wrong, certain, page = [], 0, tmp_path / "page.html"
    with Browser(tmp_path) as browser:
        for seed in range(PAGES):
            page.write_text(pages(seed).page(), encoding="utf-8")
            shown, ours = browser.evaluate(page, SHOWN), reader(page.read_bytes())
            certain += sum(bool(text) and UNREADABLE not in ours.get(cell, "") for cell, text in shown.items())
            wrong += [
                (seed, cell, text, ours.get(cell))
                for cell, text in shown.items()
                if ours.get(cell, "") != text and UNREADABLE not in ours.get(cell, "")
            ]
    assert certain > 3 * PAGES
    assert not wrong


def test_digits_that_are_not_seen_where_they_stand_are_marked(tmp_path: Path) -> None:
    wrong, certain, page = [], 0, tmp_path / "page.html"
    with Browser(tmp_path) as browser:
        for seed in range(PAGES):
            page.write_text(MovingPages(seed).page(), encoding="utf-8")
            odd, ours = browser.evaluate(page, SEEN), read(page.read_bytes())
            read_as = {cell: text for cell, text in ours.items() if UNREADABLE not in text}
            certain += sum(bool(text) for text in read_as.values())
            wrong += [
                (seed, cell, odd[cell], text) for cell, text in read_as.items() if text and odd[cell] != ["", text]
            ]
    assert certain > 3 * PAGES
    assert not wrong
