"""Makes OFD files (GB/T 33190) of our own texts: a dictionary of parts that a test may spoil, then an archive.

Millimetres, y downwards; the y of a text is its baseline. A Han character is one em wide, any other a half.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def steps(text: str, size: float) -> list[float]:
    """From each character to the next."""
    return [size * (0.5 if char.isascii() else 1.0) for char in text[:-1]]


def plain(values: Sequence[float]) -> str:
    """A list of distances as it is."""
    return " ".join(f"{value:g}" for value in values)


def grouped(values: Sequence[float]) -> str:
    """The same with ``g n v`` for n times v."""
    runs = [(value, len(list(same))) for value, same in groupby(values)]
    return " ".join(f"g {count} {value:g}" if count > 1 else f"{value:g}" for value, count in runs)


@dataclass
class Leaf:
    """A page, a template, a unit or the appearance of an annotation being set. A4 unless said."""

    width: float = 210
    height: float = 297
    objects: list[str] = field(default_factory=list)
    templates: list[tuple[str, str]] = field(default_factory=list)  # id, ZOrder
    notes: list[tuple[str, Leaf]] = field(default_factory=list)  # attributes of an annotation, its appearance

    def text(
        self,
        x: float,
        y: float,
        size: float,
        text: str,
        *,
        deltas: str | None = "",
        bold: bool = False,
        scale: float = 1.0,
        inner: str = "",
        **attributes: str,
    ) -> Leaf:
        """One run. ``deltas`` replaces DeltaX (None: no DeltaX), ``bold`` prints it twice, ``scale`` is by a CTM."""
        more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        more += f' CTM="{scale:g} 0 0 {scale:g} 0 0"' if scale != 1 else ""
        values = plain(steps(text, size / scale)) if deltas == "" else deltas
        given = f' DeltaX="{values}"' if values else ""
        for shift in (0.0, 0.15) if bold else (0.0,):
            self.objects.append(
                f'<ofd:TextObject Boundary="{x + shift:g} {y - size:g} {len(text) * size:g} {size * 1.2:g}" Font="1" '
                f'Size="{size / scale:g}"{more}>{inner}<ofd:TextCode X="0" Y="{size / scale:g}"{given}>{escape(text)}'
                "</ofd:TextCode></ofd:TextObject>"
            )
        return self

    def lines(self, x: float, y: float, size: float, lines: Sequence[str], leading: float) -> Leaf:
        """Runs below one another."""
        for number, line in enumerate(lines):
            self.text(x, y + number * leading, size, line)
        return self

    def box(self, left: float, top: float, right: float, bottom: float) -> Leaf:
        """A stroked rectangle."""
        width, height = right - left, bottom - top
        self.objects.append(
            f'<ofd:PathObject Boundary="{left:g} {top:g} {width:g} {height:g}" LineWidth="0.2"><ofd:AbbreviatedData>'
            f"M 0 0 L {width:g} 0 L {width:g} {height:g} L 0 {height:g} C</ofd:AbbreviatedData></ofd:PathObject>"
        )
        return self

    def picture(self, resource: str, left: float, top: float, right: float, bottom: float) -> Leaf:
        """A picture stretched over a box."""
        width, height = right - left, bottom - top
        self.objects.append(
            f'<ofd:ImageObject Boundary="{left:g} {top:g} {width:g} {height:g}" CTM="{width:g} 0 0 {height:g} 0 0" '
            f'ResourceID="{resource}"/>'
        )
        return self

    def unit(self, resource: str, x: float, y: float, scale: float = 1.0) -> Leaf:
        """A unit of the resources, scaled and set at a place."""
        self.objects.append(
            f'<ofd:CompositeObject Boundary="{x:g} {y:g} 210 297" CTM="{scale:g} 0 0 {scale:g} 0 0" '
            f'ResourceID="{resource}"/>'
        )
        return self

    def content(self) -> str:
        """The part of a page."""
        used = "".join(f'<ofd:Template TemplateID="{name}" ZOrder="{order}"/>' for name, order in self.templates)
        area = f"<ofd:Area><ofd:PhysicalBox>0 0 {self.width:g} {self.height:g}</ofd:PhysicalBox></ofd:Area>"
        layer = f'<ofd:Layer ID="9">{"".join(self.objects)}</ofd:Layer>'
        return f"{_HEAD}<ofd:Page {_SPACE}>{area}{used}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def entry(*roots: str, info: str = "", versions: str = "") -> str:
    """OFD.xml for documents with these roots."""
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID>{info}</ofd:DocInfo><ofd:DocRoot>{root}</ofd:DocRoot>"
        f"{versions}</ofd:DocBody>"
        for root in roots
    )
    return f'{_HEAD}<ofd:OFD {_SPACE} Version="1.1" DocType="OFD">{bodies}</ofd:OFD>'


def document(pages: Mapping[str, str], *, templates: Mapping[str, str] | None = None, more: str = "") -> str:
    """A document's root: locations of pages and templates by id."""
    listed = "".join(f'<ofd:Page ID="{name}" BaseLoc="{place}"/>' for name, place in pages.items())
    used = "".join(f'<ofd:TemplatePage ID="{k}" BaseLoc="{v}"/>' for k, v in (templates or {}).items())
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    common = f"<ofd:CommonData>{area}<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>{used}</ofd:CommonData>"
    return f"{_HEAD}<ofd:Document {_SPACE}>{common}<ofd:Pages>{listed}</ofd:Pages>{more}</ofd:Document>"


