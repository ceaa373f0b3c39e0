"""What bulk ingest is made of, each part alone and without a cluster."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from ingest.bulk import cluster, reader, stages
from ingest.bulk.pools import Pools, pools
from ingest.bulk.prepared import PreparedEmbedder
from ingest.bulk.quiet import only_our_words
from ingest.cli import main
from ingest.isolation import Workers
from ingest.reading import INGEST_VERSION, Reading, Refusal, Request
from ingest.scan import scan
from ingest.sync import sync
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.errors import KBError
from kb.model import indexed_text
from kb.vectors import vector_key
from tests.fakes import HashEmbedder

TEXT = "云溪市关于{}的通知\n各乡镇：\n一、到2033年，全市养老床位达到1200张。\n"


def requests(folder: Path, *names: str) -> list[Request]:
    for name in names:
        (folder / f"{name}.txt").write_text(TEXT.format(name), "utf-8")
    return [Request(folder / f"{n}.txt", str(folder), f"{n}.txt", 1) for n in names]


def terms(**changes: object) -> stages.Terms:
    return stages.Terms(**{"version": INGEST_VERSION, "model": "m", "seconds": 60.0, "memory_mb": 1000} | changes)


def read(given: stages.Terms, asked: list[Request], known: list[str]) -> list[tuple[object, list[str]]]:
    """Outcomes of the two first stages, with the keys of texts to embed."""
    stage = stages.Read(given, b"")
    stage._known = np.sort(stages.shortened(known))
    rows = stage(stages.fetch(stages.pack(asked))).to_pylist()
    for row in rows:
        row["vector"] = row["text"] and b"\0" * 4
    return [(outcome, list(vectors)) for outcome, vectors in stages.unpack([stages._table(rows)])]


def keys(outcome: object) -> list[str]:
    assert isinstance(outcome, Reading)
    return [
        vector_key("m", indexed_text(chunk.context, one.document.text[chunk.start : chunk.end]))
        for one in outcome.submissions
        for chunk in one.chunks
    ]


def test_files_are_read_as_in_a_plain_sync_also_those_that_bring_a_process_down(tmp_path):
    asked = requests(tmp_path, "甲", "crash", "乙", "killed")
    asked += [Request(tmp_path / "没有.txt", str(tmp_path), "没有.txt", 1)]
    with Workers(module="tests.hostile_worker") as workers:
        plain = list(workers.read(asked))
    assert [type(o) for o in plain] == [Reading, Refusal, Reading, Refusal, Refusal]
    known = keys(plain[0])
    wanted = [[], [], keys(plain[2]), [], []]
    bulk = read(terms(worker="tests.hostile_worker"), asked, known)
    assert bulk == list(zip(plain, wanted, strict=True))


def test_a_machine_with_another_version_reads_nothing(tmp_path):
    ((fault, _),) = read(terms(version="another"), requests(tmp_path, "甲"), [])
    why = "的知策与本机不是同一版本，读出的内容会不一样。请在每台机器装上同一版本后再运行"
    assert fault == stages.Fault(f"集群里的机器 {socket.gethostname()} {why}")


def test_vectors_of_texts_take_the_place_of_texts_and_a_model_that_is_missing_is_named():
    rows = [{"key": "k", "text": "养老床位"}, {"outcome": b"1"}]
    stage = stages.Embed({"embedding": "openai:fake", "embedding_url": None})
    (fault,) = [outcome for outcome, _ in stages.unpack([stage(stages._table(rows))])]
    assert isinstance(fault, stages.Fault)
    assert fault.why.startswith(f"集群里的机器 {socket.gethostname()} 算不了向量：使用 openai:fake 需要接口地址。")
    stage._embedder = HashEmbedder()
    first, second = stage(stages._table(rows)).to_pylist()
    assert np.frombuffer(first.pop("vector"), "<f4").tolist() == HashEmbedder().embed_query("养老床位").tolist()
    empty = dict.fromkeys(("file", "text", "outcome"))
    assert (first, second) == (empty | {"key": "k"}, empty | {"key": None, "vector": None, "outcome": b"1"})


def test_pools_fill_the_machines_and_leave_room_to_read():
    sizes = {
        "one core each": pools([{"CPU": 1.0}, {"CPU": 1.0}], "bundled:m"),
        "this machine": pools([{"CPU": 3.0}], "bundled:m"),
        "uneven, and one that only hands in": pools([{"CPU": 64.0}, {"CPU": 4.0}, {"memory": 1.0}], "bundled:m"),
        "graphics": pools([{"CPU": 8.0, "GPU": 2.0}, {"CPU": 2.0}], "st:m"),
        "graphics that the model cannot use": pools([{"CPU": 16.0, "GPU": 2.0}], "bundled:m"),
        "endpoint": pools([{"CPU": 2.0}], "openai:m"),
    }
    assert sizes == {
        "one core each": Pools(2, 0.5, 2, 0.5, 0, 64),
        "this machine": Pools(1, 1, 1, 2, 0, 64),
        "uneven, and one that only hands in": Pools(2, 1, 22, 3, 0, 64),
        "graphics": Pools(10, 1, 2, 0, 1, 1024),
        "graphics that the model cannot use": Pools(8, 1, 1, 8, 0, 64),
        "endpoint": Pools(1, 1, 1, 0.5, 0, 64),
    }
    with pytest.raises(KBError, match="没有可用的 CPU"):
        pools([{"memory": 1.0}], "bundled:m")


def test_prepared_vectors_are_handed_out_once_and_what_is_not_prepared_is_made():
    model = HashEmbedder()
    made = dict(zip("甲乙丙", HashEmbedder().embed_passages(list("甲乙丙")), strict=True))
    prepared = PreparedEmbedder(model, files=2)
    for text in "甲乙丙":
        prepared.offer({vector_key(model.name, text): made[text]})
    assert (prepared.name, prepared.dimension) == ("fake:bigrams", 256)
    assert prepared.embed_passages(["丙", "乙", "丙"]).tolist() == [made[t].tolist() for t in "丙乙丙"]
    assert model.calls == 0
    assert prepared.embed_passages(["乙", "甲"]).tolist() == [made[t].tolist() for t in "乙甲"]
    assert model.calls == 2
    assert prepared.embed_passages([]).shape == (0, 256)


def test_a_fault_of_a_stage_ends_the_sync(tmp_path, monkeypatch):
    def tables(dataset: object, stopping: object) -> Iterator[object]:
        yield stages._fault("算不了向量：没有模型")

    monkeypatch.setattr(reader, "_tables", tables)
    monkeypatch.setattr(reader, "cluster", lambda address: nullcontext([{"CPU": 2.0}]))
    monkeypatch.setattr(reader.BulkReader, "_dataset", lambda *given: None)
    folder = tmp_path / "文件"
    folder.mkdir()
    requests(folder, "甲")
    settings = Settings(home=tmp_path / "home")
    with (
        reader.BulkReader("local", settings) as bulk,
        KnowledgeBase.open(settings, write=True, create=True, embedder=bulk.embedder) as base,
    ):
        with pytest.raises(KBError, match=f"^集群里的机器 {socket.gethostname()} 算不了向量：没有模型$"):
            sync(base, scan(folder), reader=bulk.read_for(base))
        assert base.documents() == []


def test_ray_is_silent_while_the_program_speaks(capfd, monkeypatch):
    monkeypatch.setattr(sys, "stderr", open(2, "w", closefd=False))  # noqa: SIM115 - as at the start of a program
    with only_our_words():
        os.write(2, b"native\n")
        print("Ray")
        print("程序", file=sys.stderr)
    os.write(2, b"after\n")
    print("结果")
    assert capfd.readouterr() == ("结果\n", "程序\nafter\n")


def test_without_ray_the_command_says_what_to_install(monkeypatch, tmp_path, capsys):
    real = importlib.util.find_spec
    monkeypatch.setattr(cluster.importlib.util, "find_spec", lambda name: None if name == "ray" else real(name))
    requests(tmp_path, "甲")
    home = tmp_path / "home"
    assert main(["sync", str(tmp_path), "--home", str(home), "--ray"]) == 1
    assert capsys.readouterr().err == (
        "--ray 需要 Ray，这里没有装。请运行 pip install 'zhice[ray]'（源码目录里：pip install '.[ray]'）。\n"
    )
    assert not home.exists()


@pytest.mark.parametrize("given", ["文件", "10.0.0.1", "ray://10.0.0.1:10001", "10.0.0.1:99999"])
def test_what_is_no_address_is_wrong_usage(tmp_path, capsys, given):
    with pytest.raises(SystemExit) as error:
        main(["sync", str(tmp_path), "--ray", given])
    assert error.value.code == 2
    assert f"--ray 后面的 {given} 不是“主机:端口”；只用本机时把 --ray 写在所有路径之后" in capsys.readouterr().err


def test_a_cluster_that_is_not_there_is_named_and_nothing_is_lost(tmp_path, capsys, free_port):
    requests(tmp_path, "甲")
    home = tmp_path / "home"
    assert main(["sync", str(tmp_path), "--home", str(home), "--ray", f"127.0.0.1:{free_port}"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        f"连不上 Ray 集群 127.0.0.1:{free_port}（Connection refused）。请确认地址和端口，以及集群已经启动。\n",
    )
