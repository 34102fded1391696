import SweepModel

/// Reads the list of one scope to its end and then asks whether it may be believed. It has no clock and sends nothing: it is
/// told what came back, and says what to ask next.
///
///     tokens(page 1) ─▶ tokens(page 2) … ─▶ mayRead ─▶ done
///          ▲                  │ pages contradict each other: once more from the start, then a failure
///          └──────────────────┘
struct ScopeListing: Sendable {
    enum State: Sendable {
        case asking(LookupCall.Question)
        case done(Result<Listing, ListingFailure>)
    }

    let scope: Scope
    let lane: LaneID
    private(set) var state = State.asking(.tokens(page: 1))
    /// Nothing leaves before.
    private(set) var notBefore = Timestamp.distantPast
    private var pages = PageCollector()
    private var isSecondReading = false
    /// Failed tries of the present question.
    private var failures = 0
    private var doubts = 0

    init(scope: Scope, lane: LaneID) {
        self.scope = scope
        self.lane = lane
    }

    /// What to send; nil when there is nothing more to ask.
    var call: LookupCall? {
        guard case .asking(let question) = state else { return nil }
        return LookupCall(scope: scope, question: question, lane: lane)
    }

    /// Ends the listing before its end.
    mutating func fail(_ kind: ListingFailure.Kind, _ reason: String) {
        guard case .asking(let question) = state else { return }
        switch question {
        case .mayRead: finish(.unproven(reason: reason))
        case .tokens, .userToken, .accountToken: state = .done(.failure(ListingFailure(kind, scope: scope, reason: reason)))
        }
    }

    /// Takes the answer to the present question in.
    ///
    /// - Parameter isTrusted: whether the credential has been accepted before, so that a refusal may be a blip.
    mutating func take(
        _ answer: LookupAnswer, at now: Timestamp, isTrusted: Bool, attempts: Int, using random: inout some RandomNumberGenerator
    ) {
        guard case .asking(let question) = state else { return }
        switch (question, answer.outcome) {
        case (_, .rateLimited): break
        case (.tokens, .page(let page)): take(page)
        case (.mayRead, .permitted): finish(.proven)
        case (.mayRead, .forbidden): finish(.denied)
        case (.tokens, .forbidden): doubt(answer.reason, at: now, isTrusted: isTrusted)
        case (_, .temporary): retry(.exhausted, answer.reason, at: now, attempts: attempts, using: &random)
        case (_, .unreachable): retry(.unreachable, answer.reason, at: now, attempts: attempts, using: &random)
        case (_, .wrongScope): fail(.wrongScope, answer.reason)
        case (_, .credentialRefused): fail(.credentialRefused, answer.reason)
        case (_, .refused): fail(.refused, answer.reason)
        case (.tokens, .permitted), (.mayRead, .page), (.userToken, _), (.accountToken, _):
            fail(.refused, "the API answered another question")
        }
    }

    private mutating func take(_ page: TokenPage) {
        failures = 0
        switch pages.take(page) {
        case .next(let number): state = .asking(.tokens(page: number))
        case .whole: state = .asking(.mayRead)
        case .contradiction(let how) where isSecondReading:
            fail(.unstable, "the list changed while it was read, and again when it was read once more: \(how)")
        case .contradiction:
            isSecondReading = true
            pages = PageCollector()
            state = .asking(.tokens(page: 1))
        }
    }

    private mutating func finish(_ permission: Listing.Permission) {
        state = .done(.success(Listing(scope: scope, tokens: pages.tokens, permission: permission)))
    }

    private mutating func doubt(_ reason: String, at now: Timestamp, isTrusted: Bool) {
        guard isTrusted, doubts < Lane.doubtsAllowed else { return fail(.forbidden, reason) }
        doubts += 1
        notBefore = now + Lane.doubtPause * Int64(doubts)
    }

    private mutating func retry(
        _ kind: ListingFailure.Kind, _ reason: String, at now: Timestamp, attempts: Int,
        using random: inout some RandomNumberGenerator
    ) {
        failures += 1
        guard failures < attempts else {
            let tries = failures == 1 ? "the only try failed" : "\(failures) tries failed, the last one"
            return fail(kind, "\(tries): \(reason)")
        }
        notBefore = now + Backoff.retry.wait(afterFailures: failures, using: &random)
    }
}
