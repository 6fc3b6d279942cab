"""Drives an LRS with wrk: its Lua scripts, one run of it, and what it tells, with the driver's own share of the CPU."""

import base64
import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench._server import BenchError

VERSION = "1.0.3"
_DONE = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests":%d,"seconds":%.6f,"bytes":%d,"broken":%d,"refused":%d,"p50":%.3f,"p99":%.3f}\\n',
    summary.requests, summary.duration / 1e6, summary.bytes, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""
_GET = """
local paths, place = {}, 0
for line in io.lines("PATHS") do paths[#paths + 1] = line end
function request()
  place = place % #paths + 1
  return wrk.format("GET", paths[place])
end
"""
_POST = """
local batches, place = {}, 0
local file = assert(io.open("BODIES", "rb"))
local text = file:read("*a")
file:close()
local start = 1
while start <= #text do
  local stop = text:find("\\1", start, true)
  local parts, here = {}, start
  while true do
    local zero = text:find("\\0", here, true)
    if not zero or zero > stop then break end
    parts[#parts + 1] = text:sub(here, zero - 1)
    parts[#parts + 1] = ""
    here = zero + 1
  end
  parts[#parts + 1] = text:sub(here, stop - 1)
  batches[#batches + 1] = parts
  start = stop + 1
end
text = nil
math.randomseed(SEED)
local random, format, concat = math.random, string.format, table.concat
local headers = {["Content-Type"] = "application/json"}
for name, value in pairs(wrk.headers) do headers[name] = value end
function request()
  place = place % #batches + 1
  local parts = batches[place]
  for i = 2, #parts, 2 do
    parts[i] = format("%08x-%04x-4%03x-%04x-%04x%08x", random(0, 4294967295), random(0, 65535), random(0, 4095),
      random(32768, 49151), random(0, 65535), random(0, 4294967295))
  end
  return wrk.format("POST", "PATH", headers, concat(parts))
end
"""


@dataclass(frozen=True)
class Run:
    """What one run of wrk showed; times in milliseconds, `driver` in cores."""

    requests: int
    seconds: float
    broken: int
    refused: int
    p50: float
    p99: float
    size: float
    driver: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def require_wrk() -> str:
    """The path of wrk; BenchError without it."""
    found = shutil.which("wrk")
    if found is None:
        raise BenchError("wrk is not installed: apt-get install wrk")
    return found


def get_script(folder: Path, paths: Iterable[str]) -> Path:
    """A script that asks for `paths`, with their parameters, one after the other and again from the start."""
    listed = folder / f"{secrets.token_hex(4)}.paths"
    listed.write_text("".join(f"{path}\n" for path in paths))
    return _script(folder, _GET.replace("PATHS", str(listed)))


def post_script(folder: Path, path: str, batches: Iterable[list[bytes]]) -> Path:
    """A script that posts `batches` in turn: each is the pieces of JSON between statement ids, which are new each
    time."""
    bodies = folder / f"{secrets.token_hex(4)}.bodies"
    with open(bodies, "wb") as file:
        for pieces in batches:
            file.write(b"\0".join(pieces) + b"\1")
    script = _POST.replace("BODIES", str(bodies)).replace("PATH", path)
    return _script(folder, script.replace("SEED", str(secrets.randbits(31))))


def drive(script: Path, url: str, login: str, *, connections: int, seconds: float) -> Run:
    """One run of `script` on `connections` connections that stay open, for `seconds`; `login` is `key:secret`.

    When nothing was answered in that time it is done again with four times as much, then BenchError.
    """
    for _ in range(4):
        found = _run(script, url, login, connections, max(1, round(seconds)))
        if found.requests:
            return found
        seconds = max(1, round(seconds)) * 4
    raise BenchError(f"no request was answered within {seconds / 4:.0f} s")


def _run(script: Path, url: str, login: str, connections: int, seconds: int) -> Run:
    token = base64.b64encode(login.encode()).decode()
    command = [
        require_wrk(), "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
        "--timeout", "120s", "--script", str(script), "--latency",
        "--header", f"Authorization: Basic {token}", "--header", f"X-Experience-API-Version: {VERSION}", url,
    ]  # fmt: skip
    begun = time.perf_counter()
    with open(script.with_suffix(".out"), "w+b") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        out.seek(0)
        text = out.read().decode(errors="replace")
    told = next((line for line in text.splitlines() if line.startswith("RESULT ")), None)
    if process.returncode or told is None:
        raise BenchError(f"wrk failed: {text[-1000:]}")
    found = json.loads(told.removeprefix("RESULT "))
    size = found["bytes"] / max(1, found["requests"])
    return Run(
        found["requests"], found["seconds"], found["broken"], found["refused"], found["p50"], found["p99"],
        size, (used.ru_utime + used.ru_stime) / wall,
    )  # fmt: skip


def _script(folder: Path, text: str) -> Path:
    path = folder / f"{secrets.token_hex(4)}.lua"
    path.write_text(text + _DONE)
    return path
