"""The reader of .zip archives: what is listed, under which names, and what a hostile or broken archive gives."""

import io
import os
import stat
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.archive import Member, members
from kb.errors import UnreadableFile

BOMB = "疑似压缩炸弹，未读取"
BROKEN = "已损坏，无法解压。请重新获取该文件"
LOCKED = "设有密码，无法解压。请去掉密码后再试"


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data, method)
    return buffer.getvalue()


def renamed(names: list[bytes], data: bytes = b"x") -> bytes:
    """An archive whose names are these bytes, without a word on what they are."""
    stand_ins = [f"{number:0{len(name)}}" for number, name in enumerate(names)]
    archive = zipped(*[(stand_in, data) for stand_in in stand_ins], method=zipfile.ZIP_STORED)
    for stand_in, name in zip(stand_ins, names, strict=True):
        assert archive.count(stand_in.encode()) == 2
        archive = archive.replace(stand_in.encode(), name)
    return archive


def read(data: bytes, max_mb: int = 100) -> list[Member]:
    return list(members(data, "a.zip", max_mb))


def names(data: bytes) -> list[str]:
    return [member.name for member in read(data)]


def why(data: bytes, max_mb: int = 100) -> str:
    """The reason for which the whole archive is refused, at once."""
    with pytest.raises(UnreadableFile) as caught:
        members(data, "a.zip", max_mb)
    assert caught.value.path == "a.zip"
    return caught.value.why


def test_files_come_in_the_order_of_the_archive_with_their_bytes() -> None:
    data = zipped(("乙/通知.docx", b"1"), ("甲.txt", b""), ("乙/附件 1.xlsx", b"333"))
    assert read(data) == [
        Member("乙/通知.docx", b"1", None),
        Member("甲.txt", b"", None),
        Member("乙/附件 1.xlsx", b"333", None),
    ]
    assert read(zipped()) == []


def test_folders_litter_hidden_files_locks_and_links_are_left_out() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    data = zipped(
        ("文件夹/", b""),
        ("__MACOSX/._a.txt", b"1"),
        (".DS_Store", b"1"),
        ("文件夹/.hidden/a.txt", b"1"),
        ("~$通知.docx", b"1"),
        ("文件夹/~$表.xlsx", b"1"),
        (".~lock.表.ods#", b"1"),
        ("文件夹/Thumbs.db", b"1"),
        ("desktop.ini", b"1"),
        (link, b"/etc/passwd"),
        ("~说明.txt", b"1"),
    )
    assert names(data) == ["~说明.txt"]


def test_what_a_browser_saved_with_a_page_is_left_out() -> None:
    data = zipped(
        ("甲/通知.html", b"1"),
        ("甲/通知_files/jquery.js", b"2"),
        ("甲/通知_files/share.html", b"3"),
        ("甲/通知.files/image001.png", b"4"),
        ("通知_files/乙.txt", b"5"),
    )
    assert names(data) == ["甲/通知.html", "通知_files/乙.txt"]
    assert names(zipped(("里.zip", data))) == ["里.zip/甲/通知.html", "里.zip/通知_files/乙.txt"]


def test_files_that_are_no_documents_are_named_and_not_unpacked() -> None:
    data = zipped(
        ("README.md", b"1"),
        ("数据.json", b"{}"),
        ("视频.mp4", bytes(90_000_000)),
        ("旧.RAR", b"Rar!"),
        ("名单.2031", b"%PDF-1.7"),
        ("通知.txt", b"2"),
    )
    assert read(data) == [
        Member("README.md", None, "是说明目录的 README，不是政策文件"),
        Member("数据.json", None, "不支持的文件类型（.json）"),
        Member("视频.mp4", None, "不支持的文件类型（.mp4）"),
        Member("旧.RAR", None, "不支持的文件类型（.RAR 压缩包，请先解压）"),
        Member("名单.2031", b"%PDF-1.7", None),
        Member("通知.txt", b"2", None),
    ]


