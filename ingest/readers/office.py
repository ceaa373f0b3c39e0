"""Word's older .doc, its XML of 2003, WPS's .wps, .rtf and .odt: LibreOffice makes a .docx of them, read as any other.

The file is hostile until read: its bytes lie under a fixed name in a private folder, the profile there forbids macros
and links, and whatever LibreOffice does is bounded in time, processor time and size and ends with this process.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.raw import RawDocument
from ingest.readers.compound import Compound, Damaged
from ingest.readers.docx import read_docx
from ingest.readers.docx_package import refuse_bomb
from kb.errors import UnreadableFile

#: How long one conversion may take, seconds; starting LibreOffice takes between one and two of them.
SECONDS = 60.0
_MAX_OUTPUT = 200_000_000
_PROGRAMS = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_SAVE_AS = "请用 Word 或 WPS 打开后另存为 .docx 再试"
_PASSWORD = "设有打开密码。请去掉密码后再试"
_ROOT_AT = 4096  # bytes within which an XML says what it is
_HEADER = 0x1AA  # bytes of the file information block that are looked at ([MS-DOC])
_VERSION_97 = 0xC1
_ODT = re.compile(rb"application/vnd\.oasis\.opendocument\.text(?:-template)?\s*")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A format as LibreOffice knows it: the name it is given and the one import filter that may open it."""

    format: str
    name: str
    filter: str


_WORD_97 = _Kind("doc", "in.doc", "MS Word 97")
_WORD_95 = _Kind("doc", "in.doc", "MS WinWord 6.0")
_RTF = _Kind("rtf", "in.rtf", "Rich Text Format")
_ODT_KIND = _Kind("odt", "in.odt", "writer8")
_WORD_XML = _Kind("doc", "in.xml", "MS Word 2003 XML")

# Everything a document could make LibreOffice do beside being converted: macros, Java, links, the network.
_PROFILE = {
    "Office.Common/Security/Scripting": {
        "MacroSecurityLevel": "3",
        "DisableMacrosExecution": "true",
        "BlockUntrustedRefererLinks": "true",
    },
    "Office.Writer/Content/Update": {"Link": "0", "Field": "false", "Chart": "false"},
    "Office.Java/VirtualMachine": {"Enable": "false"},
    "Inet/Settings": {
        "ooInetProxyType": "1",
        "ooInetNoProxy": "",
        **{f"ooInet{scheme}ProxyName": "127.0.0.1" for scheme in ("HTTP", "HTTPS", "FTP")},
        **{f"ooInet{scheme}ProxyPort": "9" for scheme in ("HTTP", "HTTPS", "FTP")},
    },
}
# $1 processor seconds, $2 blocks of 512 bytes a file may have, $3 folder, $4 socket, then the command. The pipe on
# stdin closes when the process that reads the file is killed: then all of this ends too and leaves nothing.
_GUARD = """
ulimit -c 0; ulimit -t "$1"; ulimit -f "$2"; folder=$3; socket=$4; shift 4
exec 3<&0 </dev/null
(read -r _ <&3; trap "" TERM; kill -TERM 0; sleep 1; rm -rf -- "$folder" "$socket"; kill -KILL 0) &
exec 3<&-
"$@"
"""


def available(program: str | None = None) -> bool:
    """Whether LibreOffice is installed; ``program`` is its command or path where it is set."""
    return _find(program) is not None


def read_office(
    data: bytes, path: str, suffix: str, *, program: str | None = None, seconds: float = SECONDS
) -> RawDocument:
    """The document of a .doc, .wps, .rtf or .odt, told apart by its bytes; ``suffix`` only tells .wps from .doc.

    A .doc that is an XML of 2003 is given in UTF-8 and without its declaration.
    Raises UnreadableFile if it is none of them, protected by a password, damaged, or LibreOffice is not installed.
    """
    kind = _kind(data, path)
    command = _find(program)
    if command is None:
        raise UnreadableFile(
            path,
            f"读取 .{kind.format} 需要 LibreOffice，本机没有找到。请安装它的 Writer"
            "（Debian、Ubuntu：apt-get install libreoffice-writer-nogui），或用 Word、WPS 打开后另存为 .docx",
        )
    raw = read_docx(_converted(data, path, kind, command, seconds), path)
    wps = kind.format == "doc" and suffix.lower().lstrip(".") in {"wps", "wpt"}
    return replace(raw, format="wps" if wps else kind.format)


def _find(program: str | None) -> str | None:
    return next(filter(None, map(shutil.which, [program] if program else _PROGRAMS)), None)


