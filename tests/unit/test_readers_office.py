"""The readers of .doc, .wps, .rtf and .odt: what the bytes are, what LibreOffice is kept from, what comes out."""

import http.server
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest.raw import RawDocument
from ingest.readers import read_bytes
from ingest.readers.compound import MAGIC, Compound, Damaged
from ingest.readers.docx import read_docx
from ingest.readers.office import _socket, available, read_office
from kb.errors import UnreadableFile
from tests.office_maker import compound, word, word_header
from tests.unit.test_readers_docx import OUTLINE, a_field, item, make_docx, mark, p, part, run, zipped

ROOT = Path(__file__).resolve().parents[2]


def odt(body: str, kind: str = "text", manifest: str = "") -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = (
        f'xmlns:office="{names}:office:1.0" xmlns:text="{names}:text:1.0" xmlns:draw="{names}:drawing:1.0" '
        f'xmlns:svg="{names}:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f'<office:document-content {spaces} office:version="1.2"><office:body><office:text>{body}'
            "</office:text></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{kind}"/>'
            f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{manifest}'
            "</manifest:file-entry></manifest:manifest>",
        }
    )


def why(data: bytes, suffix: str = ".doc", **options: object) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_office(data, f"甲{suffix}", suffix, **options)  # type: ignore[arg-type]
    assert caught.value.path == f"甲{suffix}"
    return caught.value.why


@pytest.mark.parametrize("shift", [9, 12])
@pytest.mark.parametrize("size", [426, 1000, 5000])
def test_the_directory_of_a_compound_file(shift, size):
    stream = word_header().ljust(size, b"\1")
    made = Compound.of(compound({"1Table": b"x" * 200, "WordDocument": stream, "Data": b"y" * 9000}, shift=shift))
    assert list(made.names()) == ["1Table", "WordDocument", "Data"]
    assert made.head("WordDocument", 12) == stream[:12]
    assert made.head("Data", 3) == b"yyy"


def test_streams_of_embedded_objects_are_not_those_of_the_file():
    assert list(Compound.of(compound({"WordDocument": word_header()}, storage="ObjectPool")).names()) == ["ObjectPool"]


def test_damaged_compound_files_end_in_one_error():
    data = compound({"WordDocument": word_header().ljust(5000, b"\1"), "1Table": b"x" * 200})
    directory = struct.unpack("<I", data[48:52])[0]
    table = struct.unpack("<I", data[76:80])[0]
    for length in range(0, (table + 1) * 512, 101):
        with pytest.raises(Damaged):
            Compound.of(data[:length])
    looped = bytearray(data)
    at = (table + 1) * 512 + directory * 4
    looped[at : at + 4] = struct.pack("<I", directory)  # the directory's chain goes on with itself
    assert list(Compound.of(bytes(looped)).names()) == ["WordDocument", "1Table"]
    siblings = bytearray(data)
    at = (directory + 1) * 512 + 128 * 2 + 68
    siblings[at : at + 8] = struct.pack("<II", 1, 2)  # so do the entries
    assert list(Compound.of(bytes(siblings)).names()) == ["WordDocument", "1Table"]
    endless = bytearray(data)
    endless[68:72] = struct.pack("<I", 0)  # and the lists of the allocation table
    assert list(Compound.of(bytes(endless)).names()) == ["WordDocument", "1Table"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "不是 Word、WPS、RTF 或 ODT 文件"),
        (b"plain text", "不是 Word、WPS、RTF 或 ODT 文件"),
        (MAGIC + bytes(600), "不是 Word、WPS、RTF 或 ODT 文件"),
        (compound({"Workbook": b"x"}), "不是 Word 或 WPS 文字文件"),
        (compound({"WordDocument": word_header()}, storage="ObjectPool"), "不是 Word 或 WPS 文字文件"),
        (compound({"WordDocument": b"\xec\xa5"}), "不是 Word、WPS、RTF 或 ODT 文件"),
        (word(flags=0x0300), "设有打开密码"),
        (word(flags=0x0100, version=0x65, size=426), "设有打开密码"),
        (word(flags=0), "文件已损坏"),
        (word(pieces=(100, 0)), "文件已损坏"),
        (word(pieces=(100, 101)), "文件已损坏"),
        (compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "设有打开密码"),
        (compound({"\tDRMContent": b"x"}), "受权限管理保护"),
        (odt("", kind="spreadsheet"), "不是 OpenDocument 文字文件"),
        (make_docx(p("甲")), "不是 OpenDocument 文字文件"),
        (odt("", manifest="<manifest:encryption-data/>"), "设有打开密码"),
        (odt("")[:200], "压缩结构已损坏"),
        (odt(" " * 30_000_000), "压缩炸弹"),
    ],
)
def test_what_is_no_such_document_or_has_a_password_is_told_before_anything_is_started(data, expected):
    assert expected in why(data, program="/nowhere/soffice")


