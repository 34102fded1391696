package import SweepModel

/// How lookups are paced: the numbers behind `--rate`, `--attempts` and `--timeout`.
package struct LookupPolicy: Sendable, Hashable {
    /// Requests of one credential in flight at once. Lists are long and few: a handful keeps the connection busy.
    package var concurrency: Int
    /// Each credential's budget; nil switches every limit off, the one for an IP address too.
    package var budget: RateBudget?
    /// Tries of one request.
    package var attempts: Int
    /// After this time a request is given up.
    package var timeout: Milliseconds

    package init(concurrency: Int = 4, budget: RateBudget?, attempts: Int, timeout: Milliseconds) {
        self.concurrency = concurrency
        self.budget = budget
        self.attempts = attempts
        self.timeout = timeout
    }
}

/// How a number of lookups stands.
package struct LookupProgress: Sendable, Hashable {
    /// Scopes that are read to the end, or failed.
    package var done: Int
    package var total: Int
    package var gates: [Lane.Gate]

    package init(done: Int, total: Int, gates: [Lane.Gate]) {
        self.done = done
        self.total = total
        self.gates = gates
    }
}
