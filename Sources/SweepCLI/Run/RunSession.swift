import SweepCloudflare
import SweepModel
import SweepQueue
import SweepReport
import SweepRunner

/// Works on a confirmed job until it ends or is stopped, shows how it goes, and tells at the end what became of it.
struct RunSession {
    let system: SystemContext
    let arguments: Arguments
    let settings: JobSettings
    let api: APISettings
    let signals: Signals
    /// Standard input is taken by a manifest, so that questions go to the terminal itself.
    var manifestIsInput = false

    /// - Returns: the exit code of the contract. Throws what came before the first request, and failures of the queue.
    func run(_ job: JobOverview, in queue: Queue) async throws -> ExitCode {
        if job.baseURL != api.baseURL.description { try await queue.setBaseURL(api.baseURL.description, of: job.id) }
        let quiet = arguments[Options.quiet]
        let display = ProgressDisplay(console: system.console, time: system.time, isShown: !quiet)
        let open = job.scopes.filter { $0.tally.open > 0 }.map(\.scope)
        let (lanes, credentials) = api.credentials.lanes(for: open)
        let observer = RunObserver(
            console: system.console, json: arguments[Options.json], verbose: arguments[Options.verbose], quiet: quiet,
            lanes: lanes.names, tell: { display.tell($0) })
        let cloudflare = try CloudflareAPI(
            baseURL: api.baseURL, lanes: credentials, userAgent: "tokensweep/\(Tokensweep.version) (job \(job.id))",
            timeout: settings.timeout, concurrency: settings.policy.concurrency, environment: system.environment)
        defer { cloudflare.shutdown() }
        let runner = Runner(
            queue: queue, api: cloudflare, time: system.time, random: SystemRandomNumberGenerator(), policy: settings.policy,
            observe: { observer.observe($0) })
        let control = { signals.control(runner, tell: { display.tell($0) }) }
        control()
        // Its owner died before it could carry that out: nothing more is sent.
        if try await queue.wish(for: job.id) == .cancel { runner.heed(.cancel) }
        func work() async -> Result<RunEnd, QueueError> {
            let shown = Task { await display.follow(observer) }
            let watch = WishWatch(source: queue, time: system.time, tell: { display.tell($0) })
            let watched = Task { await watch.follow(job.id, runner) }
            let result = await Result { () async throws(QueueError) in try await runner.run(job.id, lanes: lanes) }
            watched.cancel()
            shown.cancel()
            await shown.value
            return result
        }
        var result = await work()
        // A wish from another terminal may have come while the question stood.
        if case .success(.deferred) = result, try await SecondQuestion(self).isAnswered(job.id, queue),
            try await queue.wish(for: job.id) == nil
        {
            _ = try await queue.releaseDeferred(of: job.id)
            control()
            result = await work()
        }
        if case .success(let end) = result, end != .finished, try await queue.wish(for: job.id) == .cancel {
            _ = try await queue.cancel(job.id, at: system.time.now)
        }
        let finding = try await verify(job, in: queue, after: result)
        return try conclude(job.id, queue.path, result, observer.snapshot, finding)
    }

    /// Lists everything again where that was asked for; nil where it was not, and after a run that did not come to its end.
    private func verify(
        _ job: JobOverview, in queue: Queue, after result: Result<RunEnd, QueueError>
    ) async throws -> VerificationFinding? {
        guard arguments[Options.verify], case .success(.finished) = result else { return nil }
        let policy = LookupPolicy(budget: settings.policy.budget, attempts: settings.policy.attempts, timeout: settings.timeout)
        let session = LookupSession(
            system: system, api: api, policy: policy, isQuiet: arguments[Options.quiet], memory: queue)
        let task = Task { try await Verification(session: session, queue: queue, path: queue.path).run(job) }
        // A signal ends the listing and nothing else: the reports are still to be written.
        signals.control(TaskControl(cancel: { task.cancel() }), tell: { [console = system.console] in console.tell($0) })
        return try await task.value
    }

    /// Reports and summary come from the file, not from memory: what is told is what is durable.
    private func conclude(
        _ id: JobID, _ path: String, _ result: Result<RunEnd, QueueError>, _ snapshot: RunObserver.Snapshot,
        _ finding: VerificationFinding?
    ) throws -> ExitCode {
        let reader = try QueueReader(path: path)
        guard let job = try reader.job(id) else { throw Failure.unknown("the job \(id) is no longer in the queue") }
        let (written, failures) = writeReports(job, reader)
        let elapsed = (snapshot.lastAnswerAt ?? system.time.now) - (snapshot.firstRequestAt ?? system.time.now)
        let facts = RunFacts(
            elapsed: elapsed, finished: snapshot.finished, requests: snapshot.requests, reports: written)
        for line in SummaryText.lines(job, facts) { system.console.tell(line) }
        for line in finding.map({ VerificationText(job: job, finding: $0).lines }) ?? [] { system.console.tell(line) }
        for failure in failures { system.console.tell(failure.text) }
        if arguments[Options.json], let finding {
            try system.console.print(VerificationText(job: job, finding: finding).summary + "\n")
        }
        if arguments[Options.json] { try system.console.print(JSONText.summary(job).text + "\n") }
        var code = try exitCode(result, job)
        if code == .allGone, let finding { code = finding.exitCode }
        return failures.isEmpty ? code : .environment
    }

    private func exitCode(_ result: Result<RunEnd, QueueError>, _ job: JobOverview) throws -> ExitCode {
        let end = try result.get()
        // A cancelled run finishes its job whatever it stopped for.
        if job.state == .finished { return ExitCode(finished: job.tally) }
        switch end {
        case .finished: return ExitCode(finished: job.tally)
        case .halted: return .halted
        case .interrupted, .paused, .cancelled, .deferred: return .interrupted
        case .unreachable(let reason):
            system.console.tell(
                "tokensweep: the API cannot be reached: \(TerminalText.sanitised(reason))\n"
                    + "  check the network, then run `tokensweep resume`")
            return .environment
        }
    }

    private func writeReports(_ job: JobOverview, _ reader: borrowing QueueReader) -> ([String], [Failure]) {
        var written: [String] = []
        var failures: [Failure] = []
        for path in settings.reports {
            do {
                try ReportWriting.write(job, from: reader, to: path)
                written.append(path)
            } catch {
                failures.append(Failure(error))
            }
        }
        return (written, failures)
    }
}

extension Result {
    fileprivate init(_ body: () async throws(Failure) -> Success) async {
        do throws(Failure) {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

/// Ends a task when the run is asked to stop.
private struct TaskControl: RunControl {
    let cancel: @Sendable () -> Void

    func stop(_ kind: StopKind) { cancel() }
    func heed(_ wish: JobWish) { cancel() }
}