def test_without_libreoffice_the_message_says_what_to_do():
    assert not available("/nowhere/soffice")
    assert why(b"{\\rtf1 x}", ".rtf", program="/nowhere/soffice") == (
        "读取 .rtf 需要 LibreOffice，本机没有找到。请安装它的 Writer（Debian、Ubuntu：apt-get install "
        "libreoffice-writer-nogui），或用 Word、WPS 打开后另存为 .docx"
    )


# A stand-in for LibreOffice: what it does is in the test, and it tells what it was given.
STAND_IN = """#!/bin/sh
for argument in "$@"; do printf '%s\\n' "$argument"; done > "{told}/arguments"
env > "{told}/environment"
cp -R "$HOME" "{told}/home"
mkdir -p "$HOME/out"
{action}
"""


def stand_in(folder: Path, action: str) -> str:
    program = folder / "soffice"
    program.write_text(STAND_IN.format(told=folder, action=action), "utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader puts its folders: empty again after every read."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_libreoffice_gets_no_name_and_no_environment_of_the_user(tmp_path, temporary, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")
    (tmp_path / "made.docx").write_bytes(make_docx(p("转好的正文。")))
    program = stand_in(tmp_path, f'cp "{tmp_path}/made.docx" "$HOME/out/in.docx"')
    data = word()
    raw = read_office(data, "; rm -rf $HOME `x` 甲.wps", ".WPS", program=program)
    assert raw == RawDocument("转好的正文。\n", read_docx(make_docx(p("转好的正文。")), "").blocks, "wps")
    home = next(n for n in (tmp_path / "environment").read_text().splitlines() if n.startswith("HOME="))[5:]
    assert Path(home).parent == temporary and list(temporary.iterdir()) == []
    assert (tmp_path / "arguments").read_text().splitlines() == [
        f"-env:UserInstallation=file://{home}/profile",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nofirststartwizard",
        "--infilter=MS Word 97",
        "--convert-to",
        "docx",
        "--outdir",
        f"{home}/out",
        f"{home}/in.doc",
    ]
    names = {line.partition("=")[0] for line in (tmp_path / "environment").read_text().splitlines()}
    assert names - {"PWD", "SHLVL", "_", "OLDPWD"} == {"PATH", "LANG", "HOME", "TMPDIR", "SAL_USE_VCLPLUGIN"}
    assert (tmp_path / "home/in.doc").read_bytes() == data
    profile = (tmp_path / "home/profile/user/registrymodifications.xcu").read_text("utf-8")
    for setting, value in {
        "MacroSecurityLevel": "3",
        "DisableMacrosExecution": "true",
        "BlockUntrustedRefererLinks": "true",
        "Link": "0",
    }.items():
        assert f'oor:name="{setting}" oor:op="fuse"><value>{value}</value>' in profile


@pytest.mark.parametrize(
    ("data", "suffix", "name", "import_filter"),
    [
        (word(size=426), "doc", "in.doc", "MS Word 97"),
        (word(version=0x65, flags=0), "doc", "in.doc", "MS WinWord 6.0"),
        (b" \n{\\rtf1 x}", "rtf", "in.rtf", "Rich Text Format"),
        (odt("x"), "odt", "in.odt", "writer8"),
        (odt("x", kind="text-template"), "odt", "in.odt", "writer8"),
    ],
)
def test_the_format_is_that_of_the_bytes(data, suffix, name, import_filter, tmp_path, temporary):
    (tmp_path / "made.docx").write_bytes(make_docx(p("甲")))
    program = stand_in(tmp_path, f'cp "{tmp_path}/made.docx" "$HOME/out/in.docx"')
    assert read_office(data, "甲.doc", ".doc", program=program).format == suffix
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert f"--infilter={import_filter}" in arguments and arguments[-1].endswith(f"/{name}")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("exit 0", "无法转换"),
        ("exit 1", "无法转换"),
        ("mkdir $HOME/out/in.docx", "无法转换"),
        ("echo junk > $HOME/out/in.docx", "结果不完整"),
        ("truncate -s 500000000 $HOME/out/in.docx", "结果不完整"),
        ("while :; do :; done", "超过 1 秒，已停止"),
        ("sleep 1000 & sleep 1000", "超过 1 秒，已停止"),
    ],
)
def test_whatever_libreoffice_does_ends_and_leaves_nothing(action, expected, tmp_path, temporary):
    program = stand_in(tmp_path, action)
    assert expected in why(b"{\\rtf1 x}", ".rtf", program=program, seconds=1)
    assert list(temporary.iterdir()) == []
    wait_for(lambda: running(tmp_path) == [])  # what was killed takes a moment to be gone


