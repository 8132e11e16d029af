"""Fractafrag for AI agents: an MCP server."""
