"""How a child process is started so that it cannot outlive its parent, and under which identity it runs."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = [
    "Command", "Identity", "end_with_parent", "give_to", "popen_arguments", "run_to_end", "unprivileged_identity",
]  # fmt: skip

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """Who a child is: ``same`` user, an ``account``, or a ``namespace`` whose own user owns our files."""

    kind: Literal["same", "account", "namespace"] = "same"
    uid: int = 0
    gid: int = 0


@dataclass(frozen=True)
class Command:
    """One program of the installation: ``stop`` asks it to end, ``orphan`` is what it gets if its parent dies."""

    name: str
    argv: Sequence[str]
    stop: signal.Signals = signal.SIGTERM
    orphan: signal.Signals = signal.SIGKILL
    identity: Identity = Identity()
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = Path("/")
    gated: bool = False


def popen_arguments(command: Command) -> dict[str, Any]:
    """Return the keyword arguments of Popen and create_subprocess_exec for a command.

    The death signal belongs to the *thread* that forks: start a lasting child on the main thread only.
    """
    arguments: dict[str, Any] = {
        "cwd": str(command.cwd),
        "env": {**os.environ, **command.env},
        "start_new_session": True,
        "preexec_fn": _before_exec(command.orphan, command.identity),
    }
    if command.identity.kind == "account":
        arguments |= {"user": command.identity.uid, "group": command.identity.gid, "extra_groups": []}
    return arguments


def run_to_end(command: Command, *, input_text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a short preparing command; its output and errors come back together as text."""
    return subprocess.run(
        command.argv,
        input=input_text,
        stdin=subprocess.DEVNULL if input_text is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **popen_arguments(command),
    )


def end_with_parent(parent: int, orphan: signal.Signals = signal.SIGKILL) -> None:
    """Let this process get a signal when the thread that started it ends; at once if that has happened."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(orphan))
    if os.getppid() != parent:
        os._exit(1)


@cache
def unprivileged_identity() -> Identity:
    """Return the identity for a program that refuses to run as root.

    As root a user namespace comes first: its user owns our files wherever they lie, also under a home of mode 0700.
    Where namespaces are forbidden an existing account is taken, which must be able to reach the files.
    """
    if os.geteuid() != 0:
        return Identity()
    namespace = Identity("namespace")
    if _runs(namespace, "/bin/true"):
        return namespace
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity("account", account.pw_uid, account.pw_gid)
    raise StartFailure(say("runtime.no-unprivileged-account"))


def give_to(identity: Identity, path: Path) -> None:
    """Make a directory tree belong to an identity, and let an account pass through the directory above it."""
    owner = (identity.uid, identity.gid) if identity.kind == "account" else (os.geteuid(), os.getegid())
    if identity.kind == "account":
        path.parent.chmod(0o711)
    if path.stat().st_uid == owner[0]:
        return
    for folder, _, files in os.walk(path):
        shutil.chown(folder, *owner)
        for file in files:
            shutil.chown(os.path.join(folder, file), *owner)


def _runs(identity: Identity, program: str) -> bool:
    try:
        return run_to_end(Command("probe", [program], identity=identity)).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _before_exec(orphan: signal.Signals, identity: Identity) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        if identity.kind == "namespace":
            _enter_namespace()
        # After any change of user: that change clears the death signal.
        end_with_parent(parent, orphan)

    return prepare


def _enter_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, content in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {gid} 1")):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, content.encode())
        os.close(descriptor)
