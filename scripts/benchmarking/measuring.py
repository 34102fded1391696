"""Whole processes, measured from outside, and what a series of such measurements says."""

import os
import signal
import statistics
import subprocess
import time
from dataclasses import dataclass


class Failed(Exception):
    """A measured command did not do its work: what it measured means nothing."""


@dataclass
class Measured:
    """One run of a command."""

    seconds: float
    peak_mib: float
    cpu_seconds: float
    output: str


def run(command, *, env=None, cwd=None, stdin=None, expected=(0,)):
    """Runs a command to its end. Raises Failed when it ends with another code than `expected`."""
    with open(os.path.join(cwd or ".", "stdout"), "w+b") as out, open(os.path.join(cwd or ".", "stderr"), "w+b") as err:
        start = time.monotonic()
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        output = out.read(1 << 20).decode(errors="replace")
        if process.returncode not in expected:
            raise Failed(f"{command[0]} ended with {process.returncode}: {err.read().decode(errors='replace')[-600:]}")
    return Measured(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, output)


class Background:
    """A process that is measured while it runs."""

    def __init__(self, command, *, env=None, cwd=None):
        self.command = command
        self.start = time.time()
        self.errors = os.path.join(cwd or ".", "background.err")
        with open(self.errors, "wb") as err:
            self.process = subprocess.Popen(
                command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def expect_life(self):
        """Raises Failed, with its last words, once the process has ended."""
        if self.process.poll() is not None:
            with open(self.errors, errors="replace") as file:
                raise Failed(f"it ended too early, with {self.process.returncode}: {file.read()[-600:]}")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def cpu_seconds(self):
        """User and system time so far, of a living process."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def peak_mib(self):
        """The most memory that a living process has had resident so far."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024

    @property
    def resident_mib(self):
        """Resident memory at this moment, of a living process."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def interleaved(rounds, *candidates):
    """Calls every candidate once a round, so that a busy minute hits all alike. A list of results for each candidate."""
    results = [[] for _ in candidates]
    for _ in range(rounds):
        for measure, kept in zip(candidates, results):
            kept.append(measure())
    return results


def spread(values, unit="", digits=2):
    """`median (min-max)` as text."""
    low, middle, high = min(values), statistics.median(values), max(values)
    if len(values) == 1:
        return f"{middle:,.{digits}f}{unit}"
    return f"{middle:,.{digits}f}{unit} ({low:,.{digits}f}–{high:,.{digits}f})"
