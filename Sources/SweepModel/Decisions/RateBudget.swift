/// What `--rate` and `--reserve` say: the budget of a credential, and how much of it is left to others.
package struct RateBudget: Sendable, Hashable {
    /// Requests the API allows in `period`.
    package var requests: Int
    package var period: Milliseconds
    /// Per cent of the budget left to people and other programs, 0 to 100.
    package var reservePercent: Int

    /// Cloudflare's own: 1,200 in five minutes, of which a tenth is left alone.
    package static let cloudflare = RateBudget(requests: 1200, period: .seconds(300), reservePercent: 10)

    package init(requests: Int, period: Milliseconds, reservePercent: Int) {
        self.requests = requests
        self.period = period
        self.reservePercent = reservePercent
    }

    /// The requests left to others, rounded up in their favour; at least one request stays for this program.
    package var reserve: Int { min(requests - 1, (requests * reservePercent + 99) / 100) }
    package var allowance: Int { requests - reserve }

    /// The earliest span in which `count` requests can be sent from a fresh start.
    package func earliestSpan(for count: Int) -> Milliseconds {
        count <= 0 ? Milliseconds(0) : period * Int64((count - 1) / allowance)
    }

    /// Requests a second from one IP address, whatever the credential.
    package static let requestsPerSecondOfAnAddress = 200
}
