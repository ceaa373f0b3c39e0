"""The parts of an OFD (GB/T 33190-2016): bounded unzipping, XML that expands nothing, how parts name one another."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.archive import Refused, opened, unpacked
from ingest.readers.docx_package import refuse_bomb
from kb.errors import UnreadableFile

_MAX_PART = 64_000_000
_MAX_XML = 20_000_000  # of one part: its tree takes many times as much memory
_MAX_KEPT = 40_000_000  # of the parts whose trees are kept, since many pages refer to them
_MAX_TOTAL = 500_000_000  # bytes unpacked for one document; a part that is read twice counts twice
_MAX_MEMBERS = 20_000
# What no XML may hold and some writers put where a glyph has no character.
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE
)


@dataclass(slots=True)
class Package:
    """An open OFD. ``entry`` is the path of its OFD.xml; parts are named by their paths inside the archive."""

    data: bytes
    path: str
    entry: str = field(init=False)
    _archive: zipfile.ZipFile = field(init=False)
    _names: dict[str, zipfile.ZipInfo] = field(init=False)
    _leaves: dict[str, list[str]] = field(init=False)
    _room: int = field(init=False)
    _to_keep: int = field(init=False)

    def __post_init__(self) -> None:
        """Open the archive, refuse a bomb before anything is unpacked, and refuse what is encrypted."""
        self._room, self._to_keep = _MAX_TOTAL, _MAX_KEPT
        self._archive = opened(self.data, self.path)
        refuse_bomb(self._archive, len(self.data), self.path)
        infos = self._archive.infolist()
        if len(infos) > _MAX_MEMBERS:
            raise UnreadableFile(self.path, f"OFD 里的文件超过 {_MAX_MEMBERS:,} 个，未读取。请拆分文件")
        self._names = {_canonical(info.filename): info for info in infos if not info.is_dir()}
        self._leaves = {}
        for name in self._names:
            self._leaves.setdefault(name.rpartition("/")[2], []).append(name)
        self._refuse_encrypted()
        entries = sorted(self._leaves.get("ofd.xml", ()), key=lambda name: name.count("/"))
        if not entries:
            raise UnreadableFile(self.path, "OFD 里没有入口文件 OFD.xml，可能已损坏。请重新获取该文件")
        self.entry = entries[0]

    def find(self, location: str, base: str) -> str | None:
        """The part that a location means as the part ``base`` gives it; None if there is none.

        By the standard it is absolute or relative to ``base``. Writers also forget the slash, or folders at either
        end: then it is the only part whose path ends so.
        """
        location = _canonical(location.strip())
        tail = _below("", location)
        home, here = self.entry.rpartition("/")[0], base.rpartition("/")[0]
        places = (
            [_below(home, tail), tail] if location.startswith("/") else [_below(here, location), _below(home, tail)]
        )
        for place in places:
            if place in self._names:
                return place
        alike = [
            name
            for name in self._leaves.get(tail.rpartition("/")[2], ())
            if name.endswith("/" + tail) or tail.endswith("/" + name)
        ]
        return alike[0] if len(alike) == 1 else None

    def root(self, name: str, *, keep: bool = False) -> Any:  # noqa: ANN401 - an lxml element, which has no type here
        """The root element of a part. Raises UnreadableFile if it is damaged, too large, or could expand."""
        from lxml import etree

        data = self.bytes(name, _MAX_XML)
        self._to_keep -= len(data) if keep else 0
        if self._to_keep < 0:
            why = f"OFD 的模板和资源描述超过 {_MAX_KEPT / 1e6:.0f} MB，未读取。请用 OFD 阅读器另存或拆分后再试"
            raise UnreadableFile(self.path, why)
        # No OFD has a DTD: it could only declare entities. The zero bytes are those of UTF-16.
        if b"<!DOCTYPE" in data.replace(b"\0", b""):
            raise self._unsafe(name)
        try:
            root = _parsed(data)
        except (etree.XMLSyntaxError, ValueError):
            try:
                root = _parsed(_FORBIDDEN.sub(b"", data).lstrip())
            except (etree.XMLSyntaxError, ValueError) as error:
                raise UnreadableFile(self.path, f"OFD 里的 {name} 已损坏。请重新获取该文件") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._unsafe(name)
        return root

    def bytes(self, name: str, limit: int = _MAX_PART) -> bytes:
        """The content of a part. Raises UnreadableFile if it is damaged, encrypted or too large."""
        room = min(limit, self._room)
        try:
            data = unpacked(self._archive, self._names[name], room)
        except Refused as error:
            why = f"OFD 里的 {name} {error.why}"
            if room < limit and error.size > room:
                why = f"OFD 解压后总共超过 {_MAX_TOTAL / 1e6:.0f} MB，未读取。请拆分文件"
            raise UnreadableFile(self.path, why) from error
        self._room -= len(data)
        return data

    def _refuse_encrypted(self) -> None:
        """GM/T 0099 leaves the names of the parts and puts ciphers or nothing in their place."""
        for name in self._leaves.get("encryptions.xml", ()):
            if len(self.root(name)):
                raise UnreadableFile(
                    self.path, "OFD 已加密（设有口令或证书保护）。请用 OFD 阅读器打开，另存为不加密的文件后再试"
                )

    def _unsafe(self, name: str) -> UnreadableFile:
        return UnreadableFile(self.path, f"OFD 里的 {name} 带有实体声明，不安全，未读取。请用 OFD 阅读器另存后再试")


@dataclass(slots=True)
class Document:
    """One document of an OFD, by its root part ``name``. What it refers to and lacks is left out."""

    package: Package
    name: str
    _root: Any = field(init=False)
    _templates: dict[str, str] = field(init=False)
    _roots: dict[str, Any] = field(init=False, default_factory=dict)  # of templates: many pages have the same
    _annotations: dict[str, list[str]] = field(init=False, default_factory=dict)
    _resources: dict[str, tuple[Any, str]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._root = self.package.root(self.name)
        common = self._common("TemplatePage")
        self._templates = {t.get("ID", ""): part for t in common if (part := self._part(t.get("BaseLoc"))) is not None}
        listed = self._part(stated(self._root, "Annotations"))
        for page in () if listed is None else children(self.package.root(listed), "Page"):
            for location in children(page, "FileLoc"):
                part = self.package.find(location.text or "", listed or "")
                if part is not None:
                    self._annotations.setdefault(page.get("PageID", ""), []).append(part)

    def pages(self) -> Iterator[tuple[str, str | None]]:
        """Id and part of every page in order; no part where it is missing."""
        listed = child(self._root, "Pages")
        for page in () if listed is None else children(listed, "Page"):
            yield page.get("ID", ""), self._part(page.get("BaseLoc"))

    def templates(self, page: Any) -> Iterator[Any]:  # noqa: ANN401 - an lxml element
        """The roots of the templates that a page is printed on."""
        for use in children(page, "Template"):
            part = self._templates.get(use.get("TemplateID", ""))
            if part is not None:
                if part not in self._roots:
                    self._roots[part] = self.package.root(part, keep=True)
                yield self._roots[part]

    def annotations(self, page_id: str) -> Iterator[Any]:
        """The annotations of a page."""
        for part in self._annotations.get(page_id, ()):
            yield from children(self.package.root(part), "Annot")

    def area(self, page: Any) -> str:  # noqa: ANN401 - an lxml element
        """The PhysicalBox of a page, or what its document says of all; empty if neither says."""
        common = child(self._root, "CommonData")
        return stated(page, "Area", "PhysicalBox") or (
            "" if common is None else stated(common, "PageArea", "PhysicalBox")
        )

    def unit(self, resource_id: str) -> Any | None:  # noqa: ANN401 - an lxml element
        """A drawn unit by its id."""
        found = self.resource(resource_id)
        return None if found is None else found[0]

    def resource(self, resource_id: str) -> tuple[Any, str] | None:
        """A drawn unit or a medium by its id, with the folder (ending in a slash) that it gives locations from."""
        if self._resources is None:
            self._resources = {}
            for name in ("PublicRes", "DocumentRes"):
                for location in self._common(name):
                    self._load(location.text or "")
        return self._resources.get(resource_id)

    def _load(self, location: str) -> None:
        part = self._part(location)
        if part is None or self._resources is None:
            return
        root = self.package.root(part, keep=True)
        folder = _below(part.rpartition("/")[0], _canonical(root.get("BaseLoc", ""))) + "/"
        for group in root:
            for item in group:
                if kind(item) in {"CompositeGraphicUnit", "MultiMedia"}:
                    self._resources.setdefault(item.get("ID", ""), (item, folder))

    def _common(self, name: str) -> list[Any]:
        common = child(self._root, "CommonData")
        return [] if common is None else list(children(common, name))

    def _part(self, location: str | None) -> str | None:
        return self.package.find(location, self.name) if location and location.strip() else None


def bodies(package: Package) -> Iterator[tuple[Any, Document | None]]:
    """What OFD.xml says of each document, and the document as its current version has it; None if it is missing."""
    for body in children(package.root(package.entry), "DocBody"):
        part = _current_version(package, body) or package.find(stated(body, "DocRoot"), package.entry)
        yield body, None if part is None else Document(package, part)


def _current_version(package: Package, body: Any) -> str | None:  # noqa: ANN401 - an lxml element
    """The root part of the version that is marked as current; None if none is."""
    versions = child(body, "Versions")
    for version in () if versions is None else children(versions, "Version"):
        described = package.find(version.get("BaseLoc", ""), package.entry)
        if version.get("Current", "").strip() in {"true", "1"} and described is not None:
            return package.find(stated(package.root(described), "DocRoot"), described)
    return None


def kind(element: Any) -> str:  # noqa: ANN401 - an lxml element
    """The name of an element; writers do not agree on the namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Any, name: str) -> Iterator[Any]:  # noqa: ANN401 - an lxml element
    """The children of that name."""
    return (child for child in element if kind(child) == name)


def child(element: Any, *names: str) -> Any | None:  # noqa: ANN401 - an lxml element
    """The first child of that name, or what lies further down a path of names."""
    found = element
    for name in names:
        found = next(children(found, name), None)
        if found is None:
            return None
    return found


def stated(element: Any, *names: str) -> str:  # noqa: ANN401 - an lxml element
    """The text of a child, or of what lies further down; empty if there is none."""
    found = child(element, *names)
    return "" if found is None else "".join(found.itertext()).strip()


def _parsed(data: bytes) -> Any:  # noqa: ANN401 - an lxml element
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)


def _canonical(name: str) -> str:
    """Writers do not agree on case and slashes."""
    return name.replace("\\", "/").lower()


def _below(folder: str, location: str) -> str:
    parts = [] if location.startswith("/") or not folder else folder.split("/")
    for step in location.split("/"):
        if step == "..":
            del parts[-1:]
        elif step not in {"", "."}:
            parts.append(step)
    return "/".join(parts)
