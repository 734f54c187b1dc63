"""Opens HTML reports of 0, 10 and 10,000 findings in a browser and uses them as a person does."""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import time

from browser import Browser

URLS = {
    "ampache": "https://music.example.org/server/json.server.php?action=song",
    "groove": "https://music.xboxlive.com/1/content/music/search",
    "lineworks": "https://www.worksapis.com/v1.0/users/a",
    "onedrive": "https://graph.microsoft.com/v1.0/me/drive/root",
}
# Generous: machines that check are slow, and share their cores.
MOST_LOAD = 6000
MOST_FILTER = 500

HOSTILE = (b'{"error": {"code": "</script><script>alert(1)</script><!--", "message": "\xe2\x80\xaeabc \xff\xfe '
           b'\xf0\x9f\x98\x80 \xe2\x80\xa8 <img src=x onerror=alert(1)>"}, "x": 1}')


def records():
    """Every case of the corpus as a line of NDJSON, the services in turns."""
    services = []
    for service, url in URLS.items():
        with open(f"corpus/manifests/{service}.json", encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        rows = []
        for case in cases:
            if case["body"] is None:
                continue
            with open(f"corpus/{case['body']}", "rb") as file:
                body = file.read()
            headers = [["Content-Type", "application/json"], *case["headers"]]
            headers = [line for line in headers if all(isinstance(part, str) for part in line)]
            row = {"status": case["status"], "headers": headers, "service": service, "url": url}
            if len(body) < 20_000:
                rows.append(dict(row, body_base64=base64.b64encode(body).decode()))
        services.append(rows)
    for index in range(max(map(len, services))):
        for rows in services:
            if index < len(rows):
                yield rows[index]


def run(faultbook, *arguments):
    command = [faultbook, "check", "--fail-on", "never", "--no-progress", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def capture(faultbook, folder, name, wanted):
    """A capture with exactly so many findings, and its JSON report."""
    rows = list(records())
    path = os.path.join(folder, f"{name}.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    report = json.loads(run(faultbook, "--all", "--format", "json", path))
    found = {response["index"]: [finding["rule"] for finding in response["findings"]] for response in report["responses"]}
    left, lines, seen = wanted, [], set()
    while left > 0:
        before = left
        for index, row in enumerate(rows):
            rules = found.get(index, [])
            # Of few findings each shows something else.
            if 0 < len(rules) <= left and (wanted > 100 or seen.isdisjoint(rules)):
                lines.append(json.dumps(row) + "\n")
                left -= len(rules)
                seen.update(rules)
        if left == before:
            raise SystemExit("no record has as few findings as are left")
    lines.append(json.dumps({"status": 200, "body": "{}", "headers": {}}) + "\n")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines)
    return path, json.loads(run(faultbook, "--all", "--format", "json", path))


class Checks:
    """What was expected and did not happen."""

    def __init__(self):
        self.count = 0
        self.failures = []

    def equal(self, found, expected, what):
        self.count += 1
        if found != expected:
            self.failures.append(f"{what}: found {found!r}, expected {expected!r}")

    def true(self, value, what):
        self.count += 1
        if not value:
            self.failures.append(what)


def findings(report):
    return [(response, finding) for response in report["responses"] for finding in response["findings"]]


def number(count):
    return f"{count:,}"


def listed(browser):
    """How many rows the list says that it has."""
    return browser.evaluate("""(() => {
        const row = document.querySelector("#rows .row");
        return document.getElementById("rows").hidden || !row ? 0 : Number(row.getAttribute("aria-setsize"));
    })()""")


def filtered(browser, script):
    """Changes a filter, and gives the milliseconds until the list is drawn again."""
    return browser.evaluate(f"""new Promise((done) => {{
        const start = performance.now();
        {script}
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    }})""")


def select(browser, field, value):
    return filtered(browser, f"""
        const field = document.getElementById({json.dumps(field)});
        field.value = {json.dumps(value)};
        field.dispatchEvent(new Event("input", {{bubbles: true}}));""")


def frames(browser):
    """Waits until what was asked for is drawn."""
    browser.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))")


