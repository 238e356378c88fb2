"""`make bench`: every figure with its target, in one run; `--write` keeps them in docs/measurements.md."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench import (
    commands,
    demonstration,
    frames,
    imports,
    ledger,
    pages,
    paint,
    readers,
    rebuild,
    reports,
    standing,
)
from tests.bench.figure import Figure, machine, page

PARTS = {
    "standing": standing.measure,
    "frames": frames.measure,
    "pages": pages.measure,
    "readers": readers.measure,
    "paint": paint.measure,
    "commands": commands.measure,
    "imports": imports.measure,
    "ledger": ledger.measure,
    "reports": reports.measure,
    "demonstration": demonstration.measure,
    "rebuild": rebuild.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--write", type=Path, help="a Markdown file to write")
    options = parser.parse_args()
    print(machine(), flush=True)
    figures: list[Figure] = []
    for name in options.parts or PARTS:
        for figure in PARTS[name]():
            figures.append(figure)
            print(figure.row(), flush=True)
            if options.write:
                options.write.write_text(page(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
