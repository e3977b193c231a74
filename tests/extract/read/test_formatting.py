"""What formatting elements of a cell hide is what browsers hide, however their tags stand among those of blocks."""

from __future__ import annotations

import pytest

from extract.outcomes import Unsupported
from extract.read import formatting, html
from tests.extract.read.test_faint_digits import decisions

HIDING = 'style="display:none"'


@pytest.mark.parametrize("name", ["b", "i", "u", "tt", "big", "small", "h3"])
def test_a_block_stays_inside_of_what_hides_it(name: str) -> None:
    assert decisions(f"<td><{name} {HIDING}><p>86</p></{name}>12</td>") == 12
    assert decisions(f"<td><{name}><p>86</p></{name}></td>") == 86


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (f"<td><font {HIDING}><center>86</center></font>12</td>", 12),
        (f'<td><I title="a>b" {HIDING}><P>86</P></i>12</td>', 12),
        ("<td><u><p>86</p></u>12</td><style>td u{display:none}</style>", 12),
        ("<td><u><p>86</p></u>12</td><style>u > p{display:none}</style>", 12),
        ('<td><b style="font-size:0"><p>9</p></b>86</td>', 86),
        ("<td><s><p>85</p></s>86</td>", 86),
        ("<td><s><p>86</p></s></td>", "refused"),
        (f"<td><p><i {HIDING}>86</p><p>12</p></td>", None),
        (f"<td><p><i {HIDING}>86<p>12</td>", None),
        (f"<td><div><i {HIDING}>8</div>6</td>", None),
        (f"<td><i><b {HIDING}>9</i>86</b></td>", None),
        (f"<td><i {HIDING}>9<div>8</i>6</div></td>", 6),
        (f"<td><i {HIDING}>9<b><div>8</i>6</b></div></td>", 6),
        (f"<td><b><i {HIDING}>9<div>8</b>6</i>7</div></td>", 7),
        (f"<td><span>9<p {HIDING}>8</span>6</td>", 9),
        (f"<td><p {HIDING}><section>86</section></td>", 86),
        (f"<td><!-- <i {HIDING}> --><p>86</p></td>", 86),
        (f"<td><script>var x = '<i {HIDING}><p>'</script>86</td>", 86),
    ],
)  # fmt: skip
def test_what_goes_on_hides_on(cell: str, shown: object) -> None:
    assert decisions(cell) == shown


def test_a_page_without_such_cells_is_left_as_it_is() -> None:
    page = b"<table><tr><td><p><b style='x'>1</b></p><td><i>2</i></table><i><p>3</p></i>"
    assert formatting.kept(page) is page


def test_what_a_script_writes_is_left_as_it_is() -> None:
    page = b"<script>write('<table><tr><td><i class=a><p>1</p></i></td></tr></table>')</script>"
    assert formatting.kept(page) is page


def test_cells_beyond_all_bounds_are_refused() -> None:
    for cell in (b"<i class=a>" * 300, b"<i class=a>" * 90 + b"<div>" * 90 + b"</i>" * 90):
        with pytest.raises(Unsupported, match="inside one another"):
            html.read(b"<!DOCTYPE html><table><tr><td>" + cell + b"</td></tr></table>")