def check(browser, checks, path, report, name):
    """Uses one report; gives the times that were measured."""
    every = findings(report)
    load = browser.open(path)
    times = {"load": load}
    checks.equal(listed(browser), len(every), f"{name}: rows")
    if every:
        first = browser.evaluate("document.querySelector('.row .rule').textContent.split(' ')[0]")
        checks.equal(first, every[0][1]["rule"], f"{name}: the first rule")
    elements = browser.evaluate("document.getElementsByTagName('*').length")
    checks.true(elements < 1500, f"{name}: {elements} elements before anything was opened")

    # Filters.
    slowest = 0
    for service in URLS:
        expected = sum(response["service"] == service for response, _ in every)
        if expected:
            slowest = max(slowest, select(browser, "service", service))
            checks.equal(listed(browser), expected, f"{name}: findings of {service}")
    select(browser, "service", "")
    rules = sorted({finding["rule"] for _, finding in every})
    for rule in rules[:3] + rules[-3:]:
        slowest = max(slowest, select(browser, "rule", rule))
        expected = sum(finding["rule"] == rule for _, finding in every)
        checks.equal(listed(browser), expected, f"{name}: findings of {rule}")
    select(browser, "rule", "")
    for severity in ("error", "warning", "note"):
        browser.click(f"#severities input[value={severity}]")
        expected = sum(finding["severity"] != severity for _, finding in every)
        checks.equal(listed(browser), expected, f"{name}: findings that are no {severity}")
        browser.click(f"#severities input[value={severity}]")

    # Search, typed as a person types.
    browser.evaluate("document.getElementById('rows').focus()")
    browser.key("/")
    checks.equal(browser.evaluate("document.activeElement.id"), "search", f"{name}: / goes to the search")
    word = "unknown-code"
    for letter in word:
        start = time.monotonic()
        browser.key(letter)
        listed(browser)
        slowest = max(slowest, 1000 * (time.monotonic() - start))
    shown = listed(browser)
    expected = sum(word in finding["rule"] for _, finding in every)
    checks.true(shown >= expected, f"{name}: {shown} rows found for {word}, at least {expected} have it")
    checks.true(shown < len(every) or expected == len(every), f"{name}: the search leaves everything in the list")
    checks.true(f"{number(shown)} of {number(len(every))}" in browser.evaluate("document.getElementById('count').textContent"),
                f"{name}: the count says how many were found")
    browser.key("Escape")
    checks.equal(listed(browser), len(every), f"{name}: Escape empties the search")
    select(browser, "search", "no such text anywhere")
    checks.equal(browser.evaluate("document.getElementById('nothing').textContent"), "Nothing fits these filters.",
                 f"{name}: what an empty list says")
    select(browser, "search", "")
    times["filter"] = slowest

    # Everything can be reached by the key Tab.
    browser.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    reached = []
    for _ in range(16):
        browser.key("Tab")
        reached.append(browser.evaluate("document.activeElement.id || document.activeElement.value"))
        outline = browser.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        checks.true(outline != "none" or reached[-1] in (None, ""), f"{name}: the focus on {reached[-1]} can be seen")
    for expected in ("theme", "error", "warning", "note", "service", "rule", "search", "reset", "rows"):
        checks.true(expected in reached, f"{name}: Tab does not reach {expected}, only {reached}")

    # Opening by keys: each finding, or some dozens of them.
    browser.evaluate("document.getElementById('search').focus()")
    browser.key("Escape")
    checks.equal(browser.evaluate("document.activeElement.id"), "rows", f"{name}: Escape goes to the list")
    browser.key("Home")
    browser.key("Enter")
    checks.equal(browser.evaluate("document.activeElement.id"), "title", f"{name}: Enter opens")
    bodies = 0
    for index, (response, finding) in enumerate(every[:60]):
        if index:
            browser.key("j")
        opened = browser.evaluate("""(() => {
            const text = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
            return {rule: text("#detail code")[0], terms: text("#detail dd"), marks: text("#detail mark.open"), all: text("#detail").join("")};
        })()""")
        what = f"{name}: finding {index + 1}, {finding['rule']}"
        checks.equal(opened["rule"], finding["rule"], what)
        checks.true(visible(finding["received"]) in opened["terms"], f"{what}: received is shown")
        # Backticks are shown as another font.
        checks.true(visible(finding["documented"]).replace("`", "") in opened["terms"], f"{what}: documented is shown")
        place = finding["place"]
        if place["part"] == "body":
            body = base64.b64decode(json.loads(LINES[path][response["index"]])["body_base64"])
            expected = visible(body[place["start"]:place["end"]].decode("utf-8", "replace"))
            # A line end is not among the text of lines.
            checks.equal("".join(opened["marks"]), expected.replace("\n", ""), f"{what}: the marked text")
            bodies += 1
        elif place["part"] == "header":
            value = json.loads(LINES[path][response["index"]])["headers"][place["index"]][1].strip(" \t").encode()
            expected = visible(value[place["start"]:place["end"]].decode("utf-8", "replace"))
            checks.equal("".join(opened["marks"]), expected, f"{what}: the marked text")
        elif place["part"] == "status":
            checks.equal(opened["marks"], [str(response["status"])], f"{what}: the marked status")
    checks.true(bodies > 3, f"{name}: only {bodies} findings in bodies")
    browser.key("Escape")
    checks.true(browser.evaluate("document.getElementById('detail').hidden"), f"{name}: Escape closes")
    browser.key("End")
    browser.key("Enter")
    checks.equal(browser.evaluate("document.querySelector('#detail code').textContent"), every[-1][1]["rule"],
                 f"{name}: the last finding")
    before = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    browser.click("#theme")
    after = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    checks.true(before != after, f"{name}: the button changes the colours")
    return times


