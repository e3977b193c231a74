"""A site's answer in JSON: the article is a string of markup in it, beside its title and its day.

JSON without an article in markup (a list of links, a table as numbers without labels) is not read.
"""

from __future__ import annotations

from extract.model import Document
from extract.outcomes import Unreadable, Unsupported
from extract.outside import CALL, json_value
from extract.read import html, script_articles
from extract.read.decode import decode


def read(content: bytes, prose: bool = False) -> Document:
    """Read an answer in JSON, or in a call around it (JSONP). Errors: `Unreadable` where it is damaged or holds no
    article.
    """
    text = decode(content).strip()
    call = CALL.match(text)
    try:
        value = json_value(text[call.end() :] if call else text)
    except ValueError as error:
        raise Unreadable(f"the JSON is damaged ({type(error).__name__})") from None
    except RecursionError:
        raise Unsupported("the JSON nests its values too deep") from None
    found = script_articles.choose(script_articles.of_json(value), without_table=True)
    if found is None:
        raise Unreadable("the JSON holds no article in markup")
    document = html.read_source(found.markup.replace("\x00", "").encode("utf-8", "replace"))
    meta = dict(document.meta)
    if found.published:
        meta["pubdate"] = found.published
    if found.source:
        meta.setdefault("contentsource", found.source)
    titles = (found.title, *document.titles) if found.title else document.titles
    unread = (*document.unread, script_articles.OTHERS) if found.others else document.unread
    return Document("json", document.blocks, meta, titles, document.attachments, unread)
