"""The benchmark's command line: chooses the comparisons, prints the table, records it in the README."""

import argparse
import datetime
import os
import platform
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from comparisons import ALL, Bench
from measuring import Failed

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"

FULL = Bench(
    Path(), rounds=5, requests=100_000, planned=1_000_000, pending=5_000_000, few_pending=50_000, paced=2000, forked=2000,
    simulated=1_000_000,
)
# Only shows that every comparison works: its figures mean nothing.
SMALL = Bench(
    Path(), rounds=1, requests=2000, planned=5000, pending=20_000, few_pending=10_000, paced=400, forked=50, simulated=10_000
)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description="Measures tokensweep side by side with its peers.")
    parser.add_argument("--only", metavar="N,…", help=f"these comparisons alone: {', '.join(ALL)}")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each comparison is repeated")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to see that the script works")
    parser.add_argument("--scale", action="store_true", help="planning, running and reporting over 10 k, 100 k, 1 M and 5 M items")
    parser.add_argument("--record", action="store_true", help="write the table into the README")
    return parser.parse_args()


def machine():
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return (
        f"{os.cpu_count()} cores ({model.group(1) if model else platform.machine()}), {int(memory.group(1)) / (1 << 20):.0f} GiB, "
        f"Linux {platform.release()}, {datetime.date.today()}"
    )


def table(rows):
    yield "| # | measured | tokensweep | peer | median (min–max) | target | met |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        met = {True: "yes", False: "**no**", None: ""}[row.met]
        yield f"| {row.number} | {row.what} | {row.ours} | {row.peer} | {row.value} | {row.target} | {met} |"


def measure(bench, names):
    rows, broken = [], 0
    for name in names:
        print(f"benchmark: {ALL[name].__name__}", file=sys.stderr)
        try:
            for row in ALL[name](bench):
                rows.append(row)
                print(f"    {row.what}: {row.ours} | {row.peer} | {row.value} (target {row.target})", file=sys.stderr)
        except Failed as failure:
            broken += 1
            print(f"    failed: {failure}", file=sys.stderr)
    return rows, broken


def scale(bench):
    """The same work at four sizes, once each."""
    rows, broken = [], 0
    for count in (10_000, 100_000, 1_000_000, 5_000_000):
        sized = replace(bench, rounds=1, planned=count, pending=count, few_pending=min(count, 50_000), requests=count)
        more, failed = measure(sized, ["4", "9", "13"] + (["1"] if count <= 1_000_000 else []))
        rows += more
        broken += failed
    return rows, broken


def record(lines):
    readme = ROOT / "README.md"
    text = readme.read_text()
    if BEGIN not in text or END not in text:
        sys.exit(f"README.md lacks {BEGIN} or {END}")
    head, tail = text.split(BEGIN)[0], text.split(END)[1]
    readme.write_text(head + BEGIN + "\n\n" + "\n".join(lines) + "\n\n" + END + tail)


def main():
    chosen = arguments()
    names = list(ALL) if not chosen.only else chosen.only.split(",")
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"scripts/benchmark: no comparison {', '.join(unknown)}; there are {', '.join(ALL)}")
    folder = ROOT / "out" / "benchmark"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bench = replace(SMALL if chosen.small else FULL, folder=folder)
    if chosen.rounds:
        bench = replace(bench, rounds=chosen.rounds)
    rows, broken = scale(bench) if chosen.scale else measure(bench, names)
    shutil.rmtree(folder)
    lines = [machine() + ".", "", *table(rows)]
    print("\n".join(lines))
    if chosen.record and not broken:
        record(lines)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
