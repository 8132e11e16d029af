"""The agents' door: MCP over streamable HTTP."""
