import SweepModel

/// Decides which lookup leaves when, with the very rules of pace that deletions obey. It has no clock, thread or socket.
struct LookupDispatcher {
    private struct Work {
        var listing: ScopeListing
        var isInFlight = false

        var isOpen: Bool { listing.call != nil }
        var isIdle: Bool { isOpen && !isInFlight }
    }

    let policy: LookupPolicy
    private var lanes: [Lane]
    private var work: [Work]
    /// Requests of all lanes: the API's limit for an IP address.
    private var address: RateWindow?
    /// Whether the API has answered at all.
    private var isReached = false

    init(
        policy: LookupPolicy, scopes: [Scope], depth: ListingDepth = .tokens, lanes map: LaneMap, remembered: [LaneID: [Timestamp]],
        now: Timestamp
    ) {
        self.policy = policy
        lanes = map.fingerprints.indices.map { Lane(budget: policy.budget, remembered: remembered[LaneID($0)] ?? [], now: now) }
        work = scopes.map { scope in
            guard let lane = map.lanes[scope] else {
                var listing = ScopeListing(scope: scope, lane: LaneID(0))
                listing.fail(.forbidden, "no credential serves it")
                return Work(listing: listing)
            }
            return Work(listing: ScopeListing(scope: scope, lane: lane, depth: depth))
        }
        guard policy.budget != nil else { return }
        // Whatever was sent just before, deletions too, came from the same address.
        let recent = remembered.values.joined().filter { $0 > now - .seconds(2) }
        address = RateWindow(limit: RateBudget.requestsPerSecondOfAnAddress, length: .seconds(1), remembered: recent, now: now)
    }

    /// What leaves now; it counts as sent. `place` is what `take` wants back with the answer.
    mutating func launch(at now: Timestamp) -> [(place: Int, call: LookupCall)] {
        var rooms = lanes.indices.map { min(lanes[$0].room(at: now), policy.concurrency - lanes[$0].inFlight) }
        var addressRoom = address?.room(at: now) ?? .max
        var calls: [(place: Int, call: LookupCall)] = []
        for place in work.indices where addressRoom > 0 {
            guard work[place].isIdle, work[place].listing.notBefore <= now, let call = work[place].listing.call,
                rooms[call.lane.index] > 0
            else { continue }
            rooms[call.lane.index] -= 1
            addressRoom -= 1
            lanes[call.lane.index].send(1)
            address?.send()
            work[place].isInFlight = true
            calls.append((place, call))
        }
        return calls
    }

    mutating func take(
        _ answer: LookupAnswer, for place: Int, at now: Timestamp, using random: inout some RandomNumberGenerator
    ) {
        let lane = work[place].listing.lane.index
        let isTrusted = lanes[lane].hasBeenAccepted
        work[place].isInFlight = false
        lanes[lane].take(answer, at: now, using: &random)
        address?.answer(at: now)
        work[place].listing.take(answer, at: now, isTrusted: isTrusted, attempts: policy.attempts, using: &random)
        isReached = isReached || answer.outcome != .unreachable
        giveUp(lane, answer.reason)
    }

    /// What no request can help any more fails now.
    private mutating func giveUp(_ lane: Int, _ reason: String) {
        if !isReached, lanes[lane].outages >= Dispatcher.probesBeforeGivingUp {
            for place in work.indices where work[place].isIdle { work[place].listing.fail(.unreachable, reason) }
        }
        if case .refused(let reason) = lanes[lane].gate {
            for place in work.indices where work[place].isIdle && work[place].listing.lane.index == lane {
                work[place].listing.fail(.credentialRefused, reason)
            }
        }
    }

    /// Ends everything that is not on the wire.
    mutating func abandon() {
        for place in work.indices where work[place].isIdle { work[place].listing.fail(.exhausted, "the program was stopped") }
    }

    /// When `launch` may have something to send if no answer comes before; nil while only an answer can help.
    func wake(after now: Timestamp) -> Timestamp? {
        let moments = lanes.indices.compactMap { lane -> Timestamp? in
            let waiting = work.lazy.filter { $0.isIdle && $0.listing.lane.index == lane }.map(\.listing.notBefore)
            guard let earliest = waiting.min(), lanes[lane].inFlight < policy.concurrency else { return nil }
            return lanes[lane].nextRoom(after: now).map { max($0, earliest) }
        }
        guard let moment = moments.min(), let address else { return moments.min() }
        return address.nextRoom(after: now).map { max(moment, $0) }
    }

    /// The lists and the failures, in the order of the scopes; nil while there is more to ask.
    var results: [Result<Listing, ListingFailure>]? {
        var results: [Result<Listing, ListingFailure>] = []
        for work in work {
            guard case .done(let result) = work.listing.state else { return nil }
            results.append(result)
        }
        return results
    }

    var progress: LookupProgress {
        LookupProgress(done: work.count { !$0.isOpen }, total: work.count, gates: lanes.map(\.gate))
    }
}
