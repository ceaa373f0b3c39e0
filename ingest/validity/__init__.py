"""What a document says of its own validity (施行, 有效期, 有效性) and of that of others (废止, 修订, 延长).

``subject``: how a document speaks of itself; ``begins``: since when; ``terms``: until when; ``state``: both put into
the document. ``citations``: what a sentence does to the documents it cites; ``listed``: lists of repealed documents;
``repeals``: both put into the references.
"""

from ingest.validity.repeals import with_repeals
from ingest.validity.state import with_validity

__all__ = ["with_repeals", "with_validity"]
