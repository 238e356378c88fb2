"""All that this system publishes, as `docs/events.md` and `docs/asyncapi.json` (run: `make docs`)."""

from __future__ import annotations

import json
from pathlib import Path

from services.coverage import events as coverage
from services.registry import events as registry
from xianfeng.asyncapi import Published, asyncapi, page

__all__ = ["DOCUMENTS", "PUBLISHED"]

VERSION = "0.1.0"

PUBLISHED = [
    Published(
        "registry",
        registry.CATALOGUE,
        {t: registry.UNITS_TOPIC if t in registry.UNIT_TYPES else registry.TOPIC for t in registry.CATALOGUE.models},
    ),
    Published("coverage", coverage.CATALOGUE, dict.fromkeys(coverage.CATALOGUE.models, coverage.TOPIC)),
]

DOCUMENTS = {
    "docs/events.md": page(PUBLISHED),
    "docs/asyncapi.json": json.dumps(asyncapi(PUBLISHED, VERSION), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
}

if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        Path(name).write_text(text, encoding="utf-8")
