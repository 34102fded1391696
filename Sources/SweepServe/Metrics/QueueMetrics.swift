import SweepModel

/// What a monitoring system is told of a queue: `tokensweep_…`, the newest jobs, in seconds and bytes.
struct QueueMetrics {
    /// Older jobs are left out, or the series would only ever grow.
    static let jobs = 50

    var version: String
    var list: JobList
    var lanes: [JobID: [LaneStatus]]
    var sizes: (file: Int?, log: Int?)
    /// nil while they are not known yet.
    var requests: [JobID: RequestCounts.Count]?
    var listeners: Int

    private typealias Sample = MetricsText.Sample
    private var shown: [JobOverview] { Array(list.jobs.prefix(Self.jobs)) }

    var text: MetricsText {
        var text = MetricsText()
        addProgram(to: &text)
        addJobs(to: &text)
        addRequests(to: &text)
        addLanes(to: &text)
        return text
    }

    private func addProgram(to text: inout MetricsText) {
        text.family("tokensweep_build_info", .gauge, "The version that serves this.", [Sample(1, ("version", version))])
        text.family("tokensweep_event_listeners", .gauge, "Who listens to the events now.", [Sample(Double(listeners))])
        text.family("tokensweep_queue_jobs", .gauge, "Jobs in the queue.", [Sample(Double(list.jobs.count))])
        text.family("tokensweep_queue_file_bytes", .gauge, "Size of the queue file.", sizes.file.map { [Sample(Double($0))] } ?? [])
        text.family(
            "tokensweep_queue_write_ahead_log_bytes", .gauge, "Size of its write-ahead log.", sizes.log.map { [Sample(Double($0))] } ?? [])
    }

    private func addJobs(to text: inout MetricsText) {
        text.family(
            "tokensweep_job_tokens", .gauge, "Tokens of a job by outcome.",
            shown.flatMap { job in
                ItemState.allCases.filter { $0.onlyAction ?? job.action == job.action }.map { state in
                    Sample(job.tally[state], labels: labels(job) + [("outcome", state.rawValue)])
                }
            })
        text.family(
            "tokensweep_job_state", .gauge, "1 for the state that a job is in.",
            shown.flatMap { job in
                ["running", "unfinished", "halted", "finished"].map { state in
                    Sample(state == self.state(of: job) ? 1 : 0, labels: labels(job) + [("state", state)])
                }
            })
        text.family(
            "tokensweep_job_created_timestamp_seconds", .gauge, "When a job was made.",
            shown.map { sample($0.createdAt, $0) })
        text.family(
            "tokensweep_job_finished_timestamp_seconds", .gauge, "When a job was finished.",
            shown.compactMap { job in job.finishedAt.map { sample($0, job) } })
    }

    private func addRequests(to text: inout MetricsText) {
        guard let requests else { return }
        let known = shown.map { (job: $0, count: requests[$0.id] ?? RequestCounts.Count()) }
        text.family(
            "tokensweep_job_requests_total", .counter, "Requests of a job that ended, by class of answer; none where no answer came.",
            known.flatMap { entry in
                ["2xx", "3xx", "4xx", "5xx", "none"].map { name in
                    Sample(entry.count.byClass[name] ?? 0, labels: labels(entry.job) + [("answer", name)])
                }
            })
        text.family(
            "tokensweep_job_rate_limited_total", .counter, "Answers that said 429 Too Many Requests.",
            known.map { Sample($0.count.rateLimited, labels: labels($0.job)) })
    }

    private func addLanes(to text: inout MetricsText) {
        let all = shown.flatMap { job in (lanes[job.id] ?? []).enumerated().map { (job: job, number: $0.offset + 1, lane: $0.element) } }
        func samples(_ value: (LaneStatus) -> Int?) -> [Sample] {
            all.compactMap { entry in
                value(entry.lane).map { count in
                    let scope = entry.lane.scopes.first.map { "\($0)" } ?? ""
                    return Sample(count, labels: labels(entry.job) + [("lane", "\(entry.number)"), ("first_scope", scope)])
                }
            }
        }
        text.family(
            "tokensweep_lane_budget_requests", .gauge, "Requests that a credential may send in its window, the reserve taken off.",
            samples { $0.budget?.allowance })
        text.family(
            "tokensweep_lane_budget_used_requests", .gauge, "Requests that count against it now.",
            samples { $0.budget == nil ? nil : $0.used })
        text.family(
            "tokensweep_lane_budget_window_seconds", .gauge, "The length of its window.",
            samples { $0.budget.map { Int($0.period.inSeconds) } })
        text.family("tokensweep_lane_open_tokens", .gauge, "Tokens that a credential still has to send.", samples { $0.tally.open })
    }

    private func state(of job: JobOverview) -> String { job.id == list.running ? "running" : job.state.rawValue }

    private func labels(_ job: JobOverview) -> [(name: String, value: String)] { [("job_id", job.id.description), ("job_name", job.name)] }

    private func sample(_ moment: Timestamp, _ job: JobOverview) -> Sample {
        var sample = Sample(0, labels: labels(job))
        sample.value = Double(moment.milliseconds) / 1000
        return sample
    }
}
