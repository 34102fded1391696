"""The live page in headless Chromium: see scripts/live-page-test."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from chromium import Chromium

BINARIES = Path(os.environ["TOKENSWEEP_BINARIES"])
ACCOUNT = "0a000000000000000000000000000001"
TOKEN = "cfut_e2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2Ee2eE2E0001"
HOSTILE = "<img src=x onerror=alert(1)>\"'&\u202e"
JOB = "<b>job</b> & <script>alert(2)</script>"
WORLD = {
    "rate": "none", "latency": "20ms",
    "accounts": [{"id": ACCOUNT, "tokens": [{"generate": 90, "first": 1}, {"generate": 10, "first": 91, "in_use": True}]}],
    "credentials": [{"label": "ops", "token": TOKEN}],
}
PATIENCE = 120


def expect(is_so, what):
    if not is_so:
        raise SystemExit(f"live-page-test: {what}")


def until(what, condition):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise SystemExit(f"live-page-test: waited {PATIENCE} s for {what}")


class Bench:
    """A folder with a simulated API, a queue, and everything that was started, which ends with it."""

    def __init__(self, folder):
        self.folder, self.processes = Path(folder), []
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "TOKENSWEEP_QUEUE": f"{folder}/queue.db", "CLOUDFLARE_API_TOKEN": TOKEN,
            "TOKENSWEEP_NO_LOOKUP": "1",
        }
        (self.folder / "world.json5").write_text(json.dumps(WORLD))
        self.start("simulator", "cloudflare-simulator", "--port", "0", "--world", f"{folder}/world.json5")
        self.environment["CLOUDFLARE_BASE_URL"] = self.said("simulator", r"listening on (\S+)")

    def start(self, name, program, *arguments):
        output = open(self.folder / f"{name}.log", "w")
        process = subprocess.Popen(
            [BINARIES / program, *arguments], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.processes.append(process)
        return process

    def said(self, name, pattern):
        path = self.folder / f"{name}.log"
        return until(f"what {name} says", lambda: (found := re.search(pattern, path.read_text())) and found.group(1))

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


def manifest(numbers):
    rows = "".join(
        json.dumps({"service_token_id": f"00000000-0000-4000-8000-{number:012x}", "account_id": ACCOUNT, "name": f"{HOSTILE}{number}"})
        + "\n" for number in numbers)
    return rows


def text(page, selector):
    return page.evaluate(f"document.querySelector({json.dumps(selector)})?.textContent ?? ''")


def pictures(page, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    for width in (1280, 1024, 390):
        for name, dark in (("light", False), ("dark", True)):
            page.picture(Path(folder) / f"live-{width}-{name}.png", width=width, dark=dark)


def follow(bench, page, shots):
    server = bench.start("serve", "tokensweep", "serve", "--listen", "127.0.0.1:0")
    url = bench.said("serve", r"(http://127\.0\.0\.1:\d+/)")
    (bench.folder / "m.jsonl").write_text(manifest(range(1, 101)))
    bench.start("run", "tokensweep", "run", "m.jsonl", "--yes", "--name", JOB, "--rate", "12/1s", "--reserve", "0%", "--concurrency", "4")
    page.call("Page.navigate", url=url)
    until("the job on the page", lambda: text(page, "#name").startswith(JOB))
    until("a lane on the page", lambda: "requests in 1 s used" in text(page, "#lanes"))
    until("a drawing on the page", lambda: page.evaluate("document.querySelectorAll('#timeline svg rect').length > 0"))
    until("the list to say that the job runs", lambda: "running" in text(page, "#jobs"))
    if shots:
        pictures(page, shots)

    # The server goes and comes again: the page says so, and catches up.
    server.send_signal(signal.SIGTERM)
    expect(server.wait(PATIENCE) == 0, "the server did not end well")
    until("the break on the page", lambda: page.evaluate("document.querySelector('#link').dataset.state") == "lost")
    page.noise.clear()
    bench.start("serve-again", "tokensweep", "serve", "--listen", url.removeprefix("http://").rstrip("/"))
    bench.said("serve-again", r"(http://\S+)")
    until("the page to come back", lambda: page.evaluate("document.querySelector('#link').dataset.state") == "live")
    page.noise.clear()
    until("the end of the job", lambda: "finished" in text(page, "#state"))
    return url


def expect_fit(page):
    """From a small laptop's width on nothing is scrolled sideways; 985 is what a scroll bar leaves of 1,000."""
    wide = "[...document.querySelectorAll('html, body, body *')].filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth" \
        " && (one === document.documentElement || getComputedStyle(one).overflowX !== 'visible')).map((one) => one.tagName + '#' + one.id + '.' + one.className)"
    for width in (1280, 1024, 985):
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        found = page.evaluate(wide)
        expect(not found, f"at {width} px this must be scrolled sideways: {found}")
    page.call("Emulation.clearDeviceMetricsOverride")


def judge(page, url):
    expect(text(page, "#verdict") == "90 of 100 tokens are gone; 10 are not.", f"the verdict is {text(page, '#verdict')!r}")
    tiles = page.evaluate("Object.fromEntries([...document.querySelectorAll('#outcomes div')].map(t => [...t.children].map(c => c.textContent)))")
    expect(tiles == {"deleted": "90", "blocked": "10"}, f"the tiles are {tiles}")
    until("the tokens that are not gone", lambda: page.evaluate("document.querySelectorAll('#left tr').length") == 10)
    until("the end in the log", lambda: "finished" in text(page, "#log"))
    expect("deleted" in text(page, "#log"), "the log names no token that was deleted")
    expect(HOSTILE.replace("\u202e", "⟨U+202E⟩") in text(page, "#left"), "a name is missing, or turns text round")
    expect(page.evaluate("document.querySelectorAll('img, b, iframe, script:not([src=\"page.js\"])').length") == 0, "a name became markup")
    expect_fit(page)
    # Chosen by keyboard, the job is shown again, and its address remembers it.
    page.evaluate("document.querySelector('#jobs button').focus()")
    page.press("Enter")
    until("the job's address", lambda: page.evaluate("location.hash") == "#job-1")
    foreign = [one for one in page.requests if not one.startswith(url)]
    expect(not foreign, f"somebody else was asked: {foreign}")
    expect(not page.noise, f"the console says {page.noise}")


def main(arguments):
    if arguments and (len(arguments) != 2 or arguments[0] != "--shots"):
        raise SystemExit("usage: scripts/live-page-test [--shots FOLDER]")
    with tempfile.TemporaryDirectory(prefix="tokensweep-live-") as folder, Chromium() as page:
        bench = Bench(folder)
        try:
            judge(page, follow(bench, page, arguments[1] if arguments else None))
        finally:
            bench.end()
    print("live-page-test: the page followed the job to its end", file=sys.stderr)


main(sys.argv[1:])
