"""What processes cost: CPU seconds and peak memory, read from /proc (Linux only)."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds used so far, and the sum of the peak resident sizes of the living processes."""

    cpu: float
    peak_mb: float


def busy() -> float:
    """CPU seconds that all processes of the machine, and its host in their stead (steal), have used since it started."""
    user, nice, system, _idle, _wait, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / TICK


def tree(root: int) -> Cost:
    """The process and all below it. Children that ended and were waited for are in their parent's account."""
    cpu = peak = 0.0
    for pid in family(root):
        used = _ticks(pid)
        if used is not None:
            cpu += used / TICK
            peak += _peak_kb(pid) / 1024
    return Cost(cpu, peak)


def family(root: int) -> list[int]:
    """The process and its descendants that live now."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            below.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += below.get(pid, [])
    return found


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name, which may hold spaces: state first."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _ticks(pid: int) -> int | None:
    """User and system time, own and of the children that were waited for."""
    fields = _stat(pid)
    return sum(int(field) for field in fields[11:15]) if fields else None


def _peak_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def machine() -> dict[str, object]:
    """What the figures were taken on. No name of the machine."""
    memory = next(
        line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")
    )
    names = (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory.split()[1]) / 1024**2),
        "processor": next(names, "").partition(":")[2].strip(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }
