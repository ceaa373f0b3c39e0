"""The parts of a .docx: bounded unzipping and XML parsing that expands and fetches nothing."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from kb.errors import UnreadableFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = b"http://purl.oclc.org/ooxml/"
# Strict documents (ISO 29500 part 4 left out) use these names for the same elements.
_TRANSITIONAL = (
    (_STRICT + b"wordprocessingml/main", W[1:-1].encode()),
    (_STRICT + b"officeDocument/relationships", R[1:-1].encode()),
    (_STRICT + b"officeDocument/math", M[1:-1].encode()),
)
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_MAIN_TYPE = re.compile(
    r"(?:wordprocessingml\.(?:document|template)|word\.(?:document|template)\.macroEnabled)\.?main\+xml"
)
_MAX_PART = 64_000_000
_MAX_TOTAL = 1_000_000_000
_MAX_RATIO = 200
_SMALL = 10_000_000
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: ``kind`` is the last word of the relation's type; ``target`` a path inside the archive."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(slots=True)
class Package:
    """An open .docx. ``part`` gives a parsed part or None; names are paths inside the archive."""

    data: bytes
    path: str
    _archive: zipfile.ZipFile = field(init=False)
    _names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Open the archive and refuse a bomb before anything is unpacked."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(self.data))
        except _BROKEN as error:
            raise UnreadableFile(self.path, "docx 文件已损坏，无法解压。请重新获取该文件") from error
        refuse_bomb(self._archive, len(self.data), self.path)
        self._names = {_canonical(name): name for name in self._archive.namelist()}

    def part(self, name: str) -> Any | None:  # noqa: ANN401 - an lxml element, which has no type here
        """The root element of an XML part; None if there is no such part. Raises UnreadableFile if it is damaged."""
        from lxml import etree

        data = self.bytes(name)
        if data is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            data = _transitional(data)
            # Word writes no DTD and opens no file with one: it could only declare entities.
            root = None if b"<!DOCTYPE" in data else etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableFile(self.path, f"docx 里的 {name} 已损坏。请用 Word 或 WPS 打开并另存后再试") from error
        if root is None or root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableFile(
                self.path, f"docx 里的 {name} 带有实体声明，不安全，未读取。请用 Word 或 WPS 另存后再试"
            )
        return root

    def main_name(self) -> str:
        """The path of the main document part, whatever it is called."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and not relation.external:
                return relation.target
        types = self.part("[Content_Types].xml")
        for override in () if types is None else types.iter(_OVERRIDE):
            if _MAIN_TYPE.search(override.get("ContentType") or ""):
                return (override.get("PartName") or "").lstrip("/")
        return "word/document.xml"

    def relations(self, name: str) -> list[Relation]:
        """What a part refers to, in file order; ``""`` for the package itself."""
        folder, _, leaf = name.rpartition("/")
        root = self.part(f"{folder}/_rels/{leaf}.rels" if folder else f"_rels/{leaf}.rels")
        found: list[Relation] = []
        for element in () if root is None else root.iter(_RELATION):
            external = element.get("TargetMode") == "External"
            target = element.get("Target") or ""
            path = target if external else target.lstrip("/") if target.startswith("/") else _below(folder, target)
            kind = (element.get("Type") or "").rpartition("/")[2]
            found.append(Relation(element.get("Id") or "", kind, path, external))
        return found

    def bytes(self, name: str) -> bytes | None:
        """The content of a part; None if there is none. Raises UnreadableFile if it is damaged or too large."""
        stored = self._names.get(_canonical(name))
        if stored is None:
            return None
        info = self._archive.getinfo(stored)
        try:
            with self._archive.open(info) as stream:
                data = stream.read(_MAX_PART + 1)  # the size the archive states may be a lie
        except _BROKEN as error:
            why = "设有密码" if info.flag_bits & 1 else "已损坏，无法解压"
            raise UnreadableFile(self.path, f"docx 文件{why}。请重新获取该文件") from error
        if len(data) > _MAX_PART:
            raise UnreadableFile(self.path, f"{name} 解压后超过 {_MAX_PART / 1e6:.0f} MB，未读取。请拆分文件")
        return data


@dataclass(slots=True)
class Parts:
    """The parts that one part of a package, ``name``, refers to."""

    package: Package
    name: str
    _relations: dict[str, Relation] = field(init=False)

    def __post_init__(self) -> None:
        self._relations = {relation.id: relation for relation in self.package.relations(self.name)}

    def of_kind(self, kind: str) -> Any | None:  # noqa: ANN401 - an lxml element
        """The root of the part of a kind of which there is one (styles, numbering …), by relation or usual name."""
        related = (r.target for r in self._relations.values() if r.kind == kind and not r.external)
        return self.package.part(next(related, f"{self.name.rpartition('/')[0]}/{kind}.xml"))

    def by_id(self, relation_id: str | None) -> str | None:
        """The path of a part by the id of its relation; None for one outside the file, which is never fetched."""
        relation = self._relations.get(relation_id or "")
        return None if relation is None or relation.external else relation.target


def core_properties(package: Package) -> dict[str, str]:
    """Title, creator, dates … of docProps/core.xml under their names there."""
    related = (r.target for r in package.relations("") if r.kind == "core-properties" and not r.external)
    root = package.part(next(related, "docProps/core.xml"))
    meta: dict[str, str] = {}
    for child in () if root is None else root:
        value = (child.text or "").strip()
        if value:
            meta[child.tag.rpartition("}")[2]] = value
    return meta


def refuse_bomb(archive: zipfile.ZipFile, size: int, path: str) -> None:
    """Raise UnreadableFile if an archive of ``size`` bytes states that far more is in it."""
    total = sum(info.file_size for info in archive.infolist())
    if total > _MAX_TOTAL or (total > _SMALL and total > _MAX_RATIO * size):
        raise UnreadableFile(path, f"解压后有 {total / 1e6:.0f} MB，疑似压缩炸弹，未读取")


def _transitional(data: bytes) -> bytes:
    """UTF-8 XML in the namespaces of transitional documents. Raises ValueError for undecodable UTF-16."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        data = re.sub(r"\A\s*<\?xml.*?\?>", "", data.decode("utf-16")).encode()
    if _STRICT in data:
        for strict, transitional in _TRANSITIONAL:
            data = data.replace(strict, transitional)
    return data


def _canonical(name: str) -> str:
    """Part names differ in nothing by case; some writers of zips use backslashes, some escape Chinese."""
    return unquote(name).replace("\\", "/").lower()


def _below(folder: str, target: str) -> str:
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            del parts[-1:]
        elif step not in {"", "."}:
            parts.append(step)
    return "/".join(parts)
