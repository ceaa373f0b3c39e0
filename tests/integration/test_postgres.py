"""The catalog on a PostgreSQL server: what differs from a file beside the program."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import select

from kb.backup.making import back_up
from kb.backup.restoring import restore
from kb.backup.sharing import share
from kb.catalog import Catalog, FileRow, UnreadRow
from kb.catalog.schema import meta
from kb.commands import main
from kb.config import Settings
from kb.errors import CatalogUnavailable, HomeBusy, HomeMissing, KBError, LockLost
from kb.model import Filters
from tests.bases import ROOT, body, many, open_base, submission, tables
from tests.fakes import HashEmbedder
from tests.postgres_server import PASSWORD, QUOTED
from tests.unit.test_catalog import put


@pytest.fixture
def url(postgres) -> str:
    return postgres.database()


@pytest.fixture
def catalog(url, tmp_path) -> Iterator[Catalog]:
    with closing(Catalog(tmp_path / "one", url, create=True)) as catalog:
        yield catalog


def test_what_cannot_be_opened_is_told_without_the_password(postgres, tmp_path) -> None:
    server = f"127.0.0.1:{postgres.port}"
    latin, postgres_url = postgres.database("LATIN1"), postgres.url
    said = {}
    for name, url in {
        "empty": postgres.database(),
        "wrong password": postgres_url("postgres", password="wrong"),
        "no such user": postgres_url("postgres", user="nobody"),
        "no such database": postgres_url("none"),
        "another encoding": latin,
        "nobody listens": f"postgresql://zhice:{QUOTED}@127.0.0.1:1/base",
        "no SSL": postgres_url("postgres") + "?sslmode=require",
    }.items():
        with pytest.raises((CatalogUnavailable, HomeMissing)) as caught:
            Catalog(tmp_path / "home", url)
        said[name] = str(caught.value)
        told = "".join(f"{error!r}{error}" for error in (caught.value, caught.value.__cause__))
        assert PASSWORD not in told and QUOTED not in told
    place = f"postgresql://zhice@{server}"
    check = "请检查设置 catalog（ZHICE_CATALOG）里的用户名和密码。"
    name = latin.rpartition("/")[2]
    assert said == {
        "empty": f"{place}/base{int(name[4:]) + 1} 里还没有知识库。"
        f"请先运行：python -m ingest sync 文件夹 --home {tmp_path / 'home'}",
        "wrong password": f"{place}/postgres 用不了：用户名或密码不对。{check}",
        "no such user": f"postgresql://nobody@{server}/postgres 用不了：用户名或密码不对。{check}",
        "no such database": f"{place}/none 用不了：没有这个数据库。请先用 createdb 建立一个空的数据库（编码 UTF8）。",
        "another encoding": f"{place}/{name} 用不了：数据库的编码是 LATIN1。"
        "请建立编码为 UTF8 的数据库（createdb -E UTF8）。",
        "nobody listens": "postgresql://zhice@127.0.0.1:1/base 用不了：连不上服务器。"
        "请检查它是否在运行，地址和端口是否正确。",
        "no SSL": f"{place}/postgres 用不了：加密的连接建立不起来。请检查 sslmode 和 sslrootcert，或服务器的证书。",
    }


def test_tables_of_others_in_the_same_database_are_left_alone(postgres, url, tmp_path) -> None:
    name = url.rpartition("/")[2]
    postgres.sql("CREATE TABLE public.documents (theirs int)", name)
    Catalog(tmp_path, url, create=True).close()
    found = postgres.sql(
        "SELECT table_schema FROM information_schema.tables WHERE table_name = 'documents' ORDER BY 1", name
    )
    assert found == "(['public'], ['zhice'])"


def test_order_is_by_code_points_and_long_names_are_held(catalog) -> None:
    rng = random.Random(0)
    long = "".join(rng.choices("一丁七万丈三上下不与丐丑专且世丘丙业丛东丝", k=4000))  # does not compress below 2.7 KB
    ids = ["b", "B", "a", "乙", "一", "-", "𠀀"]
    put(catalog, *(submission(f"{n}.txt", f"正文{n}", policy_id=policy_id) for n, policy_id in enumerate(ids)))
    put(catalog, submission(long, "长名的正文", title=long, doc_number=long, issuer="Abc部"))
    row = FileRow("/根", long, 2**40, 2**62, "0" * 64, "v")
    with catalog.write() as writer:
        writer.record_files([row, row])
        writer.record_unread([UnreadRow(long, "读不出", True)])
        writer.set_meta("embedding", "m")
    with catalog.view() as view:
        minted = view.find_by_doc_number(long)
        found = [header.policy_id for header in view.documents()]
        assert found == sorted([*ids, *minted]) and len(minted) == 1
        assert view.file("/根", long) == row
        assert [unread.path for unread in view.unread()] == [long]
        assert view.allowed(Filters(issuer="aBC")) == set(minted)
        assert view.chunk_count(ids) == len(ids)


def test_a_name_that_cannot_be_stored_is_told(catalog) -> None:
    with pytest.raises(CatalogUnavailable, match="文字里有 PostgreSQL 存不下的字符（NUL）"), catalog.write() as writer:
        writer.set_meta("题", "标\0题")
    long = "".join(random.Random(0).choices("一丁七万丈三上下不与丐丑专且世丘丙业丛东丝", k=4000))
    with pytest.raises(CatalogUnavailable, match="文件的编号或名称太长"):
        put(catalog, submission("a.txt", "正文", policy_id=long))


def test_writers_of_two_processes_come_one_after_the_other(catalog, url, tmp_path) -> None:
    def count_up(place: Catalog) -> None:
        for _ in range(20):
            with place.write() as writer:
                writer.next_generation()

    with closing(Catalog(tmp_path / "two", url)) as other:
        threads = [threading.Thread(target=count_up, args=(place,)) for place in (catalog, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert catalog.generation() == 40


def test_the_second_writer_is_refused_by_the_first_ones_name(catalog, url, tmp_path) -> None:
    lock = catalog.lock()
    lock.require()
    with closing(Catalog(tmp_path / "two", url)) as other:
        refused = other.lock(0)
        with pytest.raises(HomeBusy) as caught:
            refused.require()
        assert (caught.value.home, caught.value.place) == (tmp_path / "two", catalog.place)
        assert f" 的进程 {os.getpid()}：" in caught.value.holder
        lock.release()
        refused.require()
        refused.release()


def test_who_lost_the_lock_commits_nothing_after_another_took_it(postgres, catalog, url, tmp_path) -> None:
    lock = catalog.lock()
    lock.require()
    postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 2",
        url.rpartition("/")[2],
    )
    with catalog.write() as writer:  # nobody else has it: nothing is lost
        writer.set_meta("of", "first")
    with closing(Catalog(tmp_path / "two", url)) as other:
        theirs = other.lock(30)
        theirs.require()
        with pytest.raises(LockLost, match="写入权已归另一个进程"), catalog.write() as writer:
            writer.set_meta("of", "late")
        theirs.release()
    lock.release()
    with catalog.database.read() as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.key == "of")) == "first"


def test_a_connection_that_the_server_has_closed_is_made_anew(postgres, catalog) -> None:
    with catalog.view(), catalog.view():
        pass
    name = catalog.place.rpartition("/")[2]
    postgres.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    with catalog.write() as writer, catalog.view() as view:
        assert (writer.next_generation(), view.generation) == (1, 0)
    assert catalog.generation() == 1


def test_a_server_that_was_away_is_used_again_when_it_is_back(postgres, catalog) -> None:
    postgres.stop()
    with pytest.raises(CatalogUnavailable, match="连不上服务器|连接断了"):
        catalog.generation()
    postgres.start()
    assert catalog.generation() == 0


def test_a_backup_is_left_to_the_server(url, tmp_path) -> None:
    with pytest.raises(KBError, match=r"^目录在 postgresql://zhice@127.0.0.1:\d+/base\d+，请用 pg_dump 备份它。"):
        back_up(Settings(home=tmp_path, catalog=url), tmp_path.parent / "a.zip")


def test_an_archive_is_not_restored_beside_the_server(url, tmp_path, monkeypatch) -> None:
    home = tmp_path / "home"
    with open_base(home) as base:
        base.put(submission("a.txt", "正文"))
    back_up(Settings(home=home), tmp_path / "a.zip")
    monkeypatch.setenv("ZHICE_CATALOG", url)
    with pytest.raises(KBError, match="^备份里的目录是 SQLite，而设置 catalog（ZHICE_CATALOG）指向 PostgreSQL。"):
        restore(tmp_path / "a.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_base_in_a_home_is_copied_to_the_server_and_goes_on_there(url, tmp_path, monkeypatch, capsys) -> None:
    home = tmp_path / "home"
    with open_base(home) as base:
        base.put_many(many(30))
        base.put(submission("002.txt", body(2, version=1)))  # an older revision stays
        base.remove_sources(ROOT, ["007.txt"])
        held, vectors, question = tables(base), len(base.store.vectors.sizes()), "养老床位项目达到多少个"
        hits = [hit.chunk.chunk_id for hit in base.search(question)]
    monkeypatch.setenv("ZHICE_CATALOG", url)
    assert main(["share", "--home", str(home)]) == 0
    place = url.replace(f":{QUOTED}", "")
    assert capsys.readouterr().out == (
        f"已复制到 {place}：文件 29 个，片段 {len(held['chunks'])} 个，向量 {vectors} 条。\n"
        f"{home / 'catalog.db'} 和 vectors.db 没有改动，设着 catalog 时不再使用；确认无误后可以移走。\n"
    )
    embedder = HashEmbedder()
    with open_base(home, embedder, create=False) as base:
        assert tables(base) == held
        assert [hit.chunk.chunk_id for hit in base.search(question)] == hits
        base.put_many(many(8))
        assert (embedder.calls, base.store.mended) == (0, (0, 0))  # vectors and index are those of before
    assert main(["share", "--home", str(home)]) == 1
    assert capsys.readouterr().err == f"{place} 里已经有知识库，没有搬。请换一个空的数据库。\n"


def test_what_cannot_be_copied_whole_leaves_nothing(url, tmp_path) -> None:
    home = tmp_path / "home"
    with open_base(home) as base:
        base.put_many(many(3))
        with base.store.writing(), base.store.catalog.write() as writer:
            writer.set_meta("题", "标\0题")  # as an older program let titles have it
    with pytest.raises(CatalogUnavailable, match="存不下的字符"):
        share(Settings(home=home, catalog=url))
    with pytest.raises(HomeMissing):
        Catalog(tmp_path / "other", url)
    with pytest.raises(KBError, match="^没有设置 catalog（ZHICE_CATALOG），不知道搬到哪里。"):
        share(Settings(home=home))
