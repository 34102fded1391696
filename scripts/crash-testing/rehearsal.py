"""A simulated API on loopback, the program beside it, and the comparison of what the program says with what truly happened."""

import collections
import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

BINARIES = Path(os.environ["TOKENSWEEP_BINARIES"])
SHIPPED = BINARIES / "tokensweep"
CRASHING = Path(os.environ["CRASHING_TOKENSWEEP"])
ACCOUNT = "023e105f4ecef8ad9ca31a8372d0c353"
SECRET = "cfut_crashtest"
CONCURRENCY = 8
GONE = {"deleted", "already_absent", "presumed_deleted"}
LOST = "the program ended before the answer came"
FAULTS = [
    {"kind": kind, "probability": 0.02}
    for kind in ("lost_reply", "reset_before", "truncated", "http_500", "plain_522", "html_502", "success_no_result", "conflict")
]


def token(number):
    return f"00000000-0000-4000-8000-{number:012x}"


class Wrong(Exception):
    """What a job claimed or did is not what it should have."""


class Simulator:
    """A simulated API with tokens from 1 on, of which the last ones are in use."""

    def __init__(self, folder, tokens, in_use, faults, seed):
        self.ledger_path = folder / "ledger.jsonl"
        world = {
            "seed": seed, "rate": "none", "latency": "10ms", "jitter": "20ms", "faults": faults,
            "accounts": [{"id": ACCOUNT, "tokens": [
                {"generate": tokens - in_use}, {"generate": in_use, "first": tokens - in_use + 1, "in_use": True},
            ]}],
            "credentials": [{"label": "crash-test", "token": SECRET}],
        }
        (folder / "world.json5").write_text(json.dumps(world))
        command = [BINARIES / "cloudflare-simulator", "--world", folder / "world.json5", "--ledger", self.ledger_path]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def deletes(self):
        with open(self.ledger_path) as file:
            entries = [json.loads(line) for line in file if line.endswith("\n")]
        return [entry for entry in entries if entry["method"] == "DELETE"]

    def size(self):
        """Of the ledger, in bytes."""
        return self.ledger_path.stat().st_size if self.ledger_path.exists() else 0

    def sent(self):
        """How many DELETEs there were for each token."""
        return collections.Counter(entry["token_id"] for entry in self.deletes())

    def removed(self):
        return {entry["token_id"] for entry in self.deletes() if entry["effect"] == "deleted"}


def some_time(chance, simulator, longest=0.4):
    """Returns a function that waits: for a random time, or until a random number of requests have come and a moment more. On a busy
    machine the first alone would kill nothing but beginnings."""
    seconds, growth, moment = chance.uniform(0, longest), chance.uniform(0, 30_000), chance.uniform(0, 0.03)
    by_time = chance.random() < 0.25

    def wait(process):
        deadline, start = time.monotonic() + (seconds if by_time else 60), simulator.size()
        while process.poll() is None and time.monotonic() < deadline:
            if not by_time and simulator.size() > start + growth:
                deadline = min(deadline, time.monotonic() + moment)
            time.sleep(0.001)

    return wait


