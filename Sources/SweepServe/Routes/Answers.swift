import SweepModel

/// Answers what was let in. Runs on the serving thread.
final class Answers: Sendable {
    private let view: any QueueView
    private let encoder: any LiveEncoder
    private let charts: any ChartSource
    private let time: any TimeSource
    private let watcher: Watcher
    private let version: String
    private let counts: RequestCounts
    private static let logLines = 200

    init(
        view: any QueueView, encoder: any LiveEncoder, charts: any ChartSource, time: any TimeSource, watcher: Watcher, version: String
    ) {
        self.view = view
        self.encoder = encoder
        self.charts = charts
        self.time = time
        self.watcher = watcher
        self.version = version
        counts = RequestCounts(view: view)
    }

    /// The address is bound, and nothing else is known yet.
    static let starting = HTTPReply(503, .text, Array("starting\n".utf8), headers: [("Retry-After", "1")])

    func refusal(_ refusal: RequestGuard.Refusal) -> HTTPReply {
        switch refusal {
        case .foreignHost:
            problem(421, "foreign_host", "this server was not given that name; ask for it by its address, or name it with --host-name")
        case .crossSite: problem(403, "cross_site", "a page of another site may not read this")
        case .method: problem(405, "method_not_allowed", "this page only shows things", [("Allow", "GET, HEAD")])
        case .token:
            problem(
                401, "token_wanted", "the token of --token-file is wanted: as a Bearer token, or as the password of any user",
                [("WWW-Authenticate", "Basic realm=\"tokensweep\", charset=\"UTF-8\"")])
        }
    }

    func reply(_ request: HTTPRequest) -> HTTPReply {
        do {
            return try reply(Route(request), request)
        } catch let problem as Route.Problem {
            switch problem {
            case .notFound: return self.problem(404, "not_found", "there is nothing here")
            case .badValue(let name): return self.problem(400, "bad_value", "the value of \(name) cannot be used")
            }
        } catch let error as QueueError {
            return problem(503, "queue_unreadable", encoder.message(of: error), [("Retry-After", "5")])
        } catch {
            return problem(500, "failed", "\(error)")
        }
    }

    private func reply(_ route: Route, _ request: HTTPRequest) throws -> HTTPReply {
        switch route {
        case .file(let file): HTTPReply(200, file.type, file.bytes)
        case .chartStyle: HTTPReply(200, .css, Array(charts.style.utf8))
        case .health: health()
        case .metrics: HTTPReply(200, .metrics, try metrics().bytes)
        case .jobs: HTTPReply(200, .json, encoder.jobs(try view.jobs()))
        case .job(let word): HTTPReply(200, .json, encoder.job(try find(word)))
        case .lanes(let word): HTTPReply(200, .json, encoder.lanes(try view.lanes(of: find(word).job.id, at: time.now), at: time.now))
        case .tokens(let word, let query): HTTPReply(200, .json, encoder.tokens(try view.tokens(of: find(word).job.id, query)))
        case .log(let word, let number):
            HTTPReply(200, .json, log(try view.events(of: find(word).job.id, after: number, limit: Self.logLines)))
        case .chart(let word, let name): try chart(name, of: find(word).job)
        case .events: events(request)
        }
    }

    private func find(_ word: String) throws -> JobStatus {
        guard let status = try view.job(word) else { throw Route.Problem.notFound }
        return status
    }

    private func chart(_ name: ChartName, of job: JobOverview) throws(QueueError) -> HTTPReply {
        guard let chart = try charts.chart(name, of: job) else { return problem(404, "not_found", "no request was answered yet") }
        return HTTPReply(200, .svg, chart.svg, headers: chart.isComplete ? [] : [("Retry-After", "1")])
    }

    /// Says no more than that: it is answered without a token, and the reason names the file.
    private func health() -> HTTPReply {
        do {
            _ = try view.lastAttempt()
            return HTTPReply(200, .text, Array("ok\n".utf8))
        } catch {
            return HTTPReply(503, .text, Array("the queue cannot be read\n".utf8))
        }
    }

    private func metrics() throws(QueueError) -> MetricsText {
        let list = try view.jobs()
        var lanes: [JobID: [LaneStatus]] = [:]
        for job in list.jobs.prefix(QueueMetrics.jobs) where job.state != .finished {
            lanes[job.id] = try view.lanes(of: job.id, at: time.now)
        }
        return QueueMetrics(
            version: version, list: list, lanes: lanes, sizes: view.sizes(), requests: try counts.upToDate(),
            listeners: watcher.audience.count
        ).text
    }

    /// The lines as they are, which is JSON already.
    private func log(_ lines: [JobEventLine]) -> [UInt8] { Array("[\(lines.map(\.json).joined(separator: ","))]".utf8) }

    private func events(_ request: HTTPRequest) -> HTTPReply {
        let listener = EventListener(known: request.headers["last-event-id"].flatMap { Int64($0) })
        // Whoever asks for the head alone listens to nothing.
        guard request.method == "GET" else { return HTTPReply(events: listener) }
        guard watcher.welcome(listener) else {
            return problem(503, "too_many_listeners", "too many listen already", [("Retry-After", "30")])
        }
        return HTTPReply(events: listener)
    }

    private func problem(_ status: Int, _ code: String, _ message: String, _ headers: [(String, String)] = []) -> HTTPReply {
        HTTPReply(status, .json, encoder.problem(code, message), headers: headers)
    }
}
