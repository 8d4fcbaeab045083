"""Questions about an answer, each a small pure module over the core."""
