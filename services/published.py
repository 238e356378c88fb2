"""All that this system publishes, as `docs/events.md` and `docs/asyncapi.json` (run: `make docs`)."""

from __future__ import annotations

import json
from pathlib import Path

from services.coverage import events as coverage
from services.registry import events as registry
from xianfeng.asyncapi import Published, asyncapi, page
from xianfeng.rpc.runner import own_version

__all__ = ["DOCUMENTS", "PUBLISHED"]

PUBLISHED = [
    Published("registry", registry.CATALOGUE, {kind: registry.topic_of(kind) for kind in registry.CATALOGUE.models}),
    Published("coverage", coverage.CATALOGUE, dict.fromkeys(coverage.CATALOGUE.models, coverage.TOPIC)),
]

DOCUMENTS = {
    "docs/events.md": page(PUBLISHED),
    "docs/asyncapi.json": json.dumps(asyncapi(PUBLISHED, own_version()), ensure_ascii=False, indent=1, sort_keys=True)
    + "\n",
}

if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        Path(name).write_text(text, encoding="utf-8")
