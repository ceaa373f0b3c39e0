"""The chunker as a LlamaIndex node parser, ``PolicyNodeParser``. llama_index is imported when it is asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ingest.chunk import chunk_document
from kb.model import PolicyDocument

if TYPE_CHECKING:
    from llama_index.core.node_parser import NodeParser
    from llama_index.core.schema import TextNode


def policy_nodes(doc: PolicyDocument, max_chars: int = 400) -> list[TextNode]:
    """One TextNode a chunk: text is the exact slice, the context goes to the embedder through the metadata."""
    from llama_index.core.schema import TextNode

    nodes = []
    for number, draft in enumerate(chunk_document(doc, max_chars)):
        nodes.append(
            TextNode(
                id_=f"{doc.policy_id or doc.revision}@{doc.revision}#{number:03}",
                text=doc.text[draft.start : draft.end],
                start_char_idx=draft.start,
                end_char_idx=draft.end,
                metadata={"policy_id": doc.policy_id, "section": draft.section or "", "context": draft.context},
                excluded_embed_metadata_keys=["policy_id", "section"],
                metadata_template="{value}",
                text_template="{metadata_str}\n{content}",
            )
        )
    return nodes


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the class is made when first asked for
    """``PolicyNodeParser``, a subclass of LlamaIndex's NodeParser."""
    if name == "PolicyNodeParser":
        return _node_parser_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@lru_cache(maxsize=1)
def _node_parser_class() -> type[NodeParser]:
    from llama_index.core.node_parser import NodeParser
    from llama_index.core.schema import BaseNode, MetadataMode

    from ingest.parse import parse_text

    class PolicyNodeParser(NodeParser):
        """Splits nodes that carry the text of one file each into exact slices, by the section tree.

        A file with several articles gives the nodes of all of them; offsets are within the article's text.
        """

        max_chars: int = 400

        def _parse_nodes(self, nodes: Any, show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:  # noqa: ANN401
            made: list[BaseNode] = []
            for node in nodes:
                text = node.get_content(metadata_mode=MetadataMode.NONE)
                for doc in parse_text(text, str(node.metadata.get("file_name", ""))):
                    made.extend(policy_nodes(doc, self.max_chars))
            return made

        def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: Any) -> list[BaseNode]:  # noqa: ANN401
            """Nodes as made: the base class would search each slice in the file's text and overwrite its offsets."""
            return nodes

    return PolicyNodeParser
