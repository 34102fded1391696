package import SweepModel

/// The invalid rows that are worth showing: the first ones, and how many there are beyond.
package struct RowProblemList: Sendable, Hashable {
    private let limit: Int
    /// In the order in which they were added.
    package private(set) var shown: [InvalidRow] = []
    /// All of them.
    package private(set) var count = 0

    package init(limit: Int = 20) { self.limit = limit }

    /// How many are not among those shown.
    package var hidden: Int { count - shown.count }

    package mutating func add(_ row: InvalidRow) {
        count += 1
        if shown.count < limit { shown.append(row) }
    }
}
