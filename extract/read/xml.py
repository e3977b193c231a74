"""XML from outside, parsed without entities, external parts or network, and looked up by names without namespaces."""

from __future__ import annotations

from lxml import etree

from extract.outcomes import Unreadable


def parse(content: bytes) -> etree._Element:
    """The root element. Errors: `Unreadable` for what is not well-formed, nested too deep, or declares a DTD.

    No office format declares one; what does, wants entities.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"a part of the document is no well-formed XML ({str(error.msg)[:80]})") from None
    if root.getroottree().docinfo.doctype:
        raise Unreadable("a part of the document declares entities; none that is published does")
    return root


def name_of(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value_of(element: etree._Element | None, attribute: str = "val") -> str | None:
    """An attribute by its name without namespace."""
    if element is None:
        return None
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == attribute), None)


def children_of(parent: etree._Element | None, name: str) -> list[etree._Element]:
    """The children of a name."""
    return [child for child in parent if name_of(child) == name] if parent is not None else []


def child_of(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of names."""
    for name in path:
        element = next(iter(children_of(element, name)), None)
    return element
