import SweepModel
import Synchronization
import Testing

@testable import SweepRunner

/// A clock that stands still until somebody sleeps, and then is at once where the sleeper wants it.
final class JumpingTime: TimeSource {
    private let state = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

    var now: Timestamp { state.withLock { $0 } }

    func sleep(until moment: Timestamp) async {
        // Answers that are already there come first.
        for _ in 0..<20 { await Task.yield() }
        guard !Task.isCancelled else { return }
        state.withLock { $0 = max($0, moment) }
    }
}

/// An API that answers as a closure says, and keeps what was asked, and when.
final class ScriptedLookups: LookupAPI {
    private let calls = Mutex<[(call: LookupCall, at: Timestamp)]>([])
    private let time: JumpingTime
    private let answer: @Sendable (_ call: LookupCall, _ number: Int) -> LookupAnswer

    init(_ time: JumpingTime, _ answer: @escaping @Sendable (_ call: LookupCall, _ number: Int) -> LookupAnswer) {
        self.time = time
        self.answer = answer
    }

    var log: [(call: LookupCall, at: Timestamp)] { calls.withLock { $0 } }

    func look(_ call: LookupCall) async -> LookupAnswer {
        let number = calls.withLock { calls in
            calls.append((call, time.now))
            return calls.count
        }
        await Task.yield()
        return answer(call, number)
    }
}

enum Lookups {
    static func scope(_ number: Int) throws -> Scope {
        let digits = String(number, radix: 16)
        return Scope(.account, try #require(ScopeID(String(repeating: "0", count: 32 - digits.count) + digits)))
    }

    static func tokens(_ range: Range<Int>, of scope: Scope) -> [LiveToken] {
        range.compactMap { number in
            let digits = String(number, radix: 16)
            let id = TokenID("00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)
            return id.map { LiveToken(scope: scope, id: $0) }
        }
    }

    /// A page of a list of `total` tokens, as the API would show it.
    static func page(_ number: Int, total: Int, perPage: Int = 1000, of scope: Scope) -> TokenPage {
        let start = min(total, (number - 1) * perPage)
        let tokens = tokens(start..<min(total, start + perPage), of: scope)
        let info = TokenPage.PageInfo(
            page: number, perPage: perPage, count: tokens.count, totalCount: total, totalPages: (total + perPage - 1) / perPage)
        return TokenPage(tokens: tokens, info: info)
    }

    /// Answers every question well: each scope has `total` tokens.
    static func answer(_ call: LookupCall, total: Int) -> LookupAnswer {
        switch call.question {
        case .tokens(let number): LookupAnswer(.page(page(number, total: total, of: call.scope)))
        case .mayRead, .userToken, .accountToken: LookupAnswer(.permitted)
        case .references(.doh, _): LookupAnswer(.dohToken(nil))
        case .references: LookupAnswer(.entities(EntityPage(entities: [], count: 0, totalCount: 0)))
        }
    }

    static func list(
        _ scopes: [Scope], _ api: ScriptedLookups, _ time: JumpingTime, memory: (any LookupMemory)? = nil,
        budget: RateBudget? = .cloudflare, attempts: Int = 8, depth: ListingDepth = .tokens
    ) async throws -> [Result<Listing, ListingFailure>] {
        let policy = LookupPolicy(budget: budget, attempts: attempts, timeout: .seconds(30))
        let runner = LookupRunner(api: api, memory: memory, time: time, random: SystemRandomNumberGenerator(), policy: policy)
        return try await runner.list(scopes, lanes: LaneMap(fingerprint: "f", scopes: scopes), depth: depth)
    }
}

extension Result where Failure == ListingFailure {
    var failure: ListingFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
