package import SweepModel

/// Asks the API about the credentials of a run before anything else is sent with them: one request each, all at once.
///
/// It never waits for a credential's budget and asks nothing twice: whoever may not ask now, and whoever gets no clear answer, is
/// `unproven`, so that one credential never holds up the others.
package struct CredentialVerifier: Sendable {
    private let api: any LookupAPI
    private let memory: (any LookupMemory)?
    private let time: any TimeSource
    private let policy: LookupPolicy

    /// - Parameter memory: nil where requests are not remembered for later runs.
    package init(api: any LookupAPI, memory: (any LookupMemory)?, time: any TimeSource, policy: LookupPolicy) {
        self.api = api
        self.memory = memory
        self.time = time
        self.policy = policy
    }

    /// - Parameter questions: for each lane what to ask, one after the other as long as the answer is no.
    /// - Parameter fingerprints: each lane's credential as the memory knows it.
    /// - Returns: how each lane's credential stands.
    /// - Throws: when the memory fails, and only then.
    package func verify(_ questions: [[LookupCall]], fingerprints: [String]) async throws(QueueError) -> [CredentialStanding] {
        let since = time.now - (policy.budget?.period ?? Milliseconds(0))
        let remembered = try await memory?.recentAnswers(of: fingerprints, since: since, at: time.now) ?? [:]
        var room = fingerprints.indices.map { index in
            policy.budget.map {
                RateWindow(limit: $0.allowance, length: $0.period, remembered: remembered[LaneID(index)] ?? [], now: time.now)
            }
        }
        if policy.budget != nil { await letOthersPass(remembered.values.joined()) }
        var inquiries = questions.map { Inquiry($0) }
        // A wave takes no more than a second's share of an address, and is answered before the next one leaves.
        while case let wave = Self.wave(&inquiries, &room, at: time.now), !wave.isEmpty {
            let started = time.now
            for (index, answer) in try await ask(wave, fingerprints) { inquiries[index].take(answer, at: time.now) }
            if policy.budget != nil, wave.count == Self.waveSize { await time.sleep(until: started + .seconds(1)) }
        }
        return inquiries.map(\.standing)
    }

    /// Waits where an earlier run, which may have ended or given way a moment ago, took more of its address's share than a wave leaves.
    private func letOthersPass(_ answers: some Sequence<Timestamp>) async {
        let recent = answers.filter { $0 > time.now - .seconds(1) }
        guard recent.count > Self.waveSize else { return }
        await time.sleep(until: time.now + .seconds(1))
    }

    private static let waveSize = RateBudget.requestsPerSecondOfAnAddress / 2

    private static func wave(
        _ inquiries: inout [Inquiry], _ room: inout [RateWindow?], at now: Timestamp
    ) -> [(index: Int, call: LookupCall)] {
        var wave: [(index: Int, call: LookupCall)] = []
        for index in inquiries.indices where wave.count < waveSize {
            guard let call = inquiries[index].next else { continue }
            if let left = room[index]?.room(at: now), left < 1 {
                inquiries[index].giveUp("its budget is spent for now")
                continue
            }
            room[index]?.send()
            wave.append((index, call))
        }
        return wave
    }

    /// Sends every call, and returns with all answers. Each is written down before it leaves.
    private func ask(
        _ calls: [(index: Int, call: LookupCall)], _ fingerprints: [String]
    ) async throws(QueueError) -> [(index: Int, answer: LookupAnswer)] {
        let sent = calls.map { LookupNews.Sent(fingerprint: fingerprints[$0.index], givenUpAt: time.now + policy.timeout) }
        let tickets = try await memory?.remember(LookupNews(answered: [], sent: sent)) ?? []
        let answers = await withTaskGroup(of: (place: Int, answer: LookupAnswer, at: Timestamp).self) { group in
            for (place, entry) in calls.enumerated() {
                group.addTask { [api, time] in (place, await api.look(entry.call), time.now) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let answered = answers.compactMap { entry in
            tickets.indices.contains(entry.place) ? LookupNews.Answered(ticket: tickets[entry.place], at: entry.at) : nil
        }
        _ = try await memory?.remember(LookupNews(answered: answered, sent: []))
        return answers.map { (calls[$0.place].index, $0.answer) }
    }
}

/// What is asked about one credential, and what came of it.
private struct Inquiry {
    private var questions: ArraySlice<LookupCall>
    private(set) var standing = CredentialStanding.unproven(reason: "there is nothing to ask", heldUntil: nil)

    init(_ questions: [LookupCall]) { self.questions = questions[...] }

    var next: LookupCall? { questions.first }

    mutating func giveUp(_ reason: String) {
        questions = []
        standing = .unproven(reason: reason, heldUntil: nil)
    }

    mutating func take(_ answer: LookupAnswer, at now: Timestamp) {
        questions = questions.dropFirst()
        switch answer.outcome {
        case .permitted:
            standing = .accepted
            questions = []
        case .credentialRefused: standing = .refused(reason: answer.reason)
        case .rateLimited:
            let wait = (answer.retryAfter ?? RateBudget.cloudflare.period) + Lane.margin
            standing = .unproven(reason: answer.reason, heldUntil: now + wait)
            questions = []
        case .page, .entities, .dohToken, .forbidden, .wrongScope, .refused, .temporary, .unreachable:
            standing = .unproven(reason: answer.reason, heldUntil: nil)
            questions = []
        }
    }
}

extension CredentialStanding {
    /// How a lane of this credential begins: a refused one sends nothing, so that no token is spent on what is known.
    package var gate: Lane.Gate {
        switch self {
        case .accepted, .unproven(_, heldUntil: nil): .gentle
        case .refused(let reason): .refused(reason: reason)
        case .unproven(_, let until?): .paused(until: until, .rateLimited)
        }
    }
}
