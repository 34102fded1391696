import SweepModel

/// Reads the list of one scope to its end and then asks whether it may be believed. It has no clock and sends nothing: it is
/// told what came back, and says what to ask next.
///
///     tokens(page 1) ─▶ tokens(page 2) … ─▶ mayRead ─▶ references, source by source ─▶ done
///          ▲                  │ pages contradict each other: once more from the start, then a failure
///          └──────────────────┘
///
/// References are asked for only where that is wanted, and where the credential may read them. A source that cannot be read is
/// noted as missing and stops nothing.
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

    private let depth: ListingDepth
    private var permission: Listing.Permission?
    private var references = ReferenceCollector()

    init(scope: Scope, lane: LaneID, depth: ListingDepth = .tokens) {
        self.scope = scope
        self.lane = lane
        self.depth = depth
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
        case .mayRead: settle(.unproven(reason: reason))
        case .references(let source, _):
            references.miss(source, reason)
            // What ended one source from outside ends all.
            if kind == .credentialRefused || kind == .unreachable { references.missRest(of: scope.kind, reason) }
            askNextSource()
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
        case (.mayRead, .permitted): settle(.proven)
        case (.mayRead, .forbidden): settle(.denied)
        case (.references(let source, _), .entities(let page)): take(page, of: source)
        case (.references(.doh, _), .dohToken(let token)): take(dohToken: token)
        case (.references, .forbidden): fail(.forbidden, answer.reason)
        case (.userToken, .forbidden), (.accountToken, .forbidden): fail(.forbidden, answer.reason)
        case (.tokens, .forbidden): doubt(answer.reason, at: now, isTrusted: isTrusted)
        case (_, .temporary): retry(.exhausted, answer.reason, at: now, attempts: attempts, using: &random)
        case (_, .unreachable): retry(.unreachable, answer.reason, at: now, attempts: attempts, using: &random)
        case (_, .wrongScope): fail(.wrongScope, answer.reason)
        case (_, .credentialRefused): fail(.credentialRefused, answer.reason)
        case (_, .refused): fail(.refused, answer.reason)
        case (_, .permitted), (_, .page), (_, .entities), (_, .dohToken): fail(.refused, "the API answered another question")
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

    private mutating func settle(_ permission: Listing.Permission) {
        self.permission = permission
        failures = 0
        guard depth == .references else { return finish(permission, nil) }
        switch permission {
        case .proven: break
        case .denied: references.missRest(of: scope.kind, "the credential may not read Access there")
        case .unproven(let reason): references.missRest(of: scope.kind, reason)
        }
        askNextSource()
    }

    private mutating func take(_ page: EntityPage, of source: ReferenceSource) {
        failures = 0
        if let next = references.take(page, of: source) {
            state = .asking(.references(source, page: next))
        } else {
            askNextSource()
        }
    }

    private mutating func take(dohToken token: TokenID?) {
        failures = 0
        references.take(dohToken: token)
        askNextSource()
    }

    private mutating func askNextSource() {
        failures = 0
        if let source = references.next(of: scope.kind) {
            state = .asking(.references(source, page: 1))
        } else {
            finish(permission ?? .denied, references.found)
        }
    }

    private mutating func finish(_ permission: Listing.Permission, _ references: Listing.References?) {
        state = .done(.success(Listing(scope: scope, tokens: pages.tokens, permission: permission, references: references)))
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
