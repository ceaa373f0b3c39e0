"""The HTTP interfaces of the running server: REST under ``/api``, OpenAI's chat under ``/v1``, MCP under ``/mcp``."""
