"""The parts of a .docx: bounded unzipping and XML parsing that expands and fetches nothing."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

from kb.errors import UnreadableFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAX_PART = 64_000_000
_MAX_TOTAL = 1_000_000_000
_MAX_RATIO = 200
_SMALL = 10_000_000


@dataclass(slots=True)
class Package:
    """An open .docx. ``part`` gives a parsed part or None; names are paths inside the archive."""

    data: bytes
    path: str
    _archive: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        """Open the archive and refuse a bomb before anything is unpacked."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(self.data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise UnreadableFile(self.path, "docx 文件已损坏，无法解压。请重新获取该文件") from error
        total = sum(info.file_size for info in self._archive.infolist())
        if total > _MAX_TOTAL or (total > _SMALL and total > _MAX_RATIO * len(self.data)):
            raise UnreadableFile(self.path, f"解压后有 {total / 1e6:.0f} MB，疑似压缩炸弹，未读取")

    def part(self, name: str) -> Any | None:  # noqa: ANN401 - an lxml element, which has no type here
        """The root element of an XML part; None if there is no such part. Raises UnreadableFile if it is damaged."""
        from lxml import etree

        data = self._bytes(name)
        if data is None:
            return None
        data = data.replace(_STRICT_W[1:-1].encode(), W[1:-1].encode())
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableFile(self.path, f"docx 里的 {name} 已损坏。请用 Word 或 WPS 打开并另存后再试") from error

    def main_name(self) -> str:
        """The path of the main document part."""
        for kind, target in self.relations("").items():
            if kind.startswith("officeDocument"):
                return target
        return "word/document.xml"

    def relations(self, name: str) -> dict[str, str]:
        """Path by relation: under its id, and for the package itself (name "") under its kind."""
        folder, _, leaf = name.rpartition("/")
        root = self.part(f"{folder}/_rels/{leaf}.rels" if folder else f"_rels/{leaf}.rels")
        if root is None:
            return {}
        found: dict[str, str] = {}
        for relation in root.iter(_RELATIONS):
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target") or ""
            path = target.lstrip("/") if target.startswith("/") else _below(folder, target)
            found[relation.get("Id") or ""] = path
            if not name:
                found[(relation.get("Type") or "").rpartition("/")[2]] = path
        return found

    def _bytes(self, name: str) -> bytes | None:
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            return None
        try:
            with self._archive.open(info) as stream:
                data = stream.read(_MAX_PART + 1)  # the size the archive states may be a lie
        except (
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            OSError,
            EOFError,
            ValueError,
        ) as error:
            why = "设有密码" if info.flag_bits & 1 else "已损坏，无法解压"
            raise UnreadableFile(self.path, f"docx 文件{why}。请重新获取该文件") from error
        if len(data) > _MAX_PART:
            raise UnreadableFile(self.path, f"{name} 解压后超过 {_MAX_PART / 1e6:.0f} MB，未读取")
        return data


def _below(folder: str, target: str) -> str:
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            del parts[-1:]
        elif step not in {"", "."}:
            parts.append(step)
    return "/".join(parts)
