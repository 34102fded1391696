import CloudflareSimulator
import Glibc
import Testing

/// Through real sockets: what the pure tests cannot see.
@Suite struct ServerTests {
    /// A running simulator whose token 1 meets `fault`.
    private func start(_ fault: String = "", _ options: CloudflareSimulator.Options = .init()) throws -> RunningSimulator {
        let rules = try World.parse("{ faults: [\(fault)] }").faults
        let world = try Sample.world { world in
            world.faults = rules
            world.settings.liftLimits()
        }
        return try CloudflareSimulator.start(world: world, options: options)
    }

    private func delete(_ number: Int, _ simulator: RunningSimulator) throws -> RawClient.Reply {
        try RawClient.send("DELETE", Sample.path("service_tokens/\(Sample.id(number))"), port: simulator.port)
    }

    @Test func aDeletionGoesThrough() throws {
        let simulator = try start()
        let reply = try delete(1, simulator)
        #expect(reply.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(reply.declaredLength == reply.body?.utf8.count)
        let entry = try #require(simulator.ledger.first)
        #expect(simulator.ledger.count == 1)
        #expect(entry.status == 200 && entry.effect == .deleted && entry.tokenID == Sample.id(1))
        #expect(entry.userAgent == "raw/1" && entry.credential == "writer")
        #expect(try #require(entry.answeredAt) >= entry.arrivedAt)
        #expect(simulator.baseURL == "http://127.0.0.1:\(simulator.port)/client/v4")
        try simulator.stop()
    }

