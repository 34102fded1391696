package import SweepModel

/// Runs one job: claims what may leave, sends it, records what came back, until every item has its outcome or the run is
/// stopped. What to do is decided by `Dispatcher`; this shell performs it, one turn after the other:
///
///     answers ─▶ records ─┐
///                         ├─▶ one durable commit ─▶ events for the observer, requests for the API
///     room    ─▶ claims ──┘
package final class Runner<Random: RandomNumberGenerator & Sendable>: RunControl, Sendable {
    private let queue: any DeletionQueue
    private let api: any TokenAPI
    private let time: any TimeSource
    private let random: Random
    private let policy: RunPolicy
    private let observe: @Sendable (RunEvent) -> Void
    private let mailbox = Mailbox()

    /// - Parameter observe: called in order, from the runner's task; it must not block.
    package init(
        queue: any DeletionQueue, api: any TokenAPI, time: any TimeSource, random: Random, policy: RunPolicy,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.queue = queue
        self.api = api
        self.time = time
        self.random = random
        self.policy = policy
        self.observe = observe
    }

    /// Asks the run to stop; it may be called at any time and from any thread.
    package func stop(_ kind: StopKind) { mailbox.post(kind) }

    /// Asks the run to stop as somebody at another terminal wants it to; it may be called at any time and from any thread.
    package func heed(_ wish: JobWish) { mailbox.post(wish) }

    /// Runs a confirmed job.
    ///
    /// - Parameter gates: what is known of lanes before anything is sent, such as that a credential is refused.
    /// - Throws: when the queue fails. Nothing is shown that is not in the file; items in flight stay marked as such, and
    ///   the next run takes them up as items of unknown fate.
    package func run(_ job: JobID, lanes: LaneMap, gates: [LaneID: Lane.Gate] = [:]) async throws(QueueError) -> RunEnd {
        let memory = policy.budget?.period ?? Milliseconds(0)
        let start = try await queue.begin(job, lanes: lanes, remembering: memory, at: time.now)
        var turns = Turns(
            dispatcher: Dispatcher(
                policy: policy, start: start, laneCount: lanes.fingerprints.count, laneNames: lanes.names, gates: gates,
                now: time.now),
            random: random, observe: observe)
        do {
            let end = try await work(&turns)
            try await write(end, job)
            return end
        } catch {
            api.cancelAll()
            throw error
        }
    }

    private func work(_ turns: inout Turns<Random>) async throws(QueueError) -> RunEnd {
        while true {
            let letters = mailbox.open()
            if let stop = letters.stop {
                turns.dispatcher.interrupt()
                if stop == .now { api.cancelAll() }
            }
            if let wish = letters.wish { turns.dispatcher.heed(wish) }
            let results = turns.take(letters.answers)
            let now = time.now
            let orders = turns.dispatcher.orders(at: now)
            if results.isEmpty && orders.isEmpty {
                turns.showProgress(at: now, isIdle: true)
                if let end = turns.dispatcher.ending() { return try await named(end, turns.dispatcher) }
                await mailbox.wait(until: turns.dispatcher.wake(after: now), time)
                continue
            }
            let claims = try await queue.commit(Turn(records: results.map(\.record), claims: orders, now: now))
            turns.show(results)
            send(claims, orders, &turns)
            turns.showProgress(at: now, isIdle: false)
        }
    }

    /// A run that its canary halted tells what the token is called: only the queue knows, and is not asked before.
    private func named(_ end: RunEnd, _ dispatcher: Dispatcher) async throws(QueueError) -> RunEnd {
        guard case .canaryFailed(let canary) = dispatcher.stop else { return end }
        return dispatcher.ending(name: try await queue.name(of: canary.call.item)) ?? end
    }

    private func send(_ claims: [Claim], _ orders: [ClaimOrder], _ turns: inout Turns<Random>) {
        let calls = turns.dispatcher.launch(claims, for: orders, at: time.now)
        guard !calls.isEmpty else { return }
        api.send(calls) { [mailbox, time] item, answer in
            mailbox.post(item, answer, at: time.now)
        }
    }

    private func write(_ end: RunEnd, _ job: JobID) async throws(QueueError) {
        switch end {
        case .finished: try await queue.end(job, .finished, reason: nil, at: time.now)
        case .halted(let reason): try await queue.end(job, .halted, reason: reason, at: time.now)
        case .interrupted: try await queue.end(job, .unfinished, reason: "interrupted", at: time.now)
        case .gaveWay: try await queue.end(job, .unfinished, reason: JobWish.waitingReason, at: time.now)
        case .paused: try await queue.end(job, .unfinished, reason: JobWish.pausedReason, at: time.now)
        case .cancelled: try await queue.end(job, .unfinished, reason: "cancelled", at: time.now)
        case .deferred: try await queue.end(job, .unfinished, reason: "paused before the tokens that were seen recently", at: time.now)
        case .unreachable(let reason): try await queue.end(job, .unfinished, reason: reason, at: time.now)
        }
    }
}

/// How a run can be stopped from outside.
package protocol RunControl: Sendable {
    func stop(_ kind: StopKind)
    func heed(_ wish: JobWish)
}

package enum StopKind: Int, Sendable, Comparable {
    /// Let the requests in flight finish.
    case gently
    /// Cut the requests in flight short; their fate is then unknown.
    case now

    package static func < (left: StopKind, right: StopKind) -> Bool { left.rawValue < right.rawValue }
}

/// The decisions of a run with what they need at hand: randomness and somebody to tell.
private struct Turns<Random: RandomNumberGenerator> {
    var dispatcher: Dispatcher
    var random: Random
    let observe: @Sendable (RunEvent) -> Void
    private var shownAt = Timestamp.distantPast
    private var shownGates: [Lane.Gate] = []

    /// Often enough for eyes, seldom enough to cost nothing.
    static var interval: Milliseconds { Milliseconds(100) }

    init(dispatcher: Dispatcher, random: Random, observe: @escaping @Sendable (RunEvent) -> Void) {
        self.dispatcher = dispatcher
        self.random = random
        self.observe = observe
    }

    mutating func take(
        _ answers: [(item: ItemID, answer: Answer, at: Timestamp)]
    ) -> [(record: Record, claim: Claim)] {
        answers.compactMap { dispatcher.take($0.answer, for: $0.item, at: $0.at, using: &random) }
    }

    func show(_ results: [(record: Record, claim: Claim)]) {
        for (record, claim) in results {
            switch record.next {
            case .final: observe(.settled(claim, record))
            case .pending: observe(.postponed(claim, record))
            }
        }
    }

    mutating func showProgress(at now: Timestamp, isIdle: Bool) {
        let isDue = now - shownAt >= Self.interval
        guard isDue || (isIdle && dispatcher.inFlight == 0) else { return }
        shownAt = now
        let progress = dispatcher.progress(at: now)
        let gates = progress.lanes.map(\.gate)
        for (index, gate) in gates.enumerated() where !shownGates.indices.contains(index) || shownGates[index] != gate {
            observe(.gate(LaneID(index), gate))
        }
        shownGates = gates
        observe(.progress(progress))
    }
}
