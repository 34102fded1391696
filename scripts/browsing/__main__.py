"""Opens reports in headless Chromium and checks that they do what they say; see scripts/browser-test."""

import argparse
import html.parser
import sys
import tempfile
from pathlib import Path

import reports
from chromium import Chromium

SETTLED = "new Promise((done) => setTimeout(done, 400))"
ROWS = "[...document.querySelectorAll('#body > tr:not(.details)')].map((line) => [...line.cells].map((cell) => [...cell.children].map((one) => one.textContent)))"
CHECKS = 0


def check(holds, words):
    global CHECKS
    CHECKS += 1
    if not holds:
        raise SystemExit(f"browser-test: {words}")


def check_quiet(browser, path, words):
    check(not browser.noise, f"{words}: the console says {browser.noise}")
    check(browser.requests == [path.resolve().as_uri()], f"{words}: more than the page was loaded: {browser.requests}")
    check(browser.evaluate("document.title").startswith(browser.evaluate("document.querySelector('h1').textContent")), f"{words}: a script of a name ran")
    check(browser.evaluate("document.querySelectorAll('img, iframe, object, embed, link, b, #body script').length") == 0, f"{words}: a name became markup")


class Links(html.parser.HTMLParser):
    """What a page could load: every attribute that names a resource."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("src", "href", "srcset", "action", "data", "poster", "style") and not (value or "").startswith("#"):
                self.found.append((tag, key, value))


def rows(browser):
    return browser.evaluate(ROWS)


def names(browser):
    return [line[1][0] for line in rows(browser)]


def type_in(browser, words):
    browser.evaluate(f"(() => {{ const box = document.getElementById('search'); box.value = {words!r}; box.dispatchEvent(new Event('input')); }})()")
    browser.evaluate(SETTLED)


def shown(browser):
    return browser.evaluate("document.getElementById('shown').textContent")


def click(browser, selector):
    browser.evaluate(f"document.querySelector({selector!r}).click()")


def hostile(browser, folder, shots):
    with reports.hostile(folder) as bench:
        path, lines = bench.page(), bench.lines()
    check(not Links(path.read_text()).found, "the page names resources")
    browser.open(path)
    check_quiet(browser, path, "hostile names")
    browser.evaluate("(() => { const size = document.getElementById('size'); size.value = '500'; size.dispatchEvent(new Event('change')); })()")
    check(names(browser) == [reports.shown(line["name"]) for line in lines], "a name is not shown as the text that it is")
    check([line[0][0] for line in rows(browser)] == [line["outcome"] for line in lines], "an outcome is not the report's")
    check("⟨U+202E⟩" in browser.evaluate("document.querySelector('.kicker').textContent"), "the job's name can turn the page")
    browser.evaluate("document.querySelectorAll('.more button').forEach((button) => button.click())")
    check(browser.evaluate("document.querySelectorAll('#body .details').length") == len(lines), "details do not open")
    check_quiet(browser, path, "details")
    browser.evaluate("document.querySelectorAll('.more button').forEach((button) => button.click())")
    check(browser.evaluate("document.querySelectorAll('#body .details').length") == 0, "details do not close")
    filters(browser, lines)
    sorting(browser, lines)
    searching(browser, lines)
    keyboard(browser)
    check_quiet(browser, path, "after all that")
    widths(browser, path)
    pictures(browser, path, shots, "hostile")
    without_script(browser, path)
    policy(browser, path)


def choose(browser, outcomes):
    browser.evaluate(
        f"document.querySelectorAll('#controls input[name=outcome]').forEach((box) => {{ if (box.checked !== {outcomes!r}.includes(box.value)) box.click(); }})")


def filters(browser, lines):
    occurring = sorted({line["outcome"] for line in lines})
    offered = browser.evaluate("[...document.querySelectorAll('#controls input[name=outcome]')].map((box) => box.value)")
    check(sorted(offered) == occurring, f"the filter offers {offered} instead of {occurring}")
    for wanted in [[one] for one in occurring] + [["blocked", "deleted"], []]:
        choose(browser, wanted)
        expected = [line["service_token_id"] for line in lines if line["outcome"] in wanted]
        check([line[1][-1] for line in rows(browser)] == expected, f"the filter {wanted} shows something else")
    check(shown(browser).startswith("No row matches"), "nothing is said of an empty table")
    choose(browser, occurring)


def sorting(browser, lines):
    heading = "#table thead th:nth-child(2)"
    click(browser, heading + " button")
    check(browser.evaluate(f"document.querySelector({heading!r}).getAttribute('aria-sort')") == "ascending", "the order is not told")
    # JavaScript compares UTF-16 units.
    ascending = sorted((reports.shown(line["name"]) for line in lines), key=lambda name: name.lower().encode("utf-16-be"))
    check(names(browser) == ascending, "names do not ascend")
    click(browser, heading + " button")
    check(names(browser) == ascending[::-1], "names do not descend")
    click(browser, heading + " button")
    check(names(browser) == [reports.shown(line["name"]) for line in lines], "the manifest's order does not come back")
    click(browser, "#table thead th:nth-child(5) button")
    click(browser, "#table thead th:nth-child(5) button")
    tries = [int(line[4][0]) for line in rows(browser)]
    check(tries == sorted((line["attempts"] for line in lines), reverse=True), "tries do not descend")
    click(browser, "#table thead th:nth-child(6) button")
    times = [line[5][0] if line[5] else None for line in rows(browser)]
    finished = [time for time in times if time]
    check(finished == sorted(finished) and times == finished + [None] * (len(times) - len(finished)), "times do not ascend, or what has none is not last")
    for _ in range(2):
        click(browser, "#table thead th:nth-child(6) button")


def searching(browser, lines):
    for words, expected in [
        ("EVIL.example", [line for line in lines if "evil.example" in (line["name"] + line.get("note", "")).lower()]),
        (reports.OTHER[:20], [line for line in lines if line.get("scope_id") == reports.OTHER]),
        ("blocked " + reports.token(75)[-4:], [line for line in lines if line["service_token_id"] == reports.token(75)]),
        ("no such words", []),
    ]:
        type_in(browser, words)
        check([line[1][-1] for line in rows(browser)] == [line["service_token_id"] for line in expected], f"the search for {words} shows something else")
    type_in(browser, "")


def widths(browser, path):
    """From a small laptop's width on nothing is scrolled sideways, and nothing is cut at the edge of its cell."""
    wide = "[...document.querySelectorAll('html, body, body *')].filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth" \
        " && (one === document.documentElement || getComputedStyle(one).overflowX !== 'visible'))"
    cut = "[...document.querySelectorAll('#table th, #table td, .remaining th, .remaining td')].filter((cell) => {" \
        " const inside = document.createRange(); inside.selectNodeContents(cell);" \
        " return inside.getBoundingClientRect().right > cell.getBoundingClientRect().right; })"
    # 985: what a scroll bar leaves of 1,000.
    for width in (1280, 1100, 1024, 985):
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        browser.open(path)
        check(browser.evaluate("document.querySelectorAll('#body tr').length") > 0, f"at {width} px there is no table")
        for list, words in [(wide, "must be scrolled sideways"), (cut, "stands out of its cell")]:
            found = browser.evaluate(f"{list}.map((one) => one.tagName + '.' + one.className + ': ' + one.textContent.trim().slice(0, 40))")
            check(not found, f"at {width} px this {words}: {found[:3]}")
    browser.call("Emulation.clearDeviceMetricsOverride")


