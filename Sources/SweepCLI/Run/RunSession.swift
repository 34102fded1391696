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
    /// What the API said of the credentials.
    let preflight: PreflightResult
    /// Standard input is taken by a manifest, so that questions go to the terminal itself.
    var manifestIsInput = false

    /// How a run ended. A queue that failed ended it too: what was committed before can still be told.
    typealias Outcome = Result<RunEnd, QueueError>

    /// - Returns: the exit code of the contract. Throws what came before the first request, and failures of the queue.
    func run(_ job: JobOverview, in queue: Queue) async throws -> ExitCode {
        if job.baseURL != api.baseURL.description { try await queue.setBaseURL(api.baseURL.description, of: job.id) }
        let quiet = arguments[Options.quiet]
        // Lines of a log on standard error would tear what is drawn there.
        let isShown = !quiet && arguments[Options.log]?.isStandardError != true
        let display = ProgressDisplay(console: system.console, time: system.time, isShown: isShown)
        let (lanes, credentials) = api.credentials.lanes(for: job.scopes.filter { $0.tally.open > 0 }.map(\.scope))
        let observer = RunObserver(
            console: system.console, json: arguments[Options.json], verbose: arguments[Options.verbose], quiet: quiet,
            lanes: lanes.names, tell: { display.tell($0) })
        let cloudflare = try CloudflareAPI(
            baseURL: api.baseURL, lanes: credentials, userAgent: "tokensweep/\(Tokensweep.version) (job \(job.id))",
            timeout: settings.timeout, concurrency: settings.policy.concurrency, environment: system.environment)
        defer { cloudflare.shutdown() }
        let worker = JobWorker(
            session: self, action: job.action, lanes: lanes, cloudflare: cloudflare, display: display, observer: observer,
            log: RunLog(system.log, lanes: lanes.names))
        noteStart(job)
        var queue = queue
        var outcome = job.state == .finished ? .success(.finished) : await worker.work(job.id, in: queue)
        loop: while true {
            do throws(QueueError) {
                switch outcome {
                case .success(.gaveWay):
                    switch try await takeBack(queue, for: job.id) {
                    case .taken(let returned):
                        queue = returned
                        outcome = await worker.work(job.id, in: queue)
                    case .over: outcome = .success(.paused)
                    case .interrupted: outcome = .success(.interrupted)
                    }
                case .success(.deferred):
                    guard try await mayGoOn(job, queue) else { break loop }
                    outcome = await worker.work(job.id, in: queue)
                case .success, .failure: break loop
                }
            } catch {
                outcome = .failure(error)
            }
        }
        let finding = await verify(job, in: queue, after: outcome)
        // No connection to the API outlives the run.
        cloudflare.shutdown()
        let conclusion = Result { try conclude(job.id, queue.path, outcome, observer.snapshot, finding) }
        // Where the file cannot be read there is no summary to hand on; why, the conclusion tells.
        if let ended = try? QueueReader(path: queue.path).job(job.id) {
            noteEnd(ended, outcome, observer.snapshot)
            await runHook(ended, conclusion, queue)
        } else if arguments[Options.onFinish] != nil {
            system.console.tell("tokensweep: the command of --on-finish was not run: the queue has no summary that can be read")
        }
        return try conclusion.get()
    }

    /// Lets the queue go to a more urgent job, and waits until it is free again.
    private func takeBack(_ queue: Queue, for job: JobID) async throws(QueueError) -> QueueReturn.End {
        try await queue.letGo()
        let waiting = QueueReturn(job: job, path: queue.path, system: system)
        let task = Task { await Result { () async throws(QueueError) in try await waiting.wait() } }
        signals.control(TaskControl(cancel: { task.cancel() }), tell: talk)
        talk("tokensweep: a more urgent job goes first; this one goes on when that is done")
        let end = try await task.value.get()
        switch end {
        case .taken: talk("tokensweep: going on")
        case .over: talk("tokensweep: this job does not go on here, as another terminal asked")
        case .interrupted: break
        }
        return end
    }

    /// Whether there is more to do when only tokens are left that wait for a second yes. A wish from another terminal, which may
    /// have come while the question stood, is left to the worker.
    private func mayGoOn(_ job: JobOverview, _ queue: Queue) async throws(QueueError) -> Bool {
        let consent = try await SecondQuestion(self).ask(about: job, queue)
        if try await queue.wish(for: job.id) != nil { return true }
        guard let consent else { return false }
        _ = try await queue.releaseDeferred(of: job.id, by: consent, at: system.time.now)
        return true
    }

    /// Tells people what they need not know.
    private var talk: @Sendable (String) -> Void {
        { [console = system.console, quiet = arguments[Options.quiet]] in if !quiet { console.tell($0) } }
    }

    /// Lists everything again where that was asked for; nil where it was not, and after a run that did not come to its end.
    private func verify(
        _ job: JobOverview, in queue: Queue, after outcome: Outcome
    ) async -> Result<VerificationFinding, any Error>? {
        guard job.action == .delete, arguments[Options.verify], case .success(.finished) = outcome else { return nil }
        let policy = LookupPolicy(budget: settings.policy.budget, attempts: settings.policy.attempts, timeout: settings.timeout)
        let session = LookupSession(
            system: system, api: api, policy: policy, isQuiet: arguments[Options.quiet], memory: queue)
        let task = Task { try await Verification(session: session, queue: queue, path: queue.path).run(job) }
        // A signal ends the listing and nothing else: the reports are still to be written.
        signals.control(TaskControl(cancel: { task.cancel() }), tell: talk)
        return await task.result
    }

    /// Reports and summary come from the file, not from memory: what is told is what is durable. What failed meanwhile is thrown
    /// when they are written.
    private func conclude(
        _ id: JobID, _ path: String, _ outcome: Outcome, _ snapshot: RunObserver.Snapshot,
        _ verification: Result<VerificationFinding, any Error>?
    ) throws -> ExitCode {
        let reader = try QueueReader(path: path)
        guard let job = try reader.job(id) else { throw Failure.unknown("the job \(id) is no longer in the queue") }
        let (written, failures) = ReportWriting.writeAll(settings.reports, of: job, from: reader, at: system.time.now)
        for path in written { system.log.note(.reportWritten) { $0.member("path", path) } }
        for failure in failures { system.log.note(.reportFailed) { $0.member("reason", failure.message) } }
        // The counts of a damaged file may tell of tokens that they are gone.
        if case .failure(let error) = outcome, error.code == .damaged { throw error }
        let elapsed = (snapshot.lastAnswerAt ?? system.time.now) - (snapshot.firstRequestAt ?? system.time.now)
        let facts = RunFacts(
            elapsed: elapsed, finished: snapshot.finished, requests: snapshot.requests, reports: written)
        let isColored = system.console.canRedraw && !arguments[Options.noColor]
        for (index, line) in SummaryText.lines(job, facts).enumerated() {
            system.console.tell(Paint(job.tally, job.action).applied(to: line, if: isColored && index == 0))
        }
        let finding = try? verification?.get()
        // The end of a run fits one screen; elsewhere nobody counts lines.
        let limit = system.console.isErrorTerminal ? 2 : Int.max
        if let finding {
            let text = VerificationText(job: job, finding: finding, queue: arguments.typedQueue, limit: limit)
            for line in text.lines { system.console.tell(line) }
        }
        let next = NextSteps.lines(job, queue: arguments.typedQueue, disabled: try reader.disabledCount(of: job))
        for line in next { system.console.tell(line) }
        for failure in failures { system.console.tell(failure.text) }
        if arguments[Options.json], let finding {
            try system.console.print(VerificationText(job: job, finding: finding).summary + "\n")
        }
        if arguments[Options.json] { try system.console.print(JSONText.summary(job).text + "\n") }
        if case .failure(let error) = verification { throw error }
        var code = try exitCode(outcome, job)
        if code == .allGone, let finding { code = finding.exitCode }
        return failures.isEmpty ? code : .environment
    }

    private func exitCode(_ outcome: Outcome, _ job: JobOverview) throws -> ExitCode {
        let end = try outcome.get()
        // A cancelled run finishes its job whatever it stopped for, and so does whoever went on with one that waited.
        if job.state == .finished { return ExitCode(finished: job.tally, job.action) }
        switch end {
        case .finished: return ExitCode(finished: job.tally, job.action)
        case .halted: return .halted
        case .interrupted, .gaveWay, .paused, .cancelled, .deferred: return .interrupted
        case .unreachable(let reason):
            let resume = ShellText.command("resume", job, queue: arguments.typedQueue)
            system.console.tell(
                "tokensweep: the API cannot be reached: \(TerminalText.sanitised(reason))\n  check the network, then run `\(resume)`")
            return .environment
        }
    }
}

