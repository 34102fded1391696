import SweepModel
import Testing

@testable import SweepReport

@Suite("Charts")
struct ChartTests {
    @Test("a long pause is shown short, and every moment is found again")
    func foldedClock() {
        let pause = Pause(from: Sample.start + .seconds(100), to: Sample.start + .seconds(36_100))
        let clock = FoldedClock(start: Sample.start, end: Sample.start + .seconds(36_200), pauses: [pause])
        #expect(clock.kept == .seconds(20))
        #expect(clock.offset(of: pause.from) == .seconds(100))
        #expect(clock.offset(of: pause.to) == .seconds(120))
        #expect(clock.offset(of: pause.from + .seconds(18_000)) == .seconds(110))
        for seconds in [0, 1, 99, 100, 110, 119, 120, 121, 220] as [Int64] {
            #expect(clock.offset(of: clock.moment(at: .seconds(seconds))) == .seconds(seconds))
        }
    }

    @Test("between the end of a run and the next start nobody worked; a process that died ended with its last answer")
    func pauses() throws {
        let start = Sample.start
        let milestones = [
            Milestone(.planned, at: start), Milestone(.started, at: start + .seconds(5)), Milestone(.paused, at: start + .seconds(20)),
            Milestone(.started, at: start + .seconds(50)),
            Milestone(.recovered, at: start + .seconds(90), lastAnswerAt: start + .seconds(70)),
            Milestone(.started, at: start + .seconds(90), lastAnswerAt: start + .seconds(70)),
            Milestone(.finished, at: start + .seconds(99)),
            Milestone(.verified, at: start + .seconds(9_000)),
        ]
        let (clock, end) = try #require(FoldedClock.of(milestones, lastAnswer: start + .seconds(98)))
        #expect(clock.start == start + .seconds(5))
        #expect(
            clock.pauses == [
                Pause(from: start + .seconds(20), to: start + .seconds(50)), Pause(from: start + .seconds(70), to: start + .seconds(90)),
            ])
        #expect(end == start + .seconds(99))
        #expect(FoldedClock.of([Milestone(.planned, at: start)], lastAnswer: nil) == nil)
    }

    @Test("no request is lost when bars become wider", arguments: [0, 1, 7, 160, 5_000])
    func bars(count: Int) {
        let requests = ChartSample.requests(count, from: Sample.start, gap: 700)
        let timeline = ChartSample.build(requests, [Milestone(.started, at: Sample.start)]).timeline
        #expect(timeline.total.fulfilled == count)
        #expect(timeline.total.requests == count)
        #expect((1...160).contains(timeline.bars.count))
        for (index, bar) in timeline.bars.enumerated() {
            let (from, to) = timeline.moments(of: index)
            #expect(bar.requests == requests.count { from <= $0.finishedAt && $0.finishedAt < to })
        }
    }

    @Test("a request is counted as what it brought")
    func kinds() {
        let kinds: [(Int?, ItemState?)] = [(200, .deleted), (409, .blocked), (nil, nil), (502, nil), (429, nil), (200, nil)]
        let requests = kinds.map {
            RequestMark(startedAt: Sample.start, finishedAt: Sample.start, credential: 1, httpStatus: $0.0, outcome: $0.1)
        }
        let total = ChartSample.build(requests, [Milestone(.started, at: Sample.start)]).timeline.total
        #expect([total.fulfilled, total.left, total.again, total.limited, total.steps] == [1, 1, 2, 1, 1])
        let disabling = ChartSample.build(requests, [Milestone(.started, at: Sample.start)], action: .enable).timeline.total
        #expect([disabling.fulfilled, disabling.left] == [0, 2])
    }

    @Test("the budget used is that of one credential in a window of the period, whatever the width of the bars")
    func usage() {
        let budget = RateBudget(requests: 100, period: .seconds(60), reservePercent: 10)
        let first = ChartSample.requests(90, from: Sample.start, gap: 10)
        let other = ChartSample.requests(30, from: Sample.start + .seconds(1), gap: 10, credential: 2)
        let late = ChartSample.requests(90, from: Sample.start + .seconds(62), gap: 10)
        let timeline = ChartSample.build(
            (first + other + late).sorted { $0.finishedAt < $1.finishedAt }, [Milestone(.started, at: Sample.start)], budget: budget
        ).timeline
        #expect(timeline.credentials == 2)
        #expect(timeline.total.used == 90)
        // Nothing is answered half a minute in, and all is still in the window.
        let quiet = timeline.bars.indices.first { timeline.moments(of: $0).from >= Sample.start + .seconds(30) }
        #expect(quiet.map { timeline.bars[$0].requests } == 0)
        #expect(quiet.map { timeline.bars[$0].used } == 90)
    }

    @Test("a wait lies between requests, and is no pause")
    func waits() {
        let start = Sample.start
        let milestones = [
            Milestone(.started, at: start), Milestone(.paused, at: start + .seconds(30)), Milestone(.started, at: start + .seconds(60)),
            Milestone(.finished, at: start + .seconds(90)),
        ]
        let requests = ChartSample.requests(1, from: start, gap: 0) + ChartSample.requests(1, from: start + .seconds(70), gap: 0)
        let timeline = ChartSample.build(requests, milestones).timeline
        let waits = timeline.waits.map { (timeline.moments(of: $0.lowerBound).from, timeline.moments(of: $0.upperBound - 1).to) }
        let spans = waits.map { [($0.0 - start).count / 1000, ($0.1 - start).count / 1000] }
        #expect(spans == [[1, 30], [60, 70], [71, 91]])
    }

    @Test("quantiles lie where the latencies are, and what got no answer is in no class")
    func quantiles() throws {
        var histogram = LatencyHistogram()
        #expect(histogram.quantile(0.5) == nil)
        for latency in 1...1000 as ClosedRange<Int64> {
            histogram.add(ChartSample.requests(1, from: Sample.start, gap: 0, latency: latency)[0])
        }
        histogram.add(ChartSample.requests(1, from: Sample.start, gap: 0, status: nil, outcome: nil)[0])
        #expect(histogram.total == 1000 && histogram.unanswered == 1 && histogram.slowest == Milliseconds(1000))
        for (share, latency) in [(0.5, 500.0), (0.95, 950), (0.99, 990)] {
            let found = Double(try #require(histogram.quantile(share)).count)
            #expect(abs(found - latency) < latency * 0.05)
        }
        #expect(histogram.quantile(1) == Milliseconds(1000))
        for (latency, index) in [(0, 0), (1, 1), (9, 7), (10, 8), (99, 17), (100, 18), (99_999, 47), (100_000, 48), (.max, 48)]
            as [(Int64, Int)]
        {
            #expect(LatencyHistogram.index(of: Milliseconds(latency)) == index)
        }
    }

    @Test("one among a million is seen, and nothing goes past the bar's end")
    func shares() {
        let widths = OutcomeBar.widths([1_000_000, 1, 1, 0], of: 400)
        #expect(abs(widths.reduce(0, +) - 400) < 0.01)
        #expect(widths.allSatisfy { $0 >= 6 })
    }

    @Test("drawings are well-formed, and what they say is escaped", .enabled(if: Python.isThere))
    func wellFormed() throws {
        let night = ChartSample.night()
        let empty = ChartSample.build([], [Milestone(.started, at: Sample.start)], budget: nil)
        let tally = Tally([.deleted: 5, .blocked: 1, .inFlight: 2])
        let drawings = [
            TimelineChart.svg(night.timeline, id: "a"), TimelineChart.svg(night.timeline, id: "b", width: 400),
            LatencyChart.svg(night.latency, id: "c"), OutcomeBar.svg(tally, .delete, id: "d"),
            TimelineChart.svg(empty.timeline, id: "e"), LatencyChart.svg(empty.latency, id: "f"), OutcomeBar.svg(Tally(), .delete, id: "g"),
        ]
        let scratch = try Scratch()
        try scratch.write("<all>\(drawings.joined())</all>", to: "drawings.xml")
        let program = """
            import sys, xml.etree.ElementTree as tree
            ids = [element.get("id") for element in tree.parse(sys.argv[1]).iter() if element.get("id")]
            print(len(ids) - len(set(ids)), any(element.get("style") for element in tree.parse(sys.argv[1]).iter()))
            """
        #expect(try Python.run(program, arguments: ["\(scratch.path)/drawings.xml"], in: scratch) == "0 False\n")
        #expect(
            TimelineChart.summary(night.timeline).contains("12 not gone; 60 tried again later; 10 over the API’s limit (429); 2 pauses"))
    }

    @Test("what acts or deceives is shown by its picture or number")
    func markup() {
        #expect(Markup.escaped("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#39;")
        #expect(Markup.escaped("\u{0}\u{1B}[31m\n\u{7F}") == "⟨NUL⟩⟨ESC⟩[31m⟨LF⟩⟨U+007F⟩")
        #expect(Markup.escaped("a\u{202E}b\u{200B}\u{2028}\u{9B}\u{FEFF}") == "a⟨U+202E⟩b⟨U+200B⟩⟨U+2028⟩⟨U+009B⟩⟨U+FEFF⟩")
        #expect(Markup.escaped("👩‍💻 ❤️ 日本語") == "👩‍💻 ❤️ 日本語")
        #expect(Markup.escaped("1\u{200D}") == "1⟨U+200D⟩")
        #expect(Markup.escaped("e" + String(repeating: "\u{301}", count: 6)).hasSuffix("⟨U+0301⟩⟨U+0301⟩"))
    }
}
