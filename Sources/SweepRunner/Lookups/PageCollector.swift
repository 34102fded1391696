import SweepModel

/// Puts the pages of a list together, and finds out when they do not belong to one and the same list.
struct PageCollector {
    enum Finding: Sendable, Hashable {
        case next(page: Int)
        case whole
        /// The pages contradict each other; the text says how.
        case contradiction(String)
    }

    /// What is asked for; the API may give fewer.
    static let perPage = 1000

    private(set) var tokens: [LiveToken] = []
    private var seen: Set<TokenID> = []
    private var page = 1
    private var totalCount: Int?
    private var totalPages: Int?

    /// Takes the page that was asked for in: the first one, then those that `next` names.
    mutating func take(_ arrived: TokenPage) -> Finding {
        if let flaw = flaw(of: arrived) { return .contradiction(flaw) }
        for token in arrived.tokens {
            guard seen.insert(token.id).inserted else { return .contradiction("a token stood on it twice") }
        }
        tokens += arrived.tokens
        if page == 1 { (totalCount, totalPages) = (arrived.info?.totalCount, arrived.info?.totalPages) }
        guard isLast(arrived) else {
            page += 1
            return .next(page: page)
        }
        guard let totalCount, tokens.count != totalCount else { return .whole }
        return .contradiction("it had \(tokens.count) tokens where \(totalCount) were announced")
    }

    private func flaw(of arrived: TokenPage) -> String? {
        guard let info = arrived.info else { return nil }
        if let number = info.page, number != page { return "page \(number) came where page \(page) was asked for" }
        if let count = info.count, count != arrived.tokens.count { return "a page had another length than it said" }
        guard page > 1 else { return nil }
        let isSame = info.totalCount == totalCount && info.totalPages == totalPages
        return isSame ? nil : "its length changed"
    }

    /// Where the API tells the length, that decides; elsewhere a page that is not full is the last one.
    private func isLast(_ arrived: TokenPage) -> Bool {
        if arrived.tokens.isEmpty { return true }
        if let totalCount { return tokens.count >= totalCount }
        if let totalPages { return page >= totalPages }
        return arrived.tokens.count < (arrived.info?.perPage ?? PageCollector.perPage)
    }
}
