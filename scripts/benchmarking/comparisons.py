"""One function for each row of the table. Each takes a `Bench` and yields rows; a row says itself whether its target was met."""

import contextlib
import itertools
import os
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import manifests
from measuring import Background, Failed, interleaved, run, spread
from servers import SECRET, SIMULATE, TOKENSWEEP, FirstDelete, Nginx, Simulator


@dataclass
class Row:
    """One line of the table. `ours` and `peer` are texts with units; `value` is what `target` is about."""

    number: str
    what: str
    ours: str
    peer: str
    value: str
    target: str
    met: bool | None


@dataclass
class Bench:
    """Where a comparison works and how large it is; `rounds` is how often the quick ones are repeated."""

    folder: Path
    rounds: int
    requests: int
    planned: int
    pending: int
    few_pending: int
    paced: int
    forked: int
    simulated: int

    def queue(self, name="queue"):
        """The path of a queue that does not exist yet."""
        path = self.folder / f"{name}.db"
        for ending in ("", "-wal", "-shm", "-owner"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return path

    def tokensweep(self, *arguments, base=None, tls=None, expected=(0,)):
        return run([TOKENSWEEP, *map(str, arguments)], cwd=self.folder, env=environment(base, tls), expected=expected)

    def start(self, *arguments, base):
        return Background([TOKENSWEEP, *map(str, arguments)], cwd=self.folder, env=environment(base))


def environment(base=None, certificate=None):
    values = {"CLOUDFLARE_API_TOKEN": SECRET, "CLOUDFLARE_BASE_URL": base or "http://127.0.0.1:9/client/v4"}
    # The peers look nothing up before they begin, and nginx knows no lists.
    values["TOKENSWEEP_NO_LOOKUP"] = "1"
    return values | ({"SSL_CERT_FILE": certificate} if certificate else {})


def unlimited(concurrency=64):
    """The words of a run that nothing holds back, with so many requests in flight."""
    return ("--yes", "--quiet", "--rate", "none", "--concurrency", str(concurrency))


def ratios(peers, ours):
    """How many times as fast ours was, round by round."""
    return [peer / own for peer, own in zip(peers, ours)]


def size(queue):
    """Bytes of a queue, with what its log holds."""
    return sum(os.path.getsize(f"{queue}{ending}") for ending in ("", "-wal") if os.path.exists(f"{queue}{ending}"))


def check_complete(bench, queue, count):
    """A run whose report does not name every token as gone measured nothing."""
    report = bench.folder / "report.csv"
    bench.tokensweep("report", "--queue", queue, "--report", report)
    with open(report) as file:
        gone = sum(",deleted," in line for line in file)
    if gone != count:
        raise Failed(f"{gone} of {count} tokens are gone")


# --- Requests ---


def _sweep(bench, manifest, base, certificate=None, concurrency=64):
    queue = bench.queue()
    measured = bench.tokensweep("run", manifest, "--queue", queue, *unlimited(concurrency), base=base, tls=certificate)
    check_complete(bench, queue, bench.requests)
    return measured.seconds


def http1(bench):
    manifest = manifests.csv(bench.folder, bench.requests)
    with Nginx(bench.folder) as nginx:
        urls = bench.folder / "curl.conf"
        with open(urls, "w") as file:
            for path in manifests.paths(bench.requests):
                file.write(f'url = "{nginx.plain}{path}"\noutput = "/dev/null"\n')

        def curl():
            command = ["curl", "--silent", "--parallel", "--parallel-max", "64", "--request", "DELETE"]
            command += ["--header", f"Authorization: Bearer {SECRET}", "--config", str(urls)]
            return run(command, cwd=bench.folder).seconds

        ours, peer = interleaved(bench.rounds, lambda: _sweep(bench, manifest, nginx.plain), curl)
    faster = ratios(peer, ours)
    yield Row(
        "1", f"{bench.requests:,} DELETEs, HTTP/1.1, plan included, against curl --parallel-max 64",
        spread(ours, " s"), spread(peer, " s"), spread(faster, " ×"), "≥ 1.5 ×", statistics.median(faster) >= 1.5,
    )


def http2(bench):
    manifest = manifests.csv(bench.folder, bench.requests)
    with Nginx(bench.folder) as nginx:
        path = next(manifests.paths(1))

        def h2load():
            command = ["h2load", "-c", "1", "-m", "100", "-n", str(bench.requests), "-H", ":method: DELETE", nginx.tls + path]
            return run(command, cwd=bench.folder).seconds

        ours, peer = interleaved(bench.rounds, lambda: _sweep(bench, manifest, nginx.tls, nginx.certificate, 100), h2load)
    faster = ratios(peer, ours)
    yield Row(
        "2", f"{bench.requests:,} DELETEs, TLS and HTTP/2, against h2load -c 1 -m 100",
        spread(ours, " s"), spread(peer, " s"), spread(faster, " ×"), "≥ 0.25 ×", statistics.median(faster) >= 0.25,
    )


def forked(bench):
    manifest = manifests.csv(bench.folder, bench.requests)
    with Nginx(bench.folder) as nginx:
        urls = bench.folder / "urls.txt"
        urls.write_text("".join(f"{nginx.plain}{path}\n" for path in manifests.paths(bench.forked)))

        def parallel():
            log = bench.folder / "joblog"
            log.unlink(missing_ok=True)
            command = ["parallel", "-j16", "--joblog", str(log), "--arg-file", str(urls)]
            command += ["curl", "--silent", "--output", "/dev/null", "--request", "DELETE", "--header", "'Authorization: Bearer x'", "{}"]
            return run(command, cwd=bench.folder, env={"HOME": str(bench.folder)}).seconds / bench.forked

        ours, peer = interleaved(
            min(bench.rounds, 3), lambda: _sweep(bench, manifest, nginx.plain) / bench.requests, parallel
        )
    faster = ratios(peer, ours)
    yield Row(
        "3", f"time of one DELETE of {bench.requests:,}, against parallel -j16 --joblog with curl ({bench.forked:,})",
        spread([t * 1e6 for t in ours], " µs", 0), spread([t * 1e6 for t in peer], " µs", 0), spread(faster, " ×", 0),
        "≥ 100 ×", statistics.median(faster) >= 100,
    )


# --- Planning and reporting ---


def planning(bench):
    rows = manifests.csv(bench.folder, bench.planned)
    lines = manifests.json_lines(bench.folder, bench.planned)
    peaks = {"csv": [], "json": []}

    def plan(manifest, kind):
        """Until the first DELETE leaves: by then the plan is in the file, and synchronised."""
        queue = bench.queue()
        with FirstDelete() as server:
            began = time.monotonic()
            with bench.start("run", manifest, "--queue", queue, *unlimited(), base=server.plain) as runner:
                while not server.arrived.wait(1):
                    runner.expect_life()
                peaks[kind].append(runner.peak_mib)
                runner.kill()
            return server.at - began

    def sqlite():
        path = bench.queue("peer")
        script = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;\n"
            "CREATE TABLE item (service_token_id TEXT, account_id TEXT, name TEXT);\n"
            "CREATE UNIQUE INDEX item_identity ON item (account_id, service_token_id);\n"
            f".mode csv\n.import --skip 1 {rows} item\n"
        )
        source = bench.folder / "import.sql"
        source.write_text(script)
        with open(source) as stdin:
            return run(["sqlite3", "-batch", str(path)], cwd=bench.folder, stdin=stdin).seconds

    rounds = min(bench.rounds, 3)
    csv, json_rows, peer = interleaved(rounds, lambda: plan(rows, "csv"), lambda: plan(lines, "json"), sqlite)
    for number, what, ours, kind, limit in (("4", "CSV", csv, "csv", 0.5), ("5", "JSON lines", json_rows, "json", 0.8)):
        shares = [own / other for own, other in zip(ours, peer)]
        met = statistics.median(shares) <= limit and max(peaks[kind]) <= 128
        yield Row(
            number, f"planning {bench.planned:,} rows of {what}, durable, until the first DELETE leaves, against sqlite3 .import of the CSV",
            f"{spread(ours, ' s')}, {max(peaks[kind]):.0f} MiB", spread(peer, " s"), spread(shares, " of its time"),
            f"≤ {limit} of its time, ≤ 128 MiB", met,
        )


