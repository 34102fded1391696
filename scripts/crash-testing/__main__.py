"""The crash test's command line."""

import argparse
import random
import shutil
import sys
from pathlib import Path

import edits
import kills
from rehearsal import CONCURRENCY, Wrong

FOLDER = Path(__file__).resolve().parents[2] / "out" / "crash-test"


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/crash-test", description="Kills runs, resumes them, and compares the end with the simulator's ledger."
    )
    parser.add_argument("--kills", type=int, default=30, metavar="N", help="at random moments (30)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30), metavar="N", help="of the moments and the faults")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone (repeatable)")
    return parser.parse_args()


def fresh_folder():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    return FOLDER


def spread(costs):
    """`0.6 a kill, at most 4`."""
    return f"{sum(costs) / max(1, len(costs)):.1f} a kill, at most {max(costs, default=0)}"


def kill_at_random(chance, wanted):
    """At random moments, in jobs against a calm API and a flaky one by turns."""
    done, jobs, in_flight, calm, flaky = 0, 0, [], [], []
    while done < wanted:
        is_calm = jobs % 2 == 0
        more, caught, again = kills.at_random(fresh_folder(), min(10, wanted - done), is_calm, chance)
        done, jobs, in_flight = done + more, jobs + 1, in_flight + caught
        (calm if is_calm else flaky).extend(again)
    print(f"{done} kills at random moments in {jobs} jobs of {kills.TOKENS} tokens: nothing missing, nothing told wrong, nothing too much")
    print(f"    in flight, of {CONCURRENCY}: {spread(in_flight)}")
    print(f"    DELETEs sent again: {spread(calm)} against a calm API; {spread(flaky)} against a flaky one")


def kill_at_points(chance, _):
    """At every named moment."""
    for point in kills.POINTS:
        done, costs = 0, []
        for is_calm in (True, False):
            more, again = kills.at_point(fresh_folder(), point, is_calm, chance)
            done, costs = done + more, costs + again
        print(f"{done} kills {point}: nothing missing, nothing told wrong; DELETEs sent again: {spread(costs)}")


def edit_between_kills(chance, _):
    """With a manifest that people go on editing."""
    done, missing = edits.ours(fresh_folder(), chance)
    if missing:
        raise Wrong(f"{missing} tokens of an edited manifest were never asked for")
    print(f"{done} kills of a manifest that is edited before each new start: {missing} of {edits.ADDED[-1]} tokens never sent")


def compare(chance, _):
    """What people would use otherwise."""
    for is_edited in (False, True):
        done, again, missing = edits.parallels(fresh_folder(), chance, is_edited)
        what = "its list edited before each new start" if is_edited else "its list left alone"
        total = edits.ADDED[-1] if is_edited else edits.FIRST[-1]
        cost = f"{again / max(1, done):.1f} DELETEs again a kill, {missing} of {total} tokens never sent"
        print(f"{done} kills of parallel --joblog --resume, {what}: {cost}")


PARTS = {"random": kill_at_random, "points": kill_at_points, "edits": edit_between_kills, "baseline": compare}


def main():
    chosen = arguments()
    chance = random.Random(chosen.seed)
    print(f"crash-test: seed {chosen.seed}", flush=True)
    for name in chosen.only or PARTS:
        try:
            PARTS[name](chance, chosen.kills)
        except Wrong as wrong:
            print(f"crash-test: {name}: {wrong}; its files are in {FOLDER}")
            return 1
        sys.stdout.flush()
    shutil.rmtree(FOLDER, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