def parts(
    pages: Sequence[Leaf],
    *,
    templates: Mapping[str, Leaf] | None = None,
    units: Mapping[str, Leaf] | None = None,
    pictures: Mapping[str, bytes] | None = None,
    info: str = "",
) -> dict[str, bytes]:
    """The parts of an OFD of one document; ids of pages count from 100."""
    listed = {str(100 + n): f"Pages/Page_{n}/Content.xml" for n in range(len(pages))}
    printed = {name: f"Tpls/Tpl_{name}/Content.xml" for name in templates or {}}
    more = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>" if any(p.notes for p in pages) else ""
    made = {
        "OFD.xml": entry("Doc_0/Document.xml", info=info),
        "Doc_0/Document.xml": document(listed, templates=printed, more=more),
        "Doc_0/DocumentRes.xml": _resources(units or {}, pictures or {}),
        **{f"Doc_0/{listed[str(100 + n)]}": page.content() for n, page in enumerate(pages)},
        **{f"Doc_0/{printed[name]}": leaf.content() for name, leaf in (templates or {}).items()},
    }
    if more:
        made |= _annotations(pages)
    return {name: text.encode() for name, text in made.items()} | {
        f"Doc_0/Res/{name}.png": data for name, data in (pictures or {}).items()
    }


def zipped(members: Mapping[str, bytes]) -> bytes:
    """The archive of the parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def ofd(*pages: Leaf, info: str = "") -> bytes:
    """An OFD of pages that need nothing else."""
    return zipped(parts(pages, info=info))


def _resources(units: Mapping[str, Leaf], pictures: Mapping[str, bytes]) -> str:
    drawn = "".join(
        f'<ofd:CompositeGraphicUnit ID="{name}" Width="210" Height="297"><ofd:Content>{"".join(leaf.objects)}'
        "</ofd:Content></ofd:CompositeGraphicUnit>"
        for name, leaf in units.items()
    )
    media = "".join(
        f'<ofd:MultiMedia ID="{name}" Type="Image"><ofd:MediaFile>{name}.png</ofd:MediaFile></ofd:MultiMedia>'
        for name in pictures
    )
    return (
        f'{_HEAD}<ofd:Res {_SPACE} BaseLoc="Res"><ofd:CompositeGraphicUnits>{drawn}</ofd:CompositeGraphicUnits>'
        f"<ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>"
    )


def _annotations(pages: Sequence[Leaf]) -> dict[str, str]:
    listed = "".join(
        f'<ofd:Page PageID="{100 + n}"><ofd:FileLoc>Page_{n}/Annotation.xml</ofd:FileLoc></ofd:Page>'
        for n, page in enumerate(pages)
        if page.notes
    )
    made = {"Doc_0/Annots/Annotations.xml": f"{_HEAD}<ofd:Annotations {_SPACE}>{listed}</ofd:Annotations>"}
    for n, page in enumerate(pages):
        annots = "".join(
            f'<ofd:Annot ID="{i}" {attributes}><ofd:Appearance Boundary="10 20 100 50">{"".join(leaf.objects)}'
            "</ofd:Appearance></ofd:Annot>"
            for i, (attributes, leaf) in enumerate(page.notes)
        )
        made[f"Doc_0/Annots/Page_{n}/Annotation.xml"] = f"{_HEAD}<ofd:PageAnnot {_SPACE}>{annots}</ofd:PageAnnot>"
    return made
