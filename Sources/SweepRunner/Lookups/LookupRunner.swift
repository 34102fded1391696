package import SweepModel

/// Reads the lists of accounts and zones within the budget. What to ask, and when, is decided by `LookupDispatcher`; this
/// shell performs it.
package struct LookupRunner<Random: RandomNumberGenerator & Sendable>: Sendable {
    private let api: any LookupAPI
    private let memory: (any LookupMemory)?
    private let time: any TimeSource
    private let random: Random
    private let policy: LookupPolicy
    private let observe: @Sendable (LookupProgress) -> Void

    /// - Parameter memory: nil where requests are remembered only as long as this call lasts.
    /// - Parameter observe: called when something changed; it must not block.
    package init(
        api: any LookupAPI, memory: (any LookupMemory)?, time: any TimeSource, random: Random, policy: LookupPolicy,
        observe: @escaping @Sendable (LookupProgress) -> Void = { _ in }
    ) {
        self.api = api
        self.memory = memory
        self.time = time
        self.random = random
        self.policy = policy
        self.observe = observe
    }

    /// Lists every scope, each once. The results stand in the order of `scopes`.
    ///
    /// - Throws: when the memory fails, and only then; requests in flight are waited for.
    package func list(
        _ scopes: [Scope], lanes: LaneMap, depth: ListingDepth = .tokens
    ) async throws(QueueError) -> [Result<Listing, ListingFailure>] {
        let since = time.now - (policy.budget?.period ?? Milliseconds(0))
        let remembered = try await memory?.recentAnswers(of: lanes.fingerprints, since: since, at: time.now) ?? [:]
        let dispatcher = LookupDispatcher(
            policy: policy, scopes: scopes, depth: depth, lanes: lanes, remembered: remembered, now: time.now)
        let result = await withTaskGroup(of: Event.self, returning: Result<[Result<Listing, ListingFailure>], QueueError>.self) { group in
            do throws(QueueError) {
                return .success(try await work(dispatcher, lanes, &group))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private enum Event: Sendable {
        case answer(place: Int, LookupAnswer, at: Timestamp)
        case alarm
    }

    private func work(
        _ start: LookupDispatcher, _ lanes: LaneMap, _ group: inout TaskGroup<Event>
    ) async throws(QueueError) -> [Result<Listing, ListingFailure>] {
        var dispatcher = start
        var random = random
        var notes = Notes(memory: memory, fingerprints: lanes.fingerprints, timeout: policy.timeout)
        var alarm: Timestamp?
        var shown: LookupProgress?
        // Whatever still waits, an alarm at most, is let go.
        defer { group.cancelAll() }
        while true {
            let now = time.now
            let calls = dispatcher.launch(at: now)
            try await notes.write(calls, at: now)
            for (place, call) in calls {
                group.addTask { [api, time] in .answer(place: place, await api.look(call), at: time.now) }
            }
            if dispatcher.progress != shown {
                shown = dispatcher.progress
                observe(dispatcher.progress)
            }
            if let results = dispatcher.results { return results }
            if let wake = dispatcher.wake(after: now), alarm.map({ wake < $0 }) ?? true {
                alarm = wake
                group.addTask { [time] in
                    await time.sleep(until: wake)
                    return .alarm
                }
            }
            switch await group.next() {
            case .answer(let place, let answer, let moment):
                notes.take(place, at: moment)
                dispatcher.take(answer, for: place, at: moment, using: &random)
            case .alarm: alarm = nil
            // Nothing is on the wire and nothing is waited for: nothing will ever happen again.
            case nil: dispatcher.abandon()
            }
            if Task.isCancelled { dispatcher.abandon() }
        }
    }
}

/// Keeps the memory up to date: every request is written down before it leaves.
private struct Notes {
    let memory: (any LookupMemory)?
    let fingerprints: [String]
    let timeout: Milliseconds
    private var tickets: [Int: LookupTicket] = [:]
    private var answered: [LookupNews.Answered] = []

    init(memory: (any LookupMemory)?, fingerprints: [String], timeout: Milliseconds) {
        self.memory = memory
        self.fingerprints = fingerprints
        self.timeout = timeout
    }

    mutating func take(_ place: Int, at now: Timestamp) {
        guard let ticket = tickets.removeValue(forKey: place) else { return }
        answered.append(LookupNews.Answered(ticket: ticket, at: now))
    }

    mutating func write(_ calls: [(place: Int, call: LookupCall)], at now: Timestamp) async throws(QueueError) {
        guard let memory, !calls.isEmpty || !answered.isEmpty else { return }
        let sent = calls.map { LookupNews.Sent(fingerprint: fingerprints[$0.call.lane.index], givenUpAt: now + timeout) }
        let given = try await memory.remember(LookupNews(answered: answered, sent: sent))
        answered.removeAll()
        for (entry, ticket) in zip(calls, given) { tickets[entry.place] = ticket }
    }
}
