import SweepModel
import Testing

@testable import SweepReport

/// What the page says is read back with Python's own parser of HTML.
@Suite("A report in HTML", .enabled(if: Python.isThere))
struct HTMLTests {
    /// Prints what a page is made of: the tags that occur, what they load or run, the digests of its own texts, the rows.
    private static let reader = """
        import base64, hashlib, html.parser, json, re, sys
        page = open(sys.argv[1], encoding="utf-8", newline="").read()
        class Reader(html.parser.HTMLParser):
            def __init__(self):
                super().__init__(convert_charrefs=True)
                self.tags, self.attributes, self.policy, self.texts, self.blocks, self.script = [], [], "", [], [], None
            def handle_starttag(self, tag, attributes):
                self.tags.append(tag)
                attributes = dict(attributes)
                self.attributes += [(tag, key, value or "") for key, value in attributes.items()]
                if attributes.get("http-equiv") == "Content-Security-Policy": self.policy = attributes["content"]
                self.script = attributes.get("type", "code") if tag == "script" else None
                if tag == "script": self.blocks.append((attributes.get("class"), attributes.get("id"), ""))
            def handle_data(self, data):
                if self.script: self.blocks[-1] = (*self.blocks[-1][:2], self.blocks[-1][2] + data)
                elif self.tags and self.tags[-1] != "style": self.texts.append(data)
            def handle_endtag(self, tag):
                if tag == "script": self.script = None
        reader = Reader()
        reader.feed(page)
        reader.close()
        outside = [one for one in reader.attributes if one[1] in ("src", "href", "srcset", "action", "data", "style", "poster")
            and not (one[1] == "href" and one[2].startswith("#"))]
        acting = [one for one in reader.attributes if one[1].startswith("on")]
        loading = [one for one in re.findall(r"url\\(([^)]*)|@import", page.split("</style>")[0]) if not one.startswith("#")]
        digest = lambda name: base64.b64encode(hashlib.sha256(re.search(f"<{name}>(.*?)</{name}>", page, re.S).group(1).encode()).digest()).decode()
        expected = f"default-src 'none'; style-src 'sha256-{digest('style')}'; script-src 'sha256-{digest('script')}'; base-uri 'none'; form-action 'none'"
        rows = [row for name, _, text in reader.blocks if name == "rows" for row in json.loads(text)]
        json.dump({
            "tags": sorted(set(reader.tags)), "scripts": reader.tags.count("script"), "outside": outside, "acting": acting, "loading": loading,
            "policy": reader.policy == expected, "digests": [digest("style"), digest("script")], "rows": len(rows), "names": [row[6] for row in rows],
            "tokens": [row[2] for row in rows],
            "controls": sorted({hex(ord(one)) for one in page if (ord(one) < 32 and one != "\\n") or ord(one) in range(127, 160)
                or ord(one) in (0x2028, 0x2029, 0x202e, 0x2066, 0x2069, 0x200b, 0xfeff)}),
            "text": " ".join(" ".join(reader.texts).split()),
        }, sys.stdout, ensure_ascii=False)
        """

    private func read(_ page: String) throws -> Page {
        let scratch = try Scratch()
        try scratch.write(page, to: "page.html")
        return Page(try Python.run(HTMLTests.reader, arguments: ["\(scratch.path)/page.html"], in: scratch))
    }

    private func story(_ remaining: [ReportRow] = []) -> ReportStory {
        let night = ChartSample.night()
        return ReportStory(
            writtenAt: Sample.start + .seconds(40_000), timeline: night.timeline, milestones: night.timeline.milestones,
            latency: night.latency,
            remaining: remaining)
    }

    @Test("loads nothing, and its policy allows its own style sheet and script alone")
    func selfContained() throws {
        let page = try read(try report(.html, Sample.job(), [Sample.row()], layout: ReportLayout(story: story())))
        #expect(page.list("outside") == "[]" && page.list("acting") == "[]" && page.list("loading") == "[]")
        #expect(page.has("\"policy\": true"), "the digests should be \(page.list("digests"))")
        #expect(!page.text.contains("unsafe"))
    }

    @Test("the verdict comes first, and agrees with what a run prints", arguments: JobAction.allCases)
    func verdict(action: JobAction) throws {
        var job = try Sample.job([.deleted: 3, .disabled: 2, .enabled: 1, .blocked: 4])
        job.action = action
        let page = try report(.html, job, [])
        let heading = page.split(separator: "<h1>").dropFirst().first?.split(separator: "</h1>").first ?? ""
        #expect(String(heading) == Verdict.sentence(job.tally, action))
    }