def reporting(bench):
    manifest = manifests.csv(bench.folder, bench.planned)
    queue = bench.queue()
    with Nginx(bench.folder) as nginx:
        bench.tokensweep("run", manifest, "--queue", queue, *unlimited(), base=nginx.plain)
    finished = size(queue) / bench.planned
    peaks = []

    def report():
        measured = bench.tokensweep("report", "--queue", queue, "--report", bench.folder / "report.csv")
        peaks.append(measured.peak_mib)
        return measured.seconds

    # The columns of the report, as far as they stand in the file; the peer writes ids as hex without hyphens.
    select = (
        "SELECT m.name, i.line, lower(hex(i.token)), s.kind, s.scope_id, i.state, i.reason, i.attempts, a.http_status, a.error_code,"
        " a.error_message, a.documentation_url, a.ray_id, i.name, i.client_id, i.duration,"
        " strftime('%Y-%m-%dT%H:%M:%fZ', i.expires_at / 1000.0, 'unixepoch'),"
        " strftime('%Y-%m-%dT%H:%M:%fZ', (SELECT started_at FROM attempt WHERE item = i.id AND number = 1) / 1000.0, 'unixepoch'),"
        " strftime('%Y-%m-%dT%H:%M:%fZ', i.finished_at / 1000.0, 'unixepoch'), i.note"
        " FROM item i JOIN scope s ON s.id = i.scope JOIN manifest m ON m.id = i.manifest"
        " LEFT JOIN attempt a ON a.item = i.id AND a.number = i.attempts ORDER BY i.id"
    )

    def sqlite():
        with open(bench.folder / "peer.csv", "wb") as out:
            start = time.monotonic()
            subprocess.run(["sqlite3", "-readonly", "-csv", str(queue), select], stdout=out, check=True)
            seconds = time.monotonic() - start
        with open(bench.folder / "peer.csv", "rb") as lines:
            if sum(1 for _ in lines) != bench.planned:
                raise Failed("sqlite3 did not write every row")
        return seconds

    rounds = min(bench.rounds, 3)
    ours, peer = interleaved(rounds, report, sqlite)
    shares = [own / other for own, other in zip(ours, peer)]
    yield Row(
        "9", f"CSV report of {bench.planned:,} outcomes, against sqlite3 -csv of the same columns",
        f"{spread(ours, ' s')}, {max(peaks):.0f} MiB", spread(peer, " s"), spread(shares, " of its time"),
        "≤ 1.0 of its time, ≤ 64 MiB", statistics.median(shares) <= 1 and max(peaks) <= 64,
    )
    yield Row("", "queue file, an item with one attempt", f"{finished:.0f} bytes", "", f"{finished:.0f} bytes", "≤ 250 bytes", finished <= 250)