def running(folder: Path) -> list[str]:
    """The processes whose home lies below a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if f"HOME={folder}".encode() in environment and "Z" not in (entry / "stat").read_text().split()[2]:
            found.append((entry / "cmdline").read_bytes().decode())
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc: processes cannot be listed here")
def test_when_the_reading_process_is_killed_libreoffice_goes_with_it(tmp_path, temporary):
    program = stand_in(tmp_path, f"touch {tmp_path}/begun; sleep 1000")
    script = (
        f"from ingest.readers.office import read_office; read_office(b'{{\\\\rtf1 x}}', '', '', program={program!r})"
    )
    reader = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)})
    wait_for(lambda: (tmp_path / "begun").exists())
    assert len(running(tmp_path)) > 0
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    wait_for(lambda: running(tmp_path) == [] and list(temporary.iterdir()) == [])


def wait_for(done) -> None:
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# ---- with LibreOffice itself


@pytest.fixture(scope="module")
def soffice() -> str:
    if not available():
        pytest.skip("LibreOffice is not installed (apt-get install libreoffice-writer-nogui)")
    return "soffice"


def notice() -> bytes:
    """A .docx with all that converters lose: automatic numbers, merged cells, tracked changes, notes, boxes."""
    levels = OUTLINE.replace('"7">', '"7"><w:multiLevelType w:val="multilevel"/>', 1)
    numbering = part("numbering", levels + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>')
    by = 'w:author="甲" w:date="2024-01-01T00:00:00Z"'

    def cell(text: str, properties: str = "", width: int = 3000) -> str:
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{p(text)}</w:tc>'

    grid = '<w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid>' + '<w:gridCol w:w="3000"/>' * 3
    down, across = '<w:vMerge w:val="restart"/>', '<w:gridSpan w:val="2"/>'
    table = (
        f"<w:tbl>{grid}</w:tblGrid>"
        f"<w:tr>{cell('类别', down)}{cell('标准', across, 6000)}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('国家级')}{cell('省级')}</w:tr>"
        f"<w:tr>{cell('孵化器')}{cell('6')}{cell('6')}</w:tr></w:tbl>"
    )
    contents = f"{mark('begin')}<w:r><w:instrText> TOC \\o </w:instrText></w:r>{mark('separate')}"
    box = f"<v:textbox><w:txbxContent>{p('框内文字')}</w:txbxContent></v:textbox>"
    shape = f"<v:shape id='b' type='#_x0000_t202' style='width:200pt;height:50pt'>{box}</v:shape>"
    body = (
        p("某某市人民政府办公室关于印发办法的通知")
        + f"<w:p>{contents}{run('一、总则')}<w:r><w:tab/></w:r>{run('1')}{mark('end')}</w:p>"
        + item("总则") + item("目的", 1) + item("范围", 1) + item("甲", 2) + item("乙", 2) + item("细目", 3)
        + p("一段正文。") + item("支持措施") + item("补贴", 1)
        + f"<w:p>{run('补贴')}<w:del w:id='1' {by}><w:r><w:delText>十</w:delText></w:r></w:del>"
        f"<w:ins w:id='2' {by}>{run('二十')}</w:ins>{run('万元。')}</w:p>"
        + p("前半句，", f"<w:rPr><w:del w:id='3' {by}/></w:rPr>") + p("后半句。")
        + table
        + f"<w:p>{run('见')}<w:r><w:footnoteReference w:id='2'/><w:pict>{shape}</w:pict></w:r></w:p>"
        + f"<w:p>{run('有')}{run('藏', '<w:vanish/>')}<w:r><w:br/></w:r>{run('换行')}</w:p>"
        + '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    )  # fmt: skip
    separators = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    return make_docx(
        body,
        numbering=numbering,
        footnotes=part("footnotes", f'{separators}<w:footnote w:id="2">{p("注的文字。")}</w:footnote>'),
        header1=part("hdr", p("某某市文件")),
        footer1=part("ftr", f"<w:p>{run('— ')}{a_field(' PAGE ', run('1'))}{run(' —')}</w:p>"),
    )


NOTICE = [
    "某某市文件",
    "某某市人民政府办公室关于印发办法的通知",
    "一、总则",
    "（一）目的",
    "（二）范围",
    "1. 甲",
    "2. 乙",
    "2.1 细目",
    "一段正文。",
    "二、支持措施",
    "（一）补贴",
    "补贴二十万元。",
    "前半句，后半句。",
    "类别 | 标准",
    "类别 | 国家级 | 省级",
    "孵化器 | 6 | 6",
    "见",
    "框内文字",
    "有",
    "换行",
    "注1：注的文字。",
]


@pytest.fixture(scope="module")
def converted(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The notice as .doc and .odt, by LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "notice.docx").write_bytes(notice())
    for suffix in ("doc", "odt"):
        subprocess.run(
            [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
            + ["--convert-to", suffix, "--outdir", str(folder), str(folder / "notice.docx")],
            check=True,
            capture_output=True,
            timeout=300,
        )
    return {suffix: (folder / f"notice.{suffix}").read_bytes() for suffix in ("doc", "odt")}


def lines(raw: RawDocument) -> list[str]:
    return [raw.text[b.start : b.end] for b in raw.blocks]


@pytest.mark.parametrize("suffix", ["doc", "odt"])
def test_a_converted_document_is_read_as_its_original(suffix, converted, temporary):
    original = read_docx(notice(), "甲.docx")
    assert lines(original) == NOTICE
    raw = read_office(converted[suffix], f"甲.{suffix}", f".{suffix}")
    assert lines(raw) == NOTICE
    assert [(b.kind, b.level, b.cells, b.table) for b in raw.blocks] == [
        (b.kind, b.level, b.cells, b.table) for b in original.blocks
    ]
    assert raw.format == suffix
    assert list(temporary.iterdir()) == []


def test_a_password_set_in_a_real_doc_is_seen(converted):
    data = bytearray(converted["doc"])
    at = data.index(b"\xec\xa5")
    data[at + 11] |= 0x01
    assert why(bytes(data)) == "设有打开密码。请去掉密码后再试"


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (word(version=0x65), ".doc"),
        (b"{\\rtf" + bytes(range(256)) * 50, ".rtf"),
        (odt("<text:p>") + b"x", ".odt"),
    ],
)
def test_what_only_begins_like_a_document_is_never_taken_for_text(data, suffix, soffice, temporary):
    assert "LibreOffice 无法转换这个文件" in why(data, suffix)
    assert list(temporary.iterdir()) == []


def rtf(text: str) -> str:
    """Text as RTF writes it: signed 16-bit codes, each with a stand-in."""
    return "".join(c if c.isascii() else f"\\u{ord(c) - 65536 if ord(c) > 32767 else ord(c)}?" for c in text)


def test_rtf_as_word_writes_it(soffice):
    first = (
        "{\\listlevel\\levelnfc37\\levelstartat1\\levelfollow2{\\leveltext\\'02\\'00\\'a1\\'a2;}{\\levelnumbers\\'01;}}"
    )
    second = (
        "{\\listlevel\\levelnfc37\\levelstartat1\\levelfollow2{\\leveltext\\'03\\u-248?\\'01\\u-247?;}"
        "{\\levelnumbers\\'02;}}"
    )
    head = "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fnil\\fcharset134 SimSun;}}"
    lists = f"{{\\*\\listtable{{\\list\\listtemplateid1{first}{second}\\listid7}}}}"
    used = "{\\*\\listoverridetable{\\listoverride\\listid7\\listoverridecount0\\ls1}}"
    items = "".join(
        f"\\pard\\ls1\\ilvl{level} {rtf(text)}\\par"
        for text, level in [("总则", 0), ("目的", 1), ("范围", 1), ("附则", 0)]
    )
    changes = f"\\pard {rtf('补贴')}{{\\deleted {rtf('十')}}}{{\\revised {rtf('二十')}}}{rtf('万元')}\\par"
    row = f"\\trowd\\cellx3000\\cellx6000\\intbl {rtf('甲')}\\cell {rtf('乙')}\\cell\\row\\pard }}"
    raw = read_office((head + lists + used + items + changes + row).encode(), "甲.doc", ".doc")
    assert (lines(raw), raw.format) == (
        ["一、总则", "（一）目的", "（二）范围", "二、附则", "补贴二十万元", "甲 | 乙"],
        "rtf",
    )


def test_links_are_not_followed(soffice, tmp_path):
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "secret.txt").write_text("不该出现", "utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"

    def section(address: str) -> str:
        source = f'<text:section-source xlink:href="{address}" xlink:type="simple"/>'
        return f'<text:section text:name="{len(address)}">{source}<text:p>旧</text:p></text:section>'

    image = f'<draw:image xlink:href="{url}/image.png" xlink:type="simple" xlink:actuate="onLoad"/>'
    body = (
        f"<text:p>正文</text:p>{section((tmp_path / 'secret.txt').as_uri())}{section(f'{url}/section')}"
        f'<text:p><draw:frame draw:name="g" svg:width="5cm" svg:height="5cm">{image}</draw:frame></text:p>'
    )
    field = f'{{\\field{{\\*\\fldinst INCLUDETEXT "{url}/text"}}{{\\fldrslt old}}}}'
    template = f"{{\\*\\template {url}/template}}"
    assert lines(read_office(odt(body), "甲.odt", ".odt")) == ["正文", "旧", "旧"]
    assert lines(read_office(f"{{\\rtf1 {template}a{field}\\par}}".encode(), "甲.rtf", ".rtf")) == ["aold"]
    server.shutdown()
    assert asked == []


def test_libreoffice_killed_at_work_leaves_no_socket_behind(converted, temporary, tmp_path, monkeypatch):
    """It makes one outside of its folder; the stand-in waits for it and ends everything."""
    name = tmp_path / "name"

    def noted(profile: str) -> Path:
        name.write_text(str(_socket(profile)))
        return _socket(profile)

    monkeypatch.setattr("ingest.readers.office._socket", noted)
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nsoffice "$@" &\nuntil [ -S "$(cat {name})" ]; do :; done\ntouch {tmp_path}/seen\nkill -KILL 0\n'
    )
    program.chmod(0o755)
    assert "无法转换" in why(converted["doc"], program=str(program))
    assert (tmp_path / "seen").exists() and not Path(name.read_text()).exists()
    assert list(temporary.iterdir()) == []


def test_two_processes_convert_at_the_same_time(converted, tmp_path):
    (tmp_path / "in.doc").write_bytes(converted["doc"])
    script = (
        "from pathlib import Path; from ingest.readers.office import read_office; "
        "print(len(read_office(Path('in.doc').read_bytes(), '', '.doc').blocks))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [int(process.communicate(timeout=300)[0]) for process in both] == [len(NOTICE), len(NOTICE)]


# ---- Word's XML of 2003

WORD_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"


def word_xml(*paragraphs: str, before: str = "") -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'<w:wordDocument xmlns:w="{WORD_2003}"><w:body>{body}</w:body></w:wordDocument>'
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>'
    return f"{declared}{before}{document}".encode()


def test_an_xml_of_2003_goes_to_its_own_filter(tmp_path, temporary):
    program = stand_in(tmp_path, f'echo "$*" > {tmp_path}/asked; for last; do :; done; cp "$last" {tmp_path}/given')
    with pytest.raises(UnreadableFile, match="无法转换"):
        read_office(word_xml("正文。").split(b"?>")[-1], "甲.doc", ".doc", program=program)
    assert "--infilter=MS Word 2003 XML" in (tmp_path / "asked").read_text()
    assert (tmp_path / "given").read_bytes().startswith(b"<w:wordDocument")


def test_an_xml_of_2003_that_declares_entities_is_refused():
    data = word_xml("&a;", before='<!DOCTYPE w:wordDocument [<!ENTITY a SYSTEM "file:///etc/hostname">]>')
    for encoded in (data, data.replace(b"UTF-8", b"UTF-16").decode().encode("utf-16")):
        with pytest.raises(UnreadableFile):
            read_bytes(encoded, "甲.doc")
    named = b'<w:wordDocument xmlns:w="x"><!DOCTYPE a></w:wordDocument>'
    assert why(named) == "文件带有实体声明，不安全，未读取。请用 Word 或 WPS 打开后另存为 .docx 再试"


def test_an_xml_of_2003_is_read(soffice):
    raw = read_bytes(word_xml("云溪市关于托育补贴的通知", "各街道办事处："), "甲.doc")
    assert (raw.format, raw.text) == ("doc", "云溪市关于托育补贴的通知\n各街道办事处：\n")
