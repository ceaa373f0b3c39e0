"""The LlamaIndex node parser gives exact slices with their offsets."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ingest.node_parser import policy_nodes
from ingest.parse import parse_text

TEXT = "云溪市遛狗规定\n第一条 遛狗要拴绳。\n第二条 绳长不超过两米。\n第三条 本规定自2031年3月1日起施行。"


def test_nodes_are_slices_of_the_document() -> None:
    from llama_index.core.schema import Document, MetadataMode

    from ingest.node_parser import PolicyNodeParser

    nodes = PolicyNodeParser(max_chars=60).get_nodes_from_documents([Document(text=TEXT)])
    (doc,) = parse_text(TEXT)
    assert [n.text for n in nodes] == [doc.text[n.start_char_idx : n.end_char_idx] for n in nodes]
    assert [n.metadata["section"] for n in nodes] == ["", "第一条", "第二条", "第三条"]
    assert nodes[1].get_content(MetadataMode.EMBED) == "云溪市遛狗规定 > 第一条\n第一条 遛狗要拴绳。"
    assert nodes[1].get_content(MetadataMode.NONE) == "第一条 遛狗要拴绳。"


def test_nodes_carry_the_policy_id() -> None:
    (doc,) = parse_text(TEXT)
    node = policy_nodes(doc)[0]
    assert (node.metadata["policy_id"], node.id_) == ("", f"{doc.revision}@{doc.revision}#000")


def test_importing_the_module_does_not_import_llama_index() -> None:
    code = "import sys, ingest.node_parser; sys.exit(any(m.startswith('llama_index') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_an_unknown_name_is_an_error() -> None:
    import ingest.node_parser as module

    with pytest.raises(AttributeError, match="Splitter"):
        module.Splitter  # noqa: B018
