"""The two networks that read pictures: where lines of text stand (detection), and what a line says (recognition).

They are the PP-OCR small models that lie in the rapidocr package; nothing is fetched.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from cv2.typing import MatLike
    from numpy.typing import NDArray

    Picture = MatLike  # uint8, height x width x 3, blue first
    Quad = NDArray[np.float32]  # 4 x 2: left top, right top, right bottom, left bottom, in pixels

_DETECTION, _RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_THREADS = 2
#: Detection sees a picture with its longer side at least this many pixels long, if it has them.
SIDE = 960
_SHARE = 0.4  # of a large picture's own size: a newspaper page has small type
_MAX_BOXES = 4000
_BATCH = 2  # lines of about one width; more at once are slower on two cores
_LOCK = threading.Lock()
_engines: list[Engine] = []


class EngineMissing(Exception):
    """A package or a model file of the text recognition is not installed."""


class _Options(dict[str, Any]):
    """What rapidocr's classes ask of their configuration: items, and these attributes."""

    def __init__(self, **options: object) -> None:
        from rapidocr import EngineType

        super().__init__(options)
        self.engine_type = EngineType.ONNXRUNTIME
        self.lang_type = "ch"
        self.font_path = None


class Engine:
    """Both networks, made once a process by :func:`engine`. One picture at a time."""

    def __init__(self) -> None:
        import logging

        from rapidocr.ch_ppocr_det import TextDetector
        from rapidocr.ch_ppocr_rec import TextRecognizer

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)  # it would name its models on the terminal
        self._lock = threading.Lock()
        self._detector = TextDetector(
            _Options(
                session=_session(_DETECTION),
                limit_side_len=SIDE,
                limit_type="max",
                mean=[0.5, 0.5, 0.5],
                std=[0.5, 0.5, 0.5],
                unclip_ratio=1.6,
                max_candidates=_MAX_BOXES,
                use_dilation=True,
            )
        )
        self._recognizer = TextRecognizer(
            _Options(session=_session(_RECOGNITION), rec_batch_num=_BATCH, rec_img_shape=[3, 48, 320])
        )

    def boxes(self, picture: Picture) -> list[Quad]:
        """Where the lines of text are."""
        with self._lock:
            self._detector.limit_side_len = max(SIDE, round(_SHARE * max(picture.shape[:2])))
            found = self._detector(picture).boxes
        return [] if found is None else list(found)

    def texts(self, crops: Sequence[Picture]) -> list[tuple[str, float]]:
        """What each picture of one line says, with the confidence from 0 to 1."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        if not crops:
            return []
        with self._lock:
            found = self._recognizer(TextRecInput(img=list(crops), return_word_box=False))
        return [(text, float(score)) for text, score in zip(found.txts or (), found.scores or (), strict=True)]


def engine() -> Engine:
    """The engine of this process, made when first asked for (about a second). Raises EngineMissing."""
    with _LOCK:
        if not _engines:
            try:
                _engines.append(Engine())
            except (ImportError, FileNotFoundError) as error:
                raise EngineMissing(str(error)) from error
        return _engines[0]


def _session(name: str) -> Any:  # noqa: ANN401 - an onnxruntime session
    import onnxruntime
    import rapidocr

    path = Path(rapidocr.__file__).parent / "models" / name
    if not path.is_file():
        raise FileNotFoundError(str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the memory of the largest page
    options.log_severity_level = 4
    # Waiting threads that spin take the processor from other readers: two files at once took 3.1 s a page, not 2.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