@pytest.mark.parametrize(
    ("stored", "label"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\文件\\通知.txt", "文件/通知.txt"),
        ("c:d:通知.txt", "通知.txt"),
        ("\\\\server\\share\\a.txt", "server/share/a.txt"),
        ("a/./b//c/../d.txt", "a/b/c/d.txt"),
        (" a /b.txt ", "a/b.txt"),
        ("a\nb\x1b[31m.txt", "ab[31m.txt"),
        ("通知\u202etxt.exe", "通知txt.exe"),
        ("长" * 300 + ".docx", "长" * 195 + ".docx"),
    ],
)
def test_a_name_leads_nowhere_but_into_the_archive(stored: str, label: str) -> None:
    assert names(zipped((stored, b"1"))) == [label]


def test_a_name_of_dots_only_is_no_file() -> None:
    assert names(zipped(("..", b"1"), ("a/../..", b"1"), ("甲.txt", b"1"))) == ["a", "甲.txt"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("孵化器名单.xlsx".encode("gbk"), "孵化器名单.xlsx"),
        ("联通.txt".encode("gbk"), "联通.txt"),
        ("申报\\须知.txt".encode("gbk"), "申报/须知.txt"),
        ("关于朱镕同志任职的通知.doc".encode("gbk"), "关于朱镕同志任职的通知.doc"),  # 镕 is not in GB 2312
        ("孵化器名单.xlsx".encode(), "孵化器名单.xlsx"),
        ("café.txt".encode("cp437"), "café.txt"),
        (b"plain.txt", "plain.txt"),
    ],
)
def test_names_without_a_word_on_their_encoding(raw: bytes, name: str) -> None:
    assert names(renamed([raw])) == [name]


def test_equal_names_are_told_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a/表.xlsx", b"1"), ("a/表.xlsx", b"2"), ("/a/表.xlsx", b"3"), ("a/表 (2).xlsx", b"4"))
    assert [(m.name, m.data) for m in read(data)] == [
        ("a/表.xlsx", b"1"),
        ("a/表 (2).xlsx", b"2"),
        ("a/表 (3).xlsx", b"3"),
        ("a/表 (2) (2).xlsx", b"4"),
    ]


# --- archives inside


def test_archives_inside_are_opened_two_deep() -> None:
    third = zipped(("丁.txt", b"4"))
    second = zipped(("丙.txt", b"3"), ("third.zip", third))
    first = zipped(("乙.txt", b"2"), ("second.ZIP", second))
    data = zipped(("甲.txt", b"1"), ("附件/first.zip", first), ("戊.txt", b"5"))
    assert read(data) == [
        Member("甲.txt", b"1", None),
        Member("附件/first.zip/乙.txt", b"2", None),
        Member("附件/first.zip/second.ZIP/丙.txt", b"3", None),
        Member("附件/first.zip/second.ZIP/third.zip", None, "压缩包套了 3 层以上，未读取。请先解压"),
        Member("戊.txt", b"5", None),
    ]


def test_documents_that_are_zips_are_not_opened() -> None:
    docx = zipped(("[Content_Types].xml", b"1"), ("word/document.xml", b"1"))
    odt = zipped(("mimetype", b"1"), ("content.xml", b"1"))
    data = zipped(("a.docx", docx), ("b.zip", docx), ("c.zip", odt), ("d.zip", b"text"))
    assert [(m.name, m.data) for m in read(data)] == [
        ("a.docx", docx),
        ("b.zip", docx),
        ("c.zip", odt),
        ("d.zip", b"text"),
    ]


def test_a_broken_archive_inside_has_its_reason_and_the_rest_goes_on() -> None:
    inner = zipped(("a.txt", b"1" * 100))
    data = zipped(("b.zip", inner[:-30]), ("c.txt", b"2"))
    reason = "压缩结构已损坏，无法打开（没有下载完整？）。请重新获取该文件"
    assert read(data) == [Member("b.zip", None, reason), Member("c.txt", b"2", None)]


# --- what is refused