/// Works on a job as long as it has the queue.
private struct JobWorker {
    let session: RunSession
    let action: JobAction
    let lanes: LaneMap
    let cloudflare: CloudflareAPI
    let display: ProgressDisplay
    let observer: RunObserver
    let log: RunLog

    func work(_ job: JobID, in queue: Queue) async -> RunSession.Outcome {
        do throws(QueueError) {
            return .success(try await run(job, in: queue))
        } catch {
            return .failure(error)
        }
    }

    private func run(_ job: JobID, in queue: Queue) async throws(QueueError) -> RunEnd {
        let system = session.system
        var policy = session.settings.policy
        // The job's row is what was confirmed, whatever options say.
        policy.action = action
        let runner = Runner(
            queue: queue, api: cloudflare, time: system.time, random: SystemRandomNumberGenerator(), policy: policy,
            observe: { [observer, log] event in
                observer.observe(event)
                log.observe(event)
            })
        let quiet = session.arguments[Options.quiet]
        let talk: @Sendable (String) -> Void = { [display] in if !quiet { display.tell($0) } }
        session.signals.control(runner, tell: talk)
        // Its owner died before it could carry that out: nothing more is sent.
        if try await queue.wish(for: job) == .cancel { runner.heed(.cancel) }
        let shown = Task { [display, observer] in await display.follow(observer) }
        let watched = Task { await WishWatch(source: queue, time: system.time, log: system.log, tell: talk).follow(job, runner) }
        let gates = session.preflight.gates(of: lanes)
        let result = await withTaskExecutorPreference(queue.taskExecutor) {
            await Result { () async throws(QueueError) in try await runner.run(job, lanes: lanes, gates: gates) }
        }
        watched.cancel()
        shown.cancel()
        await shown.value
        let end = try result.get()
        guard end != .finished, try await queue.wish(for: job) == .cancel else { return end }
        _ = try await queue.cancel(job, at: system.time.now)
        return .cancelled
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
