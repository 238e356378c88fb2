"""Mappings by name: those that come with the system, and those that an office saved in its data directory."""

from __future__ import annotations

import re
from pathlib import Path

from services.registry.ledger.mapping import Mapping, read_mapping, written
from services.registry.ledger.plan import fault

__all__ = ["Mappings"]

LAYOUTS = Path(__file__).with_name("layouts")
_NAME = re.compile(r"[\w-]{1,40}")


class Mappings:
    """`data_dir` is the installation's; a saved mapping goes before a supplied one of the same name."""

    def __init__(self, data_dir: Path) -> None:
        self._saved = data_dir / "mappings"

    def names(self) -> list[str]:
        """Every name, in order."""
        return sorted({path.stem for place in (LAYOUTS, self._saved) for path in place.glob("*.toml")})

    def find(self, name: str) -> Mapping:
        """The mapping of this name. Raises Refused when there is none, or it is wrong."""
        return read_mapping(self.path(name))

    def path(self, name: str) -> Path:
        """Where it stands. Raises Refused when there is none."""
        if _NAME.fullmatch(name):
            for place in (self._saved, LAYOUTS):
                if (found := place / f"{name}.toml").is_file():
                    return found
        raise fault("mapping-unknown", name=name, names="、".join(self.names()))

    def save(self, name: str, source: Path) -> Path:
        """Keep the mapping of this file under a name, in place of an older one. Raises Refused when it is wrong."""
        self._require_name(name)
        read_mapping(source)
        return self._keep(name, source.read_bytes())

    def keep(self, name: str, mapping: Mapping) -> Path:
        """Keep this mapping under a name, in place of an older one. Raises Refused for a name that is none."""
        self._require_name(name)
        return self._keep(name, written(mapping).encode())

    def _keep(self, name: str, content: bytes) -> Path:
        self._saved.mkdir(parents=True, exist_ok=True)
        new = self._saved / f".{name}.new"
        new.write_bytes(content)
        return new.replace(self._saved / f"{name}.toml")

    def _require_name(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise fault("mapping-name", name=name)
