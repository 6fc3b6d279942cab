"""A Spark standalone cluster of one's own, for tests and measures: a master and workers on loopback."""

import os
import re
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

STARTED = re.compile(r"Starting Spark master at (spark://\S+)")
REGISTERED = "Registering worker"
SECONDS = 120
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options of a Java program that lives for a minute: compiling well would cost more than it saves."""
SMALL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "512m",
    "spark.executor.memory": "512m",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.driver.extraJavaOptions": QUICK_START,
    "spark.executor.extraJavaOptions": QUICK_START,
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}
"""Settings of a session for a few thousand rows: no more threads and files than two workers need."""

DAEMON = {"SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": QUICK_START}


def programs() -> Path | None:
    """The folder of Spark's programs that comes with pyspark, when Java is here too."""
    found = find_spec("pyspark")
    if found is None or found.origin is None or shutil.which("java") is None:
        return None
    return Path(found.origin).parent / "bin"


class SparkCluster:
    """A running master with `workers` workers of one core each; logs and work go to `folder`."""

    def __init__(self, programs: Path, folder: Path, workers: int = 2, memory: str = "700m") -> None:
        self._programs, self._folder = programs, folder
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            self.master = self._start_master()
            for number in range(workers):
                self._start_worker(number, memory)
            self._wait(lambda log: log.count(REGISTERED) >= workers)
        except BaseException:
            self.stop()
            raise

    @property
    def pids(self) -> list[int]:
        """The processes of the cluster, the master first."""
        return [process.pid for process in self._processes]

    def stop(self) -> None:
        """Ends every process that was started."""
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def _start_master(self) -> str:
        self._start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0")
        log = self._wait(lambda log: STARTED.search(log) is not None)
        return str(STARTED.findall(log)[0])

    def _start_worker(self, number: int, memory: str) -> None:
        work = self._folder / f"work-{number}"
        options = ("--host", "127.0.0.1", "--cores", "1", "--memory", memory, "--work-dir", str(work))
        self._start(f"worker-{number}", "org.apache.spark.deploy.worker.Worker", *options, self.master)

    def _start(self, name: str, *command: str) -> None:
        environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", **DAEMON}
        options = [command[0], "--webui-port", "0", *command[1:]]
        with (self._folder / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(  # noqa: S603 - our own programs
                    [str(self._programs / "spark-class"), *options], stdout=log, stderr=log, env=environment
                )
            )

    def _wait(self, until) -> str:
        """The master's log, as soon as `until` is true of it. Raises TimeoutError with the log's end."""
        last, log = time.monotonic() + SECONDS, ""
        while time.monotonic() < last:
            log = (self._folder / "master.log").read_text(encoding="utf-8", errors="replace")
            if until(log):
                return log
            if self._processes[0].poll() is not None:
                break
            time.sleep(0.1)
        raise TimeoutError(f"Spark did not start: {log[-1000:]}")