def keyboard(browser):
    """The skip link, a column's button and a row's details, by keys alone."""
    browser.evaluate("(() => { document.activeElement.blur(); window.scrollTo(0, 0); })()")
    browser.press("Tab")
    check(browser.evaluate("document.activeElement.className") == "skip", "the first stop is not the skip link")
    browser.press("Enter")
    check(browser.evaluate("document.activeElement.id") == "tokens", "the skip link does not lead to the table")
    browser.evaluate("document.querySelector('#table thead button').focus()")
    browser.press("Enter")
    check(browser.evaluate("document.querySelector('#table thead th').getAttribute('aria-sort')") == "ascending", "Enter does not sort")
    browser.evaluate("document.querySelector('.more button').focus()")
    browser.press("Enter")
    check(browser.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true", "Enter does not open details")
    unnamed = "[...document.querySelectorAll('button, input, select, svg[role=img], table, nav, [role=region]')].filter((one) => !" \
        "(one.labels?.length || one.textContent.trim() || one.getAttribute('aria-label') || one.getAttribute('aria-labelledby') || one.caption)).length"
    check(browser.evaluate(unnamed) == 0, "something has no name for a screen reader")
    check(browser.evaluate("[...document.querySelectorAll('[aria-labelledby]')].every((one) => one.getAttribute('aria-labelledby').split(' ').every((id) => document.getElementById(id)))"), "a name is missing")


def policy(browser, path):
    """What would run or load, if a name came through after all, is refused and heard."""
    for markup in ["<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "<p style='color: red'>", "<b onclick='document.title = 1'>"]:
        browser.open(path)
        browser.evaluate(f"(() => {{ const place = document.createElement('div'); document.body.append(place); place.innerHTML = {markup!r}; place.firstChild.click(); }})()")
        browser.evaluate(SETTLED)
        check(any("Content Security Policy" in one for one in browser.noise), f"the policy lets {markup} pass, or nobody hears of it")
    browser.open(path)
    browser.evaluate("(() => { const script = document.createElement('script'); script.textContent = 'document.title = 1'; document.body.append(script); })()")
    check(any("Content Security Policy" in one for one in browser.noise) and browser.evaluate("document.title") != "1", "the policy lets a script pass")


def without_script(browser, path):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(path)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    visible = browser.evaluate("document.body.innerText")
    check("tokensweep report --format csv" in visible, "nothing tells what to do without JavaScript")
    check("blocked" in visible and "in use by a policy" in visible, "what is not gone cannot be read without JavaScript")
    check(browser.evaluate("document.getElementById('controls').offsetHeight") == 0, "controls that do nothing are shown")


def large(browser, folder, shots):
    with reports.large(folder) as bench:
        path, lines = bench.page(), bench.lines()
    browser.open(path)
    check_quiet(browser, path, "100,000 rows")
    check(shown(browser) == "Rows 1 to 50 of 100,000.", f"it says: {shown(browser)}")
    click(browser, "#next")
    check(names(browser) == [line["name"] for line in lines[50:100]], "the second page is another one")
    click(browser, "#last")
    check(names(browser) == [line["name"] for line in lines[-50:]], "the last page is another one")
    check(browser.evaluate("document.getElementById('next').getAttribute('aria-disabled')") == "true", "there is a page after the last")
    browser.evaluate("(() => { const page = document.getElementById('page'); page.value = '1000'; page.dispatchEvent(new Event('change')); })()")
    check(names(browser) == [line["name"] for line in lines[49_950:50_000]], "page 1,000 is another one")
    click(browser, "#table thead th:nth-child(2) button")
    check(names(browser) == sorted(line["name"] for line in lines)[:50], "the first names are others")
    type_in(browser, "ci-0000")
    expected = sorted(line["name"] for line in lines if "ci-0000" in line["name"])
    check(names(browser) == expected[:50], "the search finds others")
    check_quiet(browser, path, "100,000 rows, used")
    pictures(browser, path, shots, "large")


def small(browser, folder, shots):
    for name, words in [("unfinished", "The job was halted and is not finished"), ("useless", "None of 13 tokens is gone")]:
        with getattr(reports, name)(folder / name) as bench:
            path = bench.page()
        browser.open(path)
        check_quiet(browser, path, name)
        check(words in browser.evaluate("document.body.innerText"), f"the page of the {name} job does not say: {words}")
        pictures(browser, path, shots, name)
    with reports.unfinished(folder / "only") as bench:
        path = bench.page("--only", "blocked")
    browser.open(path)
    check(len(rows(browser)) == 1, "--only shows something else")


def pictures(browser, path, shots, name):
    if not shots:
        return
    shots.mkdir(parents=True, exist_ok=True)
    browser.open(path)
    browser.picture(shots / f"{name}.png")
    browser.picture(shots / f"{name}-dark.png", dark=True)
    browser.picture(shots / f"{name}-narrow.png", width=390)
    browser.picture(shots / f"{name}-medium.png", width=1024)
    browser.paper(shots / f"{name}.pdf")
    browser.call("Emulation.clearDeviceMetricsOverride")


def main():
    parser = argparse.ArgumentParser(prog="scripts/browser-test", description="checks HTML reports in headless Chromium")
    parser.add_argument("--shots", type=Path, metavar="FOLDER", help="write pictures of the pages there")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="hostile, small or large; all where none is named")
    options = parser.parse_args()
    tests = [test for test in (hostile, small, large) if not options.tests or test.__name__ in options.tests]
    if not tests:
        parser.error("there is no such test")
    with tempfile.TemporaryDirectory(prefix="tokensweep-pages-") as name:
        folder = Path(name)
        for test in tests:
            with Chromium() as browser:
                test(browser, folder / test.__name__, options.shots)
            print(f"browser-test: {test.__name__} passed", file=sys.stderr)
    print(f"browser-test: {CHECKS} checks passed", file=sys.stderr)


main()
