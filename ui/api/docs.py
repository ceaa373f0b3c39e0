"""The page of the description, from files that came with the installation: nothing is fetched from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SHOWN = {"defaultModelsExpandDepth": 0, "validatorUrl": None}


def add_docs(api: Any) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the page at ``/docs`` and what it loads."""
    from fastapi.openapi.docs import get_swagger_ui_html
    from starlette.exceptions import HTTPException
    from starlette.responses import FileResponse

    static = Path(str(files("fastapi_offline"))) / "static"
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title="知策的接口",
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="/favicon.ico",
        swagger_ui_parameters=_SHOWN,
    )
    page.headers["Content-Security-Policy"] = _POLICY

    def docs(request: Any) -> Any:  # noqa: ANN401, ARG001
        return page

    def asset(request: Any) -> Any:  # noqa: ANN401
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise HTTPException(404)
        return FileResponse(static / name, media_type=_ASSETS[name], headers={"Cache-Control": "no-cache"})

    api.add_route("/docs", docs, include_in_schema=False)
    api.add_route("/docs/{name}", asset, include_in_schema=False)