# --- Large queues ---


def _begun(bench, count, name, base, has_begun):
    """A queue whose job was killed as soon as its requests left: all but a few of its items are pending."""
    queue = bench.queue(name)
    with bench.start("run", manifests.csv(bench.folder, count), "--queue", queue, *unlimited(), base=base) as runner:
        while not has_begun():
            runner.expect_life()
            time.sleep(0.01)
        runner.kill()
    return queue


def _begun_at(bench, nginx, count, name):
    before = nginx.requests()
    polls = itertools.count(1)
    # Every look at the counter is a request too, and so is the question about the credential, before there is a job.
    return _begun(bench, count, name, nginx.plain, lambda: nginx.requests() > before + next(polls) + 1)


def _copy(bench, queue):
    """A copy of a queue that nobody works on."""
    copy = bench.queue("copy")
    for ending in ("", "-wal"):
        if os.path.exists(f"{queue}{ending}"):
            shutil.copyfile(f"{queue}{ending}", f"{copy}{ending}")
    return copy


def _folded_size(bench, queue):
    """Bytes of a queue once its log is folded into the file, as it is when a run ends."""
    copy = _copy(bench, queue)
    subprocess.run(["sqlite3", str(copy), "PRAGMA wal_checkpoint(TRUNCATE)"], check=True, stdout=subprocess.DEVNULL)
    return size(copy)


