import SweepModel

/// Puts together what refers to tokens, source by source.
struct ReferenceCollector: Sendable {
    private(set) var found = Listing.References()
    private var done: Set<ReferenceSource> = []
    /// Of the source that is being read.
    private var entries = 0
    private var page = 1
    private var total: Int?

    /// What to read next; nil when every source was read or is missing.
    func next(of kind: Scope.Kind) -> ReferenceSource? {
        ReferenceSource.all(of: kind).first { !done.contains($0) }
    }

    /// Takes a page in and tells which one is next; nil at the end, whatever kind of end it is.
    ///
    /// A list that changed while it was read may have moved an entry over the edge of a page: that counts as not read.
    mutating func take(_ arrived: EntityPage, of source: ReferenceSource) -> Int? {
        found.entities += arrived.entities
        entries += arrived.count
        if page > 1, arrived.totalCount != total {
            miss(source, "the list changed while it was read")
            return nil
        }
        total = arrived.totalCount
        let isLast = arrived.count == 0 || total.map { entries >= $0 } ?? (arrived.count < PageCollector.perPage)
        guard isLast else {
            page += 1
            return page
        }
        if let total, entries != total {
            miss(source, "the list had \(entries) entries where \(total) were announced")
        } else {
            end(source)
        }
        return nil
    }

    mutating func take(dohToken token: TokenID?) {
        found.dohToken = token
        end(.doh)
    }

    mutating func miss(_ source: ReferenceSource, _ reason: String) {
        found.missing[source] = reason
        end(source)
    }

    mutating func missRest(of kind: Scope.Kind, _ reason: String) {
        for source in ReferenceSource.all(of: kind) where !done.contains(source) { miss(source, reason) }
    }

    private mutating func end(_ source: ReferenceSource) {
        done.insert(source)
        (entries, page, total) = (0, 1, nil)
    }
}