    @Test func aBodyIsRead() throws {
        let simulator = try start()
        let path = Sample.path("service_tokens/\(Sample.id(1))")
        let reply = try RawClient.send("PUT", path, port: simulator.port, body: #"{"name":"é","enabled":false}"#)
        #expect(reply.body?.contains(#""enabled":false"#) == true)
        #expect(simulator.ledger.map(\.effect) == [.disabled])
        try simulator.stop()
    }

    @Test func aLostReplyClosesWithoutAWord() throws {
        let simulator = try start("{ kind: 'lost_reply' }")
        let reply = try delete(1, simulator)
        #expect(reply.text.isEmpty && reply.end == .closed)
        #expect(simulator.ledger.map(\.effect) == [.deleted])
        #expect(simulator.ledger.map(\.status) == [nil])
        try simulator.stop()
    }

    @Test func aResetIsAReset() throws {
        let simulator = try start("{ kind: 'reset_before' }")
        let reply = try delete(1, simulator)
        #expect(reply.text.isEmpty && reply.end == .reset)
        #expect(simulator.ledger.map(\.effect) == [.none])
        try simulator.stop()
    }

    @Test func aTruncatedBodyIsShorterThanItsLength() throws {
        let simulator = try start("{ kind: 'truncated' }")
        let reply = try delete(1, simulator)
        let (declared, sent) = (try #require(reply.declaredLength), try #require(reply.body?.utf8.count))
        #expect(sent == declared / 2 && sent > 0)
        #expect(simulator.ledger.map(\.effect) == [.deleted])
        try simulator.stop()
    }

    @Test func anOversizedBodyComesWhole() throws {
        let simulator = try start("{ kind: 'oversized' }")
        let reply = try delete(1, simulator)
        #expect(try #require(reply.declaredLength) > 1 << 20)
        #expect(reply.body?.utf8.count == reply.declaredLength)
        try simulator.stop()
    }

    @Test func aSlowBodyComesWhole() throws {
        let simulator = try start("{ kind: 'slow_body', ms: 40 }")
        let reply = try delete(1, simulator)
        #expect(reply.body?.utf8.count == reply.declaredLength && reply.body?.hasSuffix(#""messages":[]}"#) == true)
        try simulator.stop()
    }

    @Test func hangingConnectionsEndWithTheServer() async throws {
        let simulator = try start("{ kind: 'hang', ms: 3600000 }")
        let port = simulator.port
        async let reply = RawClient.sendAside("DELETE", Sample.path("service_tokens/\(Sample.id(1))"), port: port)
        #expect(await simulator.ledger(atLeast: 1).map(\.fault) == [.hang])
        // While one hangs, others are served.
        #expect(try RawClient.send("GET", Sample.path("apps"), port: port).text.hasPrefix("HTTP/1.1 200 "))
        try simulator.stop()
        #expect(try await reply.text.isEmpty)
    }

    @Test func itStartsAndStopsAgainAndAgainUnderLoad() async throws {
        for _ in 1...20 {
            let world = try Sample.world { $0.settings.latency = 5 }
            let simulator = try CloudflareSimulator.start(world: world)
            let port = simulator.port
            try await withThrowingTaskGroup { group in
                for number in 1...4 {
                    // Some are answered, some are cut, some come too late.
                    group.addTask {
                        _ = try? await RawClient.sendAside("DELETE", Sample.path("service_tokens/\(Sample.id(number))"), port: port)
                    }
                }
                await simulator.arrivals(atLeast: 1)
                try simulator.stop()
                try await group.waitForAll()
            }
            #expect(!simulator.ledger.isEmpty)
        }
    }

    @Test func answersWaitForTheirLatency() throws {
        let world = try Sample.world { $0.settings.latency = 30 }
        let simulator = try CloudflareSimulator.start(world: world)
        #expect(try delete(1, simulator).text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        let entry = try #require(simulator.ledger.first)
        #expect(try #require(entry.answeredAt) - entry.arrivedAt >= 30)
        try simulator.stop()
    }

    @Test func whatStillWaitsIsWrittenDownAtTheEnd() async throws {
        let world = try Sample.world { $0.settings.latency = 3_600_000 }
        let simulator = try CloudflareSimulator.start(world: world)
        let port = simulator.port
        async let reply = RawClient.sendAside("DELETE", Sample.path("service_tokens/\(Sample.id(1))"), port: port)
        await simulator.arrivals(atLeast: 1)
        #expect(simulator.ledger.isEmpty)
        try simulator.stop()
        #expect(try await reply.text.isEmpty)
        #expect(simulator.ledger.map(\.effect) == [.deleted])
        #expect(simulator.ledger.map(\.status) == [nil])
    }

    @Test func theFileHoldsALineForEachAnswer() throws {
        var template = Array("/tmp/cloudflare-simulator-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        try #require(file >= 0)
        defer { close(file) }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { unlink(path) }
        var options = CloudflareSimulator.Options()
        options.ledger = path
        let simulator = try start("", options)
        _ = try delete(1, simulator)
        _ = try delete(1, simulator)
        // The simulator is not stopped: the lines are there because the answers are.
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(file, &buffer, buffer.count)
        try #require(count > 0)
        let lines = try buffer[..<count].split(separator: UInt8(ascii: "\n")).map { try JSON.parse($0) }
        #expect(lines.map { $0["effect"] } == ["deleted", "none"])
        #expect(lines.map { $0["status"] } == [200, 404])
        #expect(lines.map { $0["n"] } == [1, 2])
        let keys = [
            "answered_ms", "at_ms", "code", "credential", "effect", "fault", "method", "n", "path", "rate_limited", "scope", "scope_id",
            "status", "token_id", "user_agent",
        ]
        #expect(lines.first?.members?.map(\.key) == keys)
        #expect(buffer[count - 1] == UInt8(ascii: "\n"))
        try simulator.stop()
    }

    @Test func aPortInUseIsAnError() throws {
        let simulator = try start()
        var options = CloudflareSimulator.Options()
        options.port = simulator.port
        #expect(throws: ServerError.self) { try CloudflareSimulator.start(world: World(), options: options) }
        try simulator.stop()
    }

    @Test func aLedgerThatCannotBeOpenedIsAnError() {
        var options = CloudflareSimulator.Options()
        options.ledger = "/nowhere/at/all"
        #expect(throws: LedgerError.self) { try CloudflareSimulator.start(world: World(), options: options) }
    }
}
