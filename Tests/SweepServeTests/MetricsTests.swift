import SweepModel
import SweepTestSupport
import Testing

@testable import SweepServe

@Suite struct MetricsTests {
    @Test func `the text format`() {
        var text = MetricsText()
        text.family("a_total", .counter, "Back\\slash and\nline", [MetricsText.Sample(3), MetricsText.Sample(0.5, ("x", "q\"b\\s\nn"))])
        text.family("empty", .gauge, "Nothing.", [])
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == """
                # HELP a_total Back\\\\slash and\\nline
                # TYPE a_total counter
                a_total 3
                a_total{x="q\\"b\\\\s\\nn"} 0.5

                """)
    }

    @Test func `jobs, requests and budgets`() throws {
        var view = FakeView()
        view.list.jobs = [FakeView.job(1, "one", [.deleted: 3, .pending: 2])]
        view.list.running = JobID(1)
        let lane = LaneStatus(
            scopes: [], tally: Tally([.pending: 2]), budget: RateBudget(requests: 100, period: .seconds(60), reservePercent: 10), used: 7,
            earliestEnd: nil)
        view.log = [view.attempt(1, status: 200), view.attempt(2, status: 429), view.attempt(3, status: nil)]
        let metrics = QueueMetrics(
            version: "1", list: view.list, lanes: [JobID(1): [lane]], sizes: (4096, nil),
            requests: try RequestCounts(view: view).upToDate(), listeners: 2)
        let lines = String(decoding: metrics.text.bytes, as: UTF8.self).split(separator: "\n")
        for line in [
            #"tokensweep_build_info{version="1"} 1"#, "tokensweep_event_listeners 2", "tokensweep_queue_file_bytes 4096",
            #"tokensweep_job_tokens{job_id="1",job_name="one",outcome="deleted"} 3"#,
            #"tokensweep_job_state{job_id="1",job_name="one",state="running"} 1"#,
            #"tokensweep_job_state{job_id="1",job_name="one",state="unfinished"} 0"#,
            #"tokensweep_job_created_timestamp_seconds{job_id="1",job_name="one"} 1.5"#,
            #"tokensweep_job_requests_total{job_id="1",job_name="one",answer="2xx"} 1"#,
            #"tokensweep_job_requests_total{job_id="1",job_name="one",answer="none"} 1"#,
            #"tokensweep_job_rate_limited_total{job_id="1",job_name="one"} 1"#,
            #"tokensweep_lane_budget_requests{job_id="1",job_name="one",lane="1",first_scope=""} 90"#,
            #"tokensweep_lane_budget_used_requests{job_id="1",job_name="one",lane="1",first_scope=""} 7"#,
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("tokensweep_queue_write_ahead_log_bytes") })
    }

    @Test func `requests are read on, each once`() async throws {
        let changing = Changing()
        let counts = RequestCounts(view: ChangingView(changing: changing))
        changing.change { $0.log = [FakeView().attempt(1, status: 200)] }
        #expect(try counts.upToDate()?[JobID(1)]?.byClass == ["2xx": 1])
        changing.change { $0.log.append(FakeView().attempt(2, status: 503)) }
        #expect(try counts.upToDate()?[JobID(1)]?.byClass == ["2xx": 1, "5xx": 1])
        #expect(try counts.upToDate()?[JobID(1)]?.byClass == ["2xx": 1, "5xx": 1])
    }

    @Test func `a file that was begun anew is counted anew`() async throws {
        let changing = Changing()
        let counts = RequestCounts(view: ChangingView(changing: changing))
        changing.change { $0.log = [FakeView().attempt(9, status: 200)] }
        #expect(try counts.upToDate()?[JobID(1)]?.byClass == ["2xx": 1])
        changing.change { $0.log = [FakeView().attempt(1, status: 404)] }
        let found = try await eventually("the new counts") { try counts.upToDate() }
        #expect(found[JobID(1)]?.byClass == ["4xx": 1])
    }

    @Test func `a long log is read in the background`() async throws {
        var view = FakeView()
        view.log = (1...50_000).map { FakeView().attempt($0, status: 200) }
        let counts = RequestCounts(view: view)
        #expect(try counts.upToDate() == nil)
        let found = try await eventually("the counts") { try counts.upToDate() }
        #expect(found[JobID(1)]?.byClass == ["2xx": 50_000])
    }
}
