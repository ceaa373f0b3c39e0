"""A process that draws pages for another: ``python -m ingest.page_worker MEGABYTES``. See ``ingest.worker``."""

from __future__ import annotations

from ingest.page_image import draw_page
from ingest.worker import serve

if __name__ == "__main__":
    serve(draw_page)