class Program:
    """The program with a queue of its own."""

    limits = ["--quiet", "--concurrency", str(CONCURRENCY)]

    def __init__(self, folder, url):
        self.folder = folder
        self.environment = {
            **os.environ, "CLOUDFLARE_API_TOKEN": SECRET, "CLOUDFLARE_BASE_URL": url, "TOKENSWEEP_QUEUE": str(folder / "queue.db"),
        }
        self.manifest = folder / "manifest.csv"

    def write_manifest(self, numbers):
        self.manifest.write_text("service_token_id,account_id\n" + "".join(f"{token(number)},{ACCOUNT}\n" for number in numbers))

    def start(self, words, *, binary=SHIPPED, crash_point=None):
        environment = self.environment | ({"TOKENSWEEP_CRASH_POINT": crash_point} if crash_point else {})
        return subprocess.Popen(
            [binary, *words], env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def run(self, words, *, until=None, **more):
        """Runs it to its end, or kills it when `until` returns. Returns the exit code and what it said."""
        process = self.start(words, **more)
        if until:
            until(process)
            process.send_signal(signal.SIGKILL)
        _, errors = process.communicate()
        return process.returncode, errors.decode(errors="replace")

    def ask(self, *words):
        return subprocess.run([SHIPPED, *words], env=self.environment, cwd=self.folder, capture_output=True, text=True)

    def jobs(self):
        answer = self.ask("jobs", "--json")
        return json.loads(answer.stdout) if answer.returncode == 0 else []

    def report(self, *job):
        answer = self.ask("report", *job, "--format", "jsonl")
        if answer.returncode != 0:
            raise Wrong(f"no report: {answer.stderr}")
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def in_flight(self):
        """Attempts under way, as tokens with their numbers: what an owner leaves who dies again before it began is not his."""
        return {(row["service_token_id"], row["attempts"]) for row in self.report() if row["outcome"] == "in_flight"}

    def check_files(self):
        """The queue is whole, and its evidence is that of what it says."""
        with sqlite3.connect(f"file:{self.folder / 'queue.db'}?mode=ro", uri=True) as database:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
        database.close()
        if verdict != "ok":
            raise Wrong(f"the queue is damaged: {verdict}")
        for job in self.jobs():
            answer = self.ask("audit", str(job["job"]), "--check")
            if answer.returncode != 0:
                raise Wrong(f"the evidence of job {job['job']} does not hold: {answer.stderr or answer.stdout}")


def check_so_far(rows, simulator):
    """What an unfinished job says is true already."""
    removed = simulator.removed()
    for row in rows:
        name, outcome = row["service_token_id"], row["outcome"]
        if outcome in GONE and name not in removed:
            raise Wrong(f"{name} is reported {outcome} in the middle, and is still there")
        if outcome == "pending" and not row["attempts"] and name in removed:
            raise Wrong(f"{name} was deleted, and the queue knows nothing of it")


def check_end(rows, simulator, numbers):
    """Compares what a finished job says with what truly happened: `numbers` were asked for, in this order, and nothing else."""
    expected = [token(number) for number in numbers]
    if [row["service_token_id"] for row in rows] != expected:
        raise Wrong("the report does not name every token once, in the manifest's order")
    sent, removed = simulator.sent(), simulator.removed()
    if set(sent) != set(expected):
        raise Wrong(f"{len(set(expected) - set(sent))} tokens never asked for, {len(set(sent) - set(expected))} that nobody asked for")
    for row in rows:
        name, outcome = row["service_token_id"], row["outcome"]
        if (outcome in GONE) != (name in removed):
            raise Wrong(f"{name} is reported {outcome}, and the ledger says otherwise")
        if outcome == "already_absent":
            raise Wrong(f"{name} was there, and is reported absent before")
        if outcome not in GONE and outcome != "blocked":
            raise Wrong(f"{name} ended {outcome}")
        if sent[name] > row["attempts"]:
            raise Wrong(f"{name} was asked for {sent[name]} times, and the report knows of {row['attempts']}")


def repetitions(rows, simulator, caught):
    """DELETEs that were sent again after each kill, for `caught`, the attempts in flight at each.

    One for a token that was in flight at several kills, but had left at fewer, is laid on the first of them.
    """
    again = [0] * len(caught)
    sent = simulator.sent()
    for row in rows:
        name, log = row["service_token_id"], row.get("attempt_log", [])
        causes = [kill for kill, attempts in enumerate(caught) for token, _ in attempts if token == name]
        lost = sum(attempt.get("transport_error") == LOST for attempt in log)
        if lost != len(causes):
            raise Wrong(f"{name} was in flight at {len(causes)} kills, and the report knows of {lost}")
        extra = sent[name] - (len(log) - lost)
        if extra > lost:
            raise Wrong(f"{name} was sent {extra} times without a reason, and was in flight at {lost} kills")
        for kill in causes[: max(0, extra)]:
            again[kill] += 1
    return again