def _kind(data: bytes, path: str) -> _Kind:
    """What the bytes are; LibreOffice would make a document of anything."""
    if data.lstrip()[:5] == b"{\\rtf":
        return _RTF
    if data.startswith(b"PK"):
        _check_odt(data, path)
        return _ODT_KIND
    if _is_word_xml(data):
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # Word writes none: it could only declare entities
            raise UnreadableFile(path, f"文件带有实体声明，不安全，未读取。{_SAVE_AS}")
        return _WORD_XML
    try:
        return _word(Compound.of(data), path)
    except Damaged as error:
        raise UnreadableFile(path, f"不是 Word、WPS、RTF 或 ODT 文件，或文件已损坏。{_SAVE_AS}") from error


def _is_word_xml(data: bytes) -> bool:
    """Whether bytes begin with the root of a Word document as one XML (2003)."""
    return data.startswith(b"<") and b"wordDocument" in data[:_ROOT_AT].partition(b">")[0]


def _word(compound: Compound, path: str) -> _Kind:
    names = compound.names()
    if "EncryptedPackage" in names:
        raise UnreadableFile(path, _PASSWORD)
    if any("DRMContent" in name for name in names):
        raise UnreadableFile(path, f"受权限管理保护，无法读取。请取得未受保护的文件，或{_SAVE_AS.removeprefix('请')}")
    if "WordDocument" not in names:
        raise UnreadableFile(path, f"不是 Word 或 WPS 文字文件，或文件已损坏。{_SAVE_AS}")
    header = compound.head("WordDocument", _HEADER)
    if len(header) < _HEADER:
        raise Damaged
    if header[11] & 0x01:  # fEncrypted
        raise UnreadableFile(path, _PASSWORD)
    if int.from_bytes(header[2:4], "little") < _VERSION_97:
        return _WORD_95
    # The list of text pieces: without it LibreOffice takes every byte for a Latin letter.
    table = names.get("1Table" if header[11] & 0x02 else "0Table")
    start, length = struct.unpack("<II", header[0x1A2:0x1AA])
    if table is None or not length or start + length > table.size:
        raise Damaged
    return _WORD_97


def _check_odt(data: bytes, path: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_bomb(archive, len(data), path)
            kind = _small(archive, "mimetype")
            manifest = _small(archive, "META-INF/manifest.xml")
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(path, f"压缩结构已损坏，无法打开。{_SAVE_AS}") from error
    if not _ODT.fullmatch(kind):
        raise UnreadableFile(path, f"不是 OpenDocument 文字文件（.odt）。{_SAVE_AS}")
    if b"encryption-data" in manifest:
        raise UnreadableFile(path, _PASSWORD)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with suppress(KeyError), archive.open(name) as stream:
        return stream.read(1_000_000)
    return b""


def _converted(data: bytes, path: str, kind: _Kind, command: str, seconds: float) -> bytes:
    """The .docx LibreOffice makes of a file; nothing of it remains on disk."""
    with tempfile.TemporaryDirectory(prefix="zhice-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / kind.name).write_bytes(data.lstrip() if kind is _RTF else data)
        _write_profile(folder / "profile" / "user")
        _run(_command(command, folder, kind), folder, path, seconds)
        made = folder / "out" / "in.docx"
        if not made.is_file() or made.stat().st_size > _MAX_OUTPUT:
            raise UnreadableFile(path, f"LibreOffice 无法转换这个文件，可能已损坏。{_SAVE_AS}")
        docx = made.read_bytes()
    if not _is_docx(docx):
        raise UnreadableFile(path, f"LibreOffice 转换的结果不完整。{_SAVE_AS}")
    return docx


def _command(command: str, folder: Path, kind: _Kind) -> list[str]:
    return [
        command,
        f"-env:UserInstallation={_profile(folder)}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
        f"--infilter={kind.filter}",  # without it what the filter refuses is taken for plain text
        *("--convert-to", "docx", "--outdir", str(folder / "out"), str(folder / kind.name)),
    ]


def _run(command: list[str], folder: Path, path: str, seconds: float) -> None:
    """Run LibreOffice, wait, and end every process of it."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "SAL_USE_VCLPLUGIN": "svp",
    }
    socket = _socket(_profile(folder))
    limits = [str(int(seconds) + 1), str(_MAX_OUTPUT // 512)]
    guard = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "sh", *limits, str(folder), str(socket), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        guard.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(path, f"LibreOffice 转换超过 {seconds:.0f} 秒，已停止。{_SAVE_AS}") from error
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(guard.pid, signal.SIGKILL)
        guard.wait()
        if guard.stdin is not None:
            guard.stdin.close()
        socket.unlink(missing_ok=True)


def _profile(folder: Path) -> str:
    """The address of the profile of a conversion."""
    return (folder / "profile").as_uri()


def _socket(profile: str) -> Path:
    """The socket LibreOffice makes for a profile, outside of it; it stays when LibreOffice is killed."""
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    return Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}")


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{place}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
        "</item>"
        for place, settings in _PROFILE.items()
        for name, value in settings.items()
    )
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        "utf-8",
    )


def _is_docx(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
