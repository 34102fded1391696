/// The Cloudflare API on loopback, as far as Access service tokens are concerned.
package enum CloudflareSimulator {
    /// Where it listens and what it writes.
    package struct Options: Sendable {
        /// 0 lets the kernel choose.
        package var port: UInt16 = 0
        /// A file to append to, one line of JSON for each request; nil for none.
        package var ledger: String?
        /// Whether `RunningSimulator.ledger` is filled. It grows by some hundred bytes a request.
        package var keepsEntries = true

        package init() {}
    }

    /// Starts serving; connections are accepted when it returns. Throws `ServerError` or `LedgerError`.
    package static func start(world: World, options: Options = Options()) throws -> RunningSimulator {
        let ledger = try Ledger(path: options.ledger, keepsEntries: options.keepsEntries)
        let server = try Server(world, ledger)
        return RunningSimulator(server, port: try server.listen(port: options.port))
    }
}

/// A simulator that serves until it is stopped or forgotten.
package final class RunningSimulator: Sendable {
    private let server: Server
    package let port: UInt16

    fileprivate init(_ server: Server, port: UInt16) {
        self.server = server
        self.port = port
    }

    deinit { server.stop() }

    /// `http://127.0.0.1:PORT/client/v4`.
    package var baseURL: String { "http://127.0.0.1:\(port)/client/v4" }

    /// The requests answered so far, in the order of answers. Whoever has an answer finds its request here.
    package var ledger: [LedgerEntry] { server.ledger.entries }

    /// The ledger once it holds so many entries, or the simulator was stopped: a signal to wait for instead of a time.
    package func ledger(atLeast count: Int) async -> [LedgerEntry] {
        await server.ledger.written.wait(for: count)
        return ledger
    }

    /// Returns once so many requests came and took their effect, answered or not, or the simulator was stopped.
    package func arrivals(atLeast count: Int) async { await server.arrived.wait(for: count) }

    /// The first failure to write the ledger's file; nothing is answered after it.
    package var failure: LedgerError? { server.ledger.failure }

    /// Ends every connection, writes down what is still waiting and closes the ledger. Throws `LedgerError`.
    package func stop() throws {
        server.stop()
        try server.ledger.close()
    }
}