@contextlib.contextmanager
def _resumed(bench, nginx, queue, warm_up):
    """A run at its full pace on a copy of `queue`, whose path is yielded. It must not run dry."""
    copy = _copy(bench, queue)
    with bench.start("resume", "--queue", copy, *unlimited(), base=nginx.plain) as runner:
        first = nginx.requests()
        while nginx.requests() < first + 500:
            runner.expect_life()
            time.sleep(0.02)
        time.sleep(warm_up)
        yield copy
        runner.expect_life()


def _pace(nginx, seconds, meanwhile=lambda: None):
    """Requests a second in the next seconds, in which `meanwhile` is called once."""
    begin, start = nginx.requests(), time.monotonic()
    meanwhile()
    time.sleep(max(0, start + seconds - time.monotonic()))
    return (nginx.requests() - begin) / (time.monotonic() - start)


def large_queues(bench):
    # Short enough that no queue runs dry.
    seconds = bench.few_pending / 60_000
    looks = (True, False, False, True) * bench.rounds
    slice_seconds = min(1.0, bench.pending / 60_000 / len(looks))
    polls = []

    def pace(queue):
        with _resumed(bench, nginx, queue, seconds / 2):
            return _pace(nginx, seconds)

    def kept_pace():
        """The share of a run's pace that it keeps while others read its queue: the same run, in turn with and without them."""
        with _resumed(bench, nginx, many, seconds / 2) as queue:

            def look():
                for command in (["status", "--json"], ["jobs"]):
                    polls.append(bench.tokensweep(*command, "--queue", queue).seconds * 1000)

            paces = [(is_looked_at, _pace(nginx, slice_seconds, *([look] if is_looked_at else []))) for is_looked_at in looks]
        return statistics.mean(pace for looked, pace in paces if looked) / statistics.mean(pace for looked, pace in paces if not looked)

    with Nginx(bench.folder) as nginx:
        many, few = _begun_at(bench, nginx, bench.pending, "many"), _begun_at(bench, nginx, bench.few_pending, "few")
        planned = _folded_size(bench, many) / bench.pending
        yield Row("", "queue file, a planned item", f"{planned:.0f} bytes", "", f"{planned:.0f} bytes", "≤ 120 bytes", planned <= 120)
        large, small, kept = interleaved(bench.rounds, lambda: pace(many), lambda: pace(few), kept_pace)
    shares = [own / other for own, other in zip(large, small)]
    yield Row(
        "6", f"pace with {bench.pending:,} pending, against {bench.few_pending:,}",
        spread(large, "/s", 0), spread(small, "/s", 0), spread(shares, " ×"), "≥ 0.9 ×", statistics.median(shares) >= 0.9,
    )
    met = statistics.median(polls) <= 50 and statistics.median(kept) >= 0.95
    yield Row(
        "7", f"status --json and jobs once a second while {bench.pending:,} are pending; the runner's pace in these seconds, against those between",
        spread(polls, " ms", 0), spread(kept, " ×"), spread(polls, " ms", 0), "≤ 50 ms, ≥ 0.95 ×", met,
    )


def takeover(bench):
    waits = []
    with Simulator(bench.folder, 0, rate="none") as simulator:
        queue = _begun(bench, bench.pending, "many", simulator.plain, simulator.deletes)
        for _ in range(bench.rounds):
            with bench.start("resume", "--queue", queue, *unlimited(), base=simulator.plain) as runner:
                seen = len(simulator.deletes())
                while len(simulator.deletes()) < seen + 200:
                    time.sleep(0.05)
                runner.kill()
            time.sleep(0.2)
            seen = len(simulator.deletes())
            with bench.start("resume", "--queue", queue, *unlimited(), base=simulator.plain) as runner:
                while len(simulator.deletes()) <= seen:
                    time.sleep(0.01)
                runner.kill()
                waits.append(simulator.deletes()[seen]["at_ms"] - runner.start * 1000)
    yield Row(
        "8", f"resume of {bench.pending:,} pending after SIGKILL, until its first DELETE arrives",
        spread(waits, " ms", 0), "", spread(waits, " ms", 0), "≤ 300 ms", statistics.median(waits) <= 300,
    )