    @Test("texts from outside stay text", arguments: Sample.hostileTexts.map { Given($0) })
    func hostile(given: Given) throws {
        var row = try Sample.hostile(given.text)
        row.state = .blocked
        row.referrers = [given.text]
        var job = try Sample.job([.blocked: 1])
        job.reason = given.text
        job.stopReason = given.text
        job.state = .halted
        job.manifests = [given.text]
        let page = try report(.html, job, [row], layout: ReportLayout(story: story([row])))
        let harmless = try report(.html, Sample.job([.blocked: 1], state: .halted), [row], layout: ReportLayout(story: story()))
        let (found, expected) = (try read(page), try read(harmless))
        #expect(found.list("outside") == "[]" && found.list("acting") == "[]" && found.has("\"policy\": true"))
        #expect(found.list("controls") == "[]")
        #expect(found.has("\"scripts\": 3") && expected.has("\"scripts\": 3"))
        #expect(Set(found.words("tags")).isSubset(of: HTMLTests.ownTags))
    }

    /// What the encoder itself writes.
    private static let ownTags = Set(
        """
        a bdi body button caption code dd defs desc details div dl dt fieldset form h1 h2 head header html input label legend li line main meta nav ol \
        option p pattern polygon rect script section select small span strong style summary svg table tbody td text tfoot th thead time title tr ul
        """.split(separator: " ").map(String.init))

    @Test("rows are read back as they were, in blocks")
    func rows() throws {
        let job = try Sample.job([.deleted: 5_001])
        var row = try Sample.row()
        row.name = "</script><!--<b>&amp;\"\\"
        let rows = (1...5_001).map { line in
            var next = row
            next.position.line = line
            next.tokenText = "t\(line)"
            return next
        }
        let page = try read(try report(.html, job, rows))
        #expect(page.has("\"rows\": 5001") && page.has("\"scripts\": 4"))
        #expect(page.words("tokens") == rows.map(\.tokenText))
        #expect(page.has(#""</script><!--<b>&amp;\"\\""#))
    }

    @Test("an unfinished job says so, and how to go on")
    func unfinished() throws {
        var job = try Sample.job([.deleted: 3, .pending: 2], state: .halted)
        job.stopReason = "the credential was refused"
        let page = try read(try report(.html, job, [], layout: ReportLayout(story: story())))
        #expect(
            page.has(
                "The job was halted and is not finished: the credential was refused . This page shows how it stood at 2026-11-24 06:28:37 UTC."
            ))
        #expect(page.has("tokensweep resume incident-42"))
        #expect(page.has("2 tokens are not finished yet."))
        let finished = try read(try report(.html, Sample.job(), [], layout: ReportLayout(story: story())))
        #expect(!finished.has("To go on"))
    }

    @Test("what is not gone is listed with reason and referrers, and what does not fit is counted")
    func remaining() throws {
        var row = try Sample.row()
        (row.state, row.reason, row.referrers) = (.blocked, "in use", ["group \"CI\" (77)", "policy \"Deploy\""])
        var unknown = row
        unknown.referrers = nil
        let page = try read(
            try report(.html, Sample.job([.deleted: 1, .blocked: 12]), [row], layout: ReportLayout(story: story([row, unknown]))))
        #expect(page.has("in use") && page.has("not looked at"))
        #expect(page.has(#"group \"CI\" (77); policy \"Deploy\""#))
        #expect(page.has("… and 10 more, which the table below has."))
    }

    @Test("jobs without tokens, with one, and with nothing but rows that cannot be used are pages too")
    func small() throws {
        #expect(try read(try report(.html, Sample.job([:]), [])).has("There are no tokens."))
        #expect(try read(try report(.html, Sample.job([.deleted: 1]), [Sample.row()])).has("The only token is gone."))
        let nothing = ChartSample.build([], [Milestone(.started, at: Sample.start), Milestone(.finished, at: Sample.start)])
        let idle = ReportStory(writtenAt: Sample.start, timeline: nothing.timeline, milestones: nothing.timeline.milestones)
        #expect(try read(try report(.html, Sample.job([:]), [], layout: ReportLayout(story: idle))).has("No request was sent"))
        var job = try Sample.job([.invalid: 3])
        job.scopes = []
        let page = try read(
            try report(
                .html, job, [Sample.invalid()],
                layout: ReportLayout(story: ReportStory(writtenAt: Sample.start, remaining: [Sample.invalid()]))))
        #expect(page.has("none that is known") && page.has("standard input:3: not a UUID"))
    }

    @Test("a page of some outcomes says that it is not the whole")
    func only() throws {
        let page = try read(try report(.html, Sample.job(), [], layout: ReportLayout(only: [.failed], story: story())))
        #expect(page.has("The tokens listed below are not all: only failed."))
        #expect(page.has("1,996 of 2,000 tokens are gone; 4 are not."))
    }
}

/// What the reader printed: JSON whose members are looked at as text.
private struct Page {
    let text: String

    init(_ text: String) { self.text = text }

    func has(_ words: String) -> Bool { text.contains(words) }

    /// The text of a member that is an array.
    func list(_ name: String) -> String {
        guard let start = text.range(of: "\"\(name)\": [")?.upperBound else { return "missing" }
        return "[" + text[start...].prefix { $0 != "]" } + "]"
    }

    func words(_ name: String) -> [String] {
        list(name).dropFirst().dropLast().split(separator: ", ").map { $0.filter { $0 != "\"" } }
    }
}

extension String {
    fileprivate func range(of part: String) -> Range<String.Index>? {
        ranges(of: part).first
    }
}