def flagged(data: bytes, name: str, bit: int) -> bytes:
    """The archive with a flag set at a member, in both of its headers."""
    changed = bytearray(data)
    for magic, flags, at in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        start = next(
            i for i in range(len(data)) if data.startswith(magic, i) and data.startswith(name.encode(), i + at)
        )
        changed[start + flags] |= bit
    return bytes(changed)


def stated(data: bytes, *, unpacked: int | None = None, packed: int | None = None, method: int | None = None) -> bytes:
    """The archive with other sizes or another method stated of its first member, in both of its headers."""
    changed = bytearray(data)
    for magic, at in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):
        start = data.index(magic)
        for offset, value in ((at, packed), (at + 4, unpacked)):
            if value is not None:
                changed[start + offset : start + offset + 4] = struct.pack("<I", value)
        if method is not None:
            changed[start + at - 10 : start + at - 8] = struct.pack("<H", method)
    return bytes(changed)


def test_a_member_with_a_password_has_its_reason_and_the_rest_goes_on() -> None:
    data = flagged(zipped(("a.txt", b"1"), ("b.txt", b"2")), "a.txt", 1)
    assert read(data) == [Member("a.txt", None, LOCKED), Member("b.txt", b"2", None)]


def test_a_damaged_member_has_its_reason_and_the_rest_goes_on() -> None:
    text = os.urandom(1000)
    data = zipped(("a.pdf", text), ("b.txt", b"2"))
    at = data.index(b"a.pdf") + 300
    data = data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]
    assert read(data) == [Member("a.pdf", None, BROKEN), Member("b.txt", b"2", None)]


def test_other_methods_have_their_reason() -> None:
    unsupported = "压缩方式不支持。请用普通的 zip 方式重新压缩"
    assert read(zipped(("a.txt", b"1"), method=zipfile.ZIP_LZMA)) == [Member("a.txt", None, unsupported)]
    assert read(stated(zipped(("a.txt", b"1")), method=9)) == [Member("a.txt", None, unsupported)]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", zipped(("a.txt", b"1" * 100))[:-30], b"PK\x05\x06" + bytes(10)],
    ids=["empty", "begun", "cut", "only an end"],  # a zip tells the time: as a name it would differ between processes
)
def test_an_archive_that_cannot_be_opened_is_refused(data: bytes) -> None:
    assert why(data) == "压缩结构已损坏，无法打开（没有下载完整？）。请重新获取该文件"


def test_a_member_above_the_limit_has_its_reason() -> None:
    data = zipped(("a.pdf", os.urandom(1_000_001)), ("b.pdf", bytes(1_000_000)))
    assert read(data, max_mb=1) == [
        Member("a.pdf", None, "解压后超过上限 1 MB。请拆分文件"),
        Member("b.pdf", bytes(1_000_000), None),
    ]


def test_a_bomb_is_found_by_what_comes_out_of_it() -> None:
    data = zipped(("a.pdf", bytes(90_000_000)), ("b.txt", b"2"))
    refused = [Member("a.pdf", None, f"解压后超过压缩前的 200 倍，{BOMB}"), Member("b.txt", b"2", None)]
    assert read(data) == refused
    assert read(zipped(("a.pdf", bytes(9_000_000))))[0].data == bytes(9_000_000)  # small enough to be harmless
    # a size stated too small ends the reading there, and then the checksum is wrong
    assert read(stated(data, unpacked=10)) == [Member("a.pdf", None, BROKEN), Member("b.txt", b"2", None)]


def test_a_size_stated_too_large_takes_nothing_from_the_others() -> None:
    data = stated(zipped(("a.txt", b"1"), ("b.txt", b"2")), unpacked=0xFFFFFFF0)
    assert read(data) == [Member("a.txt", b"1", None), Member("b.txt", b"2", None)]


