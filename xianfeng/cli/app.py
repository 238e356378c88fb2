"""The command ``xianfeng``: the life of the installation, and the commands that each service adds."""

from __future__ import annotations

import importlib
import os
import sys

from xianfeng.cli.chinese import translate, translate_tree

translate()

import typer  # noqa: E402  (typer takes its words when it is imported)

from xianfeng.cli import backup, lifecycle  # noqa: E402
from xianfeng.failure import StartFailure  # noqa: E402
from xianfeng.words import say  # noqa: E402

__all__ = ["PLUGINS", "build", "main"]

# Command group → the module attribute that answers for it. Named here, imported only when asked for:
# ``xianfeng up`` loads no service and no gRPC, and the platform knows no more of a service than this name.
PLUGINS = {
    "dead-letters": "xianfeng.cli.dead_letters:app",
    "enterprise": "services.registry.cli.groups:enterprise",
    "organisation": "services.registry.cli.groups:organisation",
    "committee": "services.registry.cli.groups:committee",
    "project": "services.registry.cli.groups:project",
    "adviser": "services.registry.cli.groups:adviser",
    "unit": "services.registry.cli.groups:unit",
    "account": "services.registry.cli.groups:account",
    "ledger": "services.registry.cli.ledger:ledger",
    "registry": "services.registry.cli.register:registry",
    "coverage": "services.coverage.cli:app",
    "report": "services.coverage.report_cli:app",
    "demo": "services.registry.cli.demo:demo",
}


def build(arguments: list[str]) -> typer.Typer:
    """Return the command line for these arguments, with the asked-for group, or with all of them for the help."""
    app = typer.Typer(name="xianfeng", help=say("cli.help"), no_args_is_help=True, add_completion=False)
    lifecycle.add_to(app)
    backup.add_to(app)
    wanted = next((a for a in arguments if not a.startswith("-")), None)
    own = {command.name for command in app.registered_commands}
    if wanted not in own:
        for name, target in PLUGINS.items():
            if wanted in (None, name) or wanted not in PLUGINS:
                app.add_typer(_load(target), name=name)
    return app


def main() -> None:
    """Run the command line; a failed start is one sentence and exit code 1."""
    try:
        command = typer.main.get_command(build(sys.argv[1:]))
        translate_tree(command)
        command(prog_name="xianfeng")
    except StartFailure as failure:
        typer.echo(failure.message, err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader (head, less) left; nothing is wrong. Python would complain again when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _load(target: str) -> typer.Typer:
    module, attribute = target.split(":")
    app = getattr(importlib.import_module(module), attribute)
    if not isinstance(app, typer.Typer):
        raise TypeError(f"{target} is a {type(app).__name__}: a command group must be a typer.Typer")
    return app


if __name__ == "__main__":
    main()