def memory(bench):
    queue = bench.queue()
    manifest = manifests.csv(bench.folder, bench.pending)
    samples = []
    with Nginx(bench.folder) as nginx, bench.start("run", manifest, "--queue", queue, *unlimited(), base=nginx.plain) as runner:
        while runner.process.poll() is None:
            try:
                samples.append(runner.resident_mib)
            except (OSError, ValueError):
                break
            time.sleep(0.2)
        if runner.process.wait() != 0:
            raise Failed(f"the run ended with {runner.process.returncode}")
    quarter = max(1, len(samples) // 4)
    early, late = max(samples[quarter : 2 * quarter] or samples), max(samples[-quarter:])
    yield Row(
        "13", f"resident memory of a whole run of {bench.pending:,}; its last quarter against its second",
        f"{max(samples):.0f} MiB", f"{late:.0f} against {early:.0f} MiB", f"{max(samples):.0f} MiB", "≤ 128 MiB, flat",
        max(samples) <= 128 and late <= early * 1.1,
    )


# --- Pace ---

BUDGET, WINDOW = 200, 5


def _paced(bench, window, rival):
    """Runs on a budget; returns the share of the theoretical pace, the 429s after the first window, and all 429s."""
    settings = {"rate": f"{BUDGET}/{WINDOW}s", "window": window, "latency": "50ms", "jitter": "100ms", "seed": 7, "block_scale": WINDOW / 300}
    # The rival is somewhere else: the limit for an address is not shared.
    if rival:
        settings["ip_rate"] = 0
    queue = bench.queue()
    available = BUDGET
    with Simulator(bench.folder, bench.paced, **settings) as simulator:
        others = None
        if rival:
            available -= BUDGET * 30 // 100
            others = Rival(simulator, BUDGET * 30 // 100)
        arguments = ["--yes", "--quiet", "--rate", f"{BUDGET}/{WINDOW}s", "--reserve", "0%", "--concurrency", "64"]
        try:
            manifest = manifests.csv(bench.folder, bench.paced)
            bench.tokensweep("run", manifest, "--queue", queue, *arguments, base=simulator.plain)
        finally:
            if others:
                others.stop()
        ours = [entry for entry in simulator.ledger() if entry["credential"] == "benchmark"]
    deletes = [entry for entry in ours if entry["method"] == "DELETE"]
    if sum(entry["effect"] == "deleted" for entry in deletes) != bench.paced:
        raise Failed("not every token was deleted")
    first = min(entry["at_ms"] for entry in ours)
    took = (max(entry["at_ms"] for entry in deletes) - first) / 1000
    # The last window's requests need no whole window; the question about the credential is a request like any other.
    minimum = (bench.paced // available) * WINDOW
    refused = [entry for entry in deletes if entry["rate_limited"]]
    late = sum(entry["at_ms"] - first >= WINDOW * 1000 for entry in refused)
    return minimum / took, late, len(refused)


class Rival:
    """Another program that spends a part of the same user's budget, evenly."""

    def __init__(self, simulator, requests):
        script = (
            "import sys, time, urllib.request, urllib.error\n"
            "url, pause = sys.argv[1], float(sys.argv[2])\n"
            "while True:\n"
            "    request = urllib.request.Request(url, headers={'Authorization': 'Bearer cfut_rival'})\n"
            "    try: urllib.request.urlopen(request).read()\n"
            "    except urllib.error.HTTPError: pass\n"
            "    except OSError: break\n"
            "    time.sleep(pause)\n"
        )
        # The request itself takes a tenth of a second.
        pause = max(0.0, WINDOW / requests - 0.1)
        self.processes = [
            subprocess.Popen(["python3", "-c", script, f"{simulator.plain}/user/tokens/verify", str(pause * 2 + 0.1)], stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


def pacing(bench):
    for window in ("fixed", "sliding"):
        share, _, refused = _paced(bench, window, rival=False)
        yield Row(
            "10", f"share of the theoretical pace, {bench.paced:,} tokens, {BUDGET} per {WINDOW} s, {window} window",
            f"{share:.3f}", "", f"{share:.3f}, {refused} × 429", "≥ 0.97, no 429", share >= 0.97 and refused == 0,
        )
    for window in ("fixed", "sliding"):
        share, late, refused = _paced(bench, window, rival=True)
        yield Row(
            "11", f"the same with another program spending 30 %, {window} window", f"{share:.3f}", "",
            f"{share:.3f}, {refused} × 429, {late} after the first window", "≥ 0.95, no late 429", share >= 0.95 and late == 0,
        )


def simulated(bench):
    output = run([SIMULATE, "pace", str(bench.simulated)], cwd=bench.folder).output
    trials = [Trial(*map(float, line.split())) for line in output.splitlines()]
    for credentials in sorted({trial.credentials for trial in trials}):
        chosen = [trial for trial in trials if trial.credentials == credentials]
        least = min(trial.share for trial in chosen)
        refused = sum(int(trial.refused) for trial in chosen)
        yield Row(
            "15",
            f"simulated time, the real limits, credentials: {credentials:,.0f}; tokens: {', '.join(f'{trial.tokens:,.0f}' for trial in chosen)}",
            ", ".join(f"{trial.share:.3f}" for trial in chosen),
            f"{', '.join(f'{trial.certain_share:.3f}' for trial in chosen)} of what can be promised",
            f"{least:.3f} of the theoretical pace, {refused} × 429", "≥ 0.98, no 429", least >= 0.98 and refused == 0,
        )


@dataclass
class Trial:
    """One line that `simulate pace` prints."""

    tokens: float
    credentials: float
    share: float
    certain_share: float
    seconds: float
    refused: float


def idle(bench):
    seconds = 20
    manifest = manifests.csv(bench.folder, 100)
    with Simulator(bench.folder, 100, rate="none") as simulator:
        arguments = ["--yes", "--quiet", "--rate", "10/60s", "--reserve", "0%"]
        with bench.start("run", manifest, "--queue", bench.queue(), *arguments, base=simulator.plain) as runner:
            while len(simulator.deletes()) < 5:
                time.sleep(0.1)
            time.sleep(2)
            before = runner.cpu_seconds
            time.sleep(seconds)
            used = (runner.cpu_seconds - before) / seconds * 100
            runner.kill()
    yield Row("12", f"CPU in {seconds} s of waiting for budget", f"{used:.2f} %", "", f"{used:.2f} %", "≤ 0.5 %", used <= 0.5)


def binary(bench):
    times = [run([TOKENSWEEP, "--version"], cwd=bench.folder).seconds * 1000 for _ in range(max(bench.rounds * 4, 5))]
    # As it is shipped: without the symbols that only a debugger reads.
    stripped = bench.folder / "stripped"
    subprocess.run(["strip", "-o", str(stripped), TOKENSWEEP], check=True)
    shipped = os.path.getsize(stripped) / (1 << 20)
    yield Row(
        "14", "tokensweep --version, static release binary, stripped",
        f"{spread(times, ' ms', 1)}, {shipped:.1f} MiB", "", spread(times, " ms", 1), "≤ 10 ms, ≤ 30 MiB",
        statistics.median(times) <= 10 and shipped <= 30,
    )


ALL = {
    "1": http1,
    "2": http2,
    "3": forked,
    "4": planning,
    "6": large_queues,
    "8": takeover,
    "9": reporting,
    "10": pacing,
    "12": idle,
    "13": memory,
    "14": binary,
    "15": simulated,
}