def test_all_members_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.archive._MAX_TOTAL", 2_500_000)
    parts = [os.urandom(1_000_000) for _ in range(3)]
    inner = zipped(("c.pdf", parts[2]), method=zipfile.ZIP_STORED)
    reason = "压缩包解压后总共超过 2.5 MB，其余未读取。请分成几个压缩包"
    data = zipped(("a.pdf", parts[0]), ("b.pdf", parts[1]), ("c.pdf", parts[2]), ("d.txt", b"1"))
    assert read(data) == [
        Member("a.pdf", parts[0], None),
        Member("b.pdf", parts[1], None),
        Member("c.pdf", None, reason),
        Member("d.txt", None, reason),
    ]
    # an archive inside counts, and so does what is in it
    assert read(zipped(("a.zip", inner), ("b.pdf", parts[1]))) == [
        Member("a.zip/c.pdf", parts[2], None),
        Member("b.pdf", None, reason),
    ]


def test_the_number_of_members_has_a_limit() -> None:
    many = [(f"{number}.txt", b"") for number in range(1001)]
    too_many = "压缩包里的文件超过 1,000 个，未读取。请分成几个压缩包"
    assert why(zipped(*many)) == too_many
    assert len(read(zipped(*many[1:], ("folder/", b""), (".hidden", b"")))) == 1000
    inner = zipped(*many[:600])
    found = read(zipped(("a.zip", inner), ("b.zip", inner), ("c.zip", zipped(*many[:300])), ("d.txt", b"1")))
    assert len(found) == 600 + 1 + 300 + 1
    assert found[600] == Member("b.zip", None, too_many)


def test_a_flood_of_entries_is_refused_before_they_are_read() -> None:
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *[0] * 6, *[0] * 3, 1, *[0] * 4, 0, 0) + b"a"
    count = 100_001
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entry) * count, 0, 0)
    assert why(entry * count + end) == f"压缩包列出的条目超过 100,000 个，{BOMB}"


def overlapping(count: int, kernel: bytes) -> bytes:
    """An archive whose members each quote, in a stored block, the local header of the next: all share one kernel."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, unpacked = packer.compress(kernel) + packer.flush(), kernel
    head = body = b""
    entries: list[tuple[bytes, bytes, int]] = []
    for number in range(count):
        if body:
            packed, unpacked = struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF) + body, head + unpacked
        name = f"{number:04}".encode()
        fields = struct.pack("<5H3I2H", 20, 0, 8, 0, 0, zlib.crc32(unpacked), len(packed), len(unpacked), 4, 0)
        head = b"PK\x03\x04" + fields + name
        body = head + packed
        entries.append((fields, name, len(body)))
    assert zlib.decompress(packed, -15) == unpacked
    directory = b"".join(
        b"PK\x01\x02\x14\0" + fields + struct.pack("<3H2I", 0, 0, 0, 0, len(body) - behind) + name
        for fields, name, behind in reversed(entries)
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def test_members_that_share_bytes_are_refused() -> None:
    kernel = bytes(1_000_000)
    assert [len(member.data or b"") for member in read(overlapping(1, kernel))] == [1_000_000]
    assert why(overlapping(200, kernel)) == f"压缩包里的文件互相重叠，{BOMB}"
    assert why(overlapping(2, kernel)) == f"压缩包里的文件互相重叠，{BOMB}"


def test_a_member_listed_twice_is_refused() -> None:
    data = zipped(("a.txt", b"1"))
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    twice = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), start, 0)
    assert why(data[:start] + entry * 2 + twice) == f"压缩包里的文件互相重叠，{BOMB}"
    # one that reaches into the directory
    assert why(stated(data, packed=200)) == f"压缩包里的文件互相重叠，{BOMB}"


@settings(max_examples=50)
@given(st.dictionaries(st.text(min_size=1, max_size=12), st.binary(max_size=200), max_size=6), st.randoms())
def test_any_damage_gives_reasons_and_nothing_else(files: dict[str, bytes], random: object) -> None:
    usable = {name: data for name, data in files.items() if name.isprintable() and name.isascii()}
    data = bytearray(zipped(*usable.items()))
    for _ in range(3):
        data[random.randrange(len(data))] = random.randrange(256)  # type: ignore[attr-defined]
    try:
        found = read(bytes(data))
    except UnreadableFile:
        return
    assert all((member.data is None) != (member.why is None) for member in found)
    assert all(
        member.name and not member.name.startswith("/") and ".." not in member.name.split("/") for member in found
    )