CONTROLS = ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM "
            "SUB ESC FS GS RS US").split()
UNSEEN = [(0x7f, 0x9f), (0xad, 0xad), (0x61c, 0x61c), (0x180e, 0x180e), (0x200b, 0x200f), (0x2028, 0x202e),
          (0x2060, 0x206f), (0xfeff, 0xfeff), (0xfff9, 0xfffb), (0xe0000, 0xe007f)]


def visible(text):
    """A text as the page shows it."""
    out = []
    for c in text:
        if c < " " and c not in "\n\t":
            out.append(f"‹{CONTROLS[ord(c)]}›")
        elif any(first <= ord(c) <= last for first, last in UNSEEN):
            out.append(f"‹U+{ord(c):04X}›")
        else:
            out.append(c)
    return "".join(out)


LINES = {}


def quiet(browser, checks, name):
    """Nothing was asked for but the page, and it has nothing to complain of."""
    checks.equal(browser.complaints(), [], f"{name}: console")
    others = [url for url in browser.requests() if not url.startswith("file://") or not url.endswith(".html")]
    checks.equal(others, [], f"{name}: requests")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--browser", required=True)
    parser.add_argument("--faultbook", required=True)
    parser.add_argument("--screenshots")
    args = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(args.browser)

        def picture(name):
            if args.screenshots:
                os.makedirs(args.screenshots, exist_ok=True)
                browser.screenshot(os.path.join(args.screenshots, f"{name}.png"))

        try:
            for wanted in (10, 10_000):
                name = f"{wanted} findings"
                path, report = capture(args.faultbook, folder, str(wanted), wanted)
                page = os.path.join(folder, f"{wanted}.html")
                run(args.faultbook, "--format", "html", "-o", page, path)
                with open(path, encoding="utf-8") as file:
                    LINES[page] = file.readlines()
                checks.equal(len(findings(report)), wanted, f"{name}: made")
                browser.theme("light")
                times = check(browser, checks, page, report, name)
                quiet(browser, checks, name)
                checks.true(times["load"] < MOST_LOAD, f"{name}: ready after {times['load']} ms")
                checks.true(times["filter"] < MOST_FILTER, f"{name}: filtered in {times['filter']} ms")
                print(f"{name}: {os.path.getsize(page) / 1e6:.1f} MB, ready after {times['load']:.0f} ms, "
                      f"the slowest filter took {times['filter']:.0f} ms")
                for theme in ("light", "dark"):
                    browser.theme(theme)
                    browser.open(page)
                    picture(f"{wanted}-{theme}")
                    browser.evaluate("document.getElementById('rows').focus()")
                    for _ in range(4):
                        browser.key("j")
                    browser.key("Enter")
                    picture(f"{wanted}-{theme}-open")
                browser.resize(480, 900)
                browser.open(page)
                picture(f"{wanted}-narrow")
                browser.resize(*browser.size)

            # Nothing found.
            path = os.path.join(folder, "fine.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write('{"code": "NOT_FOUND", "description": "gone"}')
            page = os.path.join(folder, "fine.html")
            run(args.faultbook, "--format", "html", "-o", page, "--service", "lineworks", path)
            browser.open(page)
            checks.equal(browser.evaluate("document.getElementById('nothing').textContent"), "Nothing was found.", "no findings")
            checks.equal(listed(browser), 0, "no findings: rows")
            quiet(browser, checks, "no findings")
            picture("none")

            # What a run can say of itself, and findings that a baseline has: in the data of a page
            # that is there already.
            with open(os.path.join(folder, "10.html"), encoding="utf-8") as file:
                head, rest = file.read().split('type="application/json">', 1)
            text, tail = rest.split("</script>", 1)
            data = json.loads(text)
            known = data["entries"][0]
            known["suppressed"] = [dict(finding, reason="wrong since 2019") for finding in known["findings"]]
            known["findings"] = []
            data["entries"].insert(0, {"kind": "unreadable", "input": "gone.har", "reason": "no such file or folder"})
            data["entries"].append({"kind": "remark", "input": "known.json", "findings": [data["entries"][2]["findings"][0]]})
            data["summary"].update(interrupted=True, incomplete=2, unreadable=1, suppressed=1)
            data["left_out"].update(responses=3, findings=4, details=1)
            data["entries"][2]["details"] = None
            page = os.path.join(folder, "troubled.html")
            with open(page, "w", encoding="utf-8") as file:
                file.write(head + 'type="application/json">' + json.dumps(data).replace("<", "\\u003c") + "</script>" + tail)
            browser.open(page)
            notices = browser.evaluate("document.getElementById('notices').innerText")
            for words in ("The run was interrupted", "2 inputs were not read to the end", "gone.har", "no room for 3 responses with 4 findings"):
                checks.true(words in notices, f"troubled: {words}")
            checks.equal(listed(browser), 10, "troubled: rows")
            browser.click("#views input[value=known]")
            checks.equal(listed(browser), 1, "troubled: known findings")
            browser.evaluate("document.getElementById('rows').focus()")
            browser.key("Enter")
            checks.true("wrong since 2019" in browser.evaluate("document.getElementById('detail').textContent"), "troubled: the reason")
            checks.true(browser.evaluate("document.querySelectorAll('#detail mark.open').length") > 0, "troubled: the mark of a known finding")
            picture("troubled")
            browser.click("#reset")
            frames(browser)
            checks.equal(listed(browser), 10, "troubled: Clear goes back to the findings")
            browser.key("/")
            browser.key("Escape")
            browser.key("Home")
            browser.key("Enter")
            checks.true("left out" in browser.evaluate("document.getElementById('detail').textContent"), "troubled: no room for details")
            quiet(browser, checks, "troubled")

            # A body of one long line, and one of very many lines.
            for name, body in (
                ("one line", b'{"code": 7, "x": "' + b"y" * 1_000_000 + b'", "description": 8}'),
                ("many lines", b'{"code": 7,' + b"\n" * 60_000 + b'"description": 8}'),
            ):
                path = os.path.join(folder, "long.json")
                with open(path, "wb") as file:
                    file.write(body)
                page = os.path.join(folder, "long.html")
                run(args.faultbook, "--format", "html", "-o", page, "--service", "lineworks", path)
                browser.open(page)
                browser.evaluate("document.getElementById('rows').focus()")
                browser.key("End")
                start = time.monotonic()
                browser.key("Enter")
                frames(browser)
                took = 1000 * (time.monotonic() - start)
                mark = browser.evaluate("""(() => {
                    const mark = document.querySelector("#body mark.open").getBoundingClientRect();
                    const body = document.getElementById("body").getBoundingClientRect();
                    const pane = document.getElementById("detail").getBoundingClientRect();
                    return [document.querySelector("#body mark.open").textContent, Math.max(body.top, pane.top) <= mark.top && mark.bottom <= Math.min(body.bottom, pane.bottom)];
                })()""")
                checks.equal(mark, ["8", True], f"{name}: the mark, and whether it can be seen")
                checks.true(took < 2000, f"{name}: opened in {took:.0f} ms")
                print(f"{name}: opened in {took:.0f} ms")
                quiet(browser, checks, name)
                picture(name.replace(" ", "-"))

            # What wants to be a script stays text.
            path = os.path.join(folder, "hostile</script><script>alert(2)")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(HOSTILE)
            page = os.path.join(folder, "hostile.html")
            run(args.faultbook, "--format", "html", "-o", page, "--service", "onedrive", "--status", "404", path)
            browser.open(page)
            browser.evaluate("document.getElementById('rows').focus()")
            browser.key("Enter")
            body = browser.evaluate("document.getElementById('body').textContent")
            checks.equal(body, visible(HOSTILE.decode("utf-8", "replace")), "hostile: the body")
            checks.equal(browser.evaluate("document.images.length + document.scripts.length"), 2, "hostile: elements")
            quiet(browser, checks, "hostile")
            picture("hostile")
        finally:
            browser.close()
    for failure in checks.failures:
        print(f"html: {failure}", file=sys.stderr)
    print(f"{checks.count} checks, {len(checks.failures)} failed")
    sys.exit(1 if checks.failures else 0)


if __name__ == "__main__":
    main()
