"""The chunker as a LlamaIndex node parser. llama_index is imported when a parser is made, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.chunk import chunk_document
from kb.model import PolicyDocument

if TYPE_CHECKING:
    from llama_index.core.node_parser import NodeParser
    from llama_index.core.schema import BaseNode, TextNode


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


def policy_node_parser(max_chars: int = 400) -> NodeParser:
    """A ``PolicyNodeParser``: splits nodes that carry the text of one document each, by its section tree.

    A node's text is parsed with ``parse_document``; a file with several articles gives the nodes of all of them.
    """
    from llama_index.core.node_parser import NodeParser
    from llama_index.core.schema import MetadataMode

    from ingest.parse import parse_text

    class PolicyNodeParser(NodeParser):
        """Splits documents by their section tree into exact slices."""

        max_chars: int = 400

        def _parse_nodes(self, nodes: Any, show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:  # noqa: ANN401
            made: list[BaseNode] = []
            for node in nodes:
                text = node.get_content(metadata_mode=MetadataMode.NONE)
                for doc in parse_text(text, str(node.metadata.get("file_name", ""))):
                    made.extend(policy_nodes(doc, self.max_chars))
            return made

    return PolicyNodeParser(max_chars=max_chars, include_metadata=False, include_prev_next_rel=False)
