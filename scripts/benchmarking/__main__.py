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

SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
SMALL_SIZES = (2000, 20_000)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description="Measures tokensweep side by side with its peers.")
    parser.add_argument("--only", metavar="N,…", help=f"these comparisons alone: {', '.join(ALL)}")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often each comparison is repeated")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to see that the script works")
    parser.add_argument("--scale", action="store_true", help="the cost curve over 10 k, 100 k, 1 M and 5 M items")
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


def scale(bench, sizes):
    """The same work at several sizes, once each: a row for each figure, a column for each size."""
    curves, broken = {}, 0
    for count in sizes:
        print(f"benchmark: {count:,} items", file=sys.stderr)
        sized = replace(bench, rounds=1, planned=count, pending=count, few_pending=min(count, 50_000), requests=count)
        # The peers of the first two take minutes for millions; a small queue runs dry before its pace is known.
        names = (["1", "2"] if count <= 1_000_000 else []) + ["4"] + (["6", "8"] if count >= 20_000 else []) + ["9", "13"]
        rows, failed = measure(sized, names)
        broken += failed
        for row in rows:
            curves.setdefault((row.number, row.what.replace(f"{count:,}", "N")), {})[count] = row
    return curves, broken


def curve_table(curves, sizes):
    yield f"| # | measured | {' | '.join(f'{count:,}' for count in sizes)} |"
    yield "|---|---|" + "---|" * len(sizes)
    for (number, what), rows in curves.items():
        yield f"| {number} | {what} | {' | '.join(cell(rows.get(count)) for count in sizes)} |"


def cell(row):
    """Our figure and, where that is another one, what the target is about."""
    if row is None:
        return ""
    return row.ours if row.ours.startswith(row.value) else f"{row.ours}; {row.value}"


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
    if chosen.scale:
        sizes = SMALL_SIZES if chosen.small else SIZES
        curves, broken = scale(bench, sizes)
        lines = [machine() + ".", "", *curve_table(curves, sizes)]
    else:
        rows, broken = measure(bench, names)
        lines = [machine() + ".", "", *table(rows)]
    shutil.rmtree(folder)
    print("\n".join(lines))
    if chosen.record and not chosen.scale and not broken:
        record(lines)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
