"""Reports made by the release binary from jobs on the simulated API, with names that people and accidents attack pages with."""

import json
import os
import random
import subprocess
from pathlib import Path

BINARIES = Path(os.environ["TOKENSWEEP_BINARIES"])
ACCOUNT, OTHER = "023e105f4ecef8ad9ca31a8372d0c353", "5a7805061c76ada191ed06f989cc3dac"
SECRET = "cfut_browsertest"

# What each name does if it is not shown as text, and how it is shown: a control by its name, what hides or turns by its number.
HOSTILE = [
    ("<script>document.title='owned'</script>", None),
    ('"><img src=x onerror="document.title=1">', None),
    ("</script><script>document.title='owned'</script>", None),
    ("<!--<script>", None),
    ("=HYPERLINK(\"https://evil.example\",\"x\")", None),
    ("https://evil.example/ javascript:alert(1)", None),
    ("&lt;b&gt; &amp; ${1+1} {{1+1}}", None),
    ("user\u202Etxt.exe", "user⟨U+202E⟩txt.exe"),
    ("\u2067rtl\u2069", "⟨U+2067⟩rtl⟨U+2069⟩"),
    ("nul\u0000 \u001B[31mred", "nul⟨NUL⟩ ⟨ESC⟩[31mred"),
    ("line\u2028end\u200B", "line⟨U+2028⟩end⟨U+200B⟩"),
    ("שלום עולם", None),
    ("x" * 300 + "é日本 👩‍💻", None),
]


def shown(name):
    return next(text or raw for raw, text in HOSTILE if raw == name)


def token(number):
    return f"00000000-0000-4000-8000-{number:012x}"


class Bench:
    """A folder with a simulated API, a queue, and the reports made from it."""

    def __init__(self, folder, world):
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "world.json5").write_text(json.dumps(world))
        command = [BINARIES / "cloudflare-simulator", "--world", folder / "world.json5", "--ledger", folder / "ledger.jsonl"]
        self.simulator = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        url = self.simulator.stdout.readline().removeprefix("listening on ").strip()
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(folder), "TOKENSWEEP_QUEUE": str(folder / "queue.db"), "CLOUDFLARE_BASE_URL": url,
            "CLOUDFLARE_API_TOKEN": SECRET, "TOKENSWEEP_NO_LOOKUP": "1",
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.simulator.terminate()
        self.simulator.wait()
        self.simulator.stdout.close()

    def call(self, *arguments, codes=(0, 1)):
        result = subprocess.run(
            [BINARIES / "tokensweep", *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=False)
        if result.returncode not in codes:
            raise SystemExit(f"tokensweep {arguments[0]} ended with {result.returncode}: {result.stderr}")
        return result

    def manifest(self, rows, name="tokens.jsonl"):
        path = self.folder / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    def page(self, *arguments):
        path = self.folder / f"page-{len(list(self.folder.glob('page-*')))}.html"
        self.call("report", *arguments, "--report", path)
        return path

    def lines(self, *arguments):
        """The same report as JSON lines: what the page is compared with."""
        return [json.loads(line) for line in self.call("report", *arguments, "--format", "jsonl").stdout.splitlines()]


def world(accounts, **more):
    return {"rate": "none", "accounts": accounts, "credentials": [{"label": "ops", "token": SECRET}], **more}


def hostile(folder):
    """A job of 120 tokens of two accounts whose names are hostile, some of them in use, and a row that cannot be used."""
    rows = [
        {"service_token_id": token(number), "account_id": ACCOUNT if number <= 80 else OTHER, "name": HOSTILE[number % len(HOSTILE)][0],
         "note": HOSTILE[(number + 1) % len(HOSTILE)][0]}
        for number in range(1, 121)
    ]
    bench = Bench(folder, world([
        {"id": ACCOUNT, "tokens": [{"generate": 70}, {"generate": 10, "first": 71, "in_use": True}]},
        {"id": OTHER, "tokens": [{"generate": 35, "first": 81}]},
    ], latency="5ms", jitter="20ms", faults=[{"kind": "lost_reply", "probability": 0.05}]))
    manifest = bench.manifest([*rows, {"service_token_id": HOSTILE[0][0], "account_id": ACCOUNT, "name": HOSTILE[1][0]}])
    bench.call("run", manifest, "--yes", "--skip-invalid", "--name", "<b>hostile</b>\u202E job", "--reason", HOSTILE[2][0])
    return bench


def large(folder, count=100_000):
    """A job of many tokens, planned, with a few deleted and the rest given up: the page has a row for each."""
    draw = random.Random(1)
    rows = [{"service_token_id": token(number), "account_id": ACCOUNT, "name": f"ci-{draw.randrange(10**6):06}"} for number in range(1, count + 1)]
    bench = Bench(folder, world([{"id": ACCOUNT, "tokens": [{"generate": 1}]}]))
    bench.call("run", bench.manifest(rows), "--yes", "--rate", "none", "--quiet", "--halt-after", "never")
    return bench


def unfinished(folder):
    """A job that its safety stop halted: one token is in use, and the canary finds it."""
    rows = [{"service_token_id": token(number), "account_id": ACCOUNT} for number in range(1, 31)]
    bench = Bench(folder, world([{"id": ACCOUNT, "tokens": [{"generate": 1, "in_use": True}, {"generate": 29, "first": 2}]}]))
    bench.call("run", bench.manifest(rows), "--yes", "--canary", "3", codes=(3,))
    return bench


def useless(folder):
    """A job of nothing but rows that cannot be used."""
    bench = Bench(folder, world([{"id": ACCOUNT, "tokens": []}]))
    bench.call("run", bench.manifest([{"service_token_id": name, "account_id": ACCOUNT} for name, _ in HOSTILE]), "--yes", "--skip-invalid")
    return bench
