import SweepTestSupport
import Testing

/// What lies between the program and the API, and what it does to connections.
@Suite(.timeLimit(.minutes(3)))
struct NetworkTests {
    private static let count = 120
    private static let world = Sample.world("{ generate: \(count) }", settings: "rate: 'none', latency: '5ms', jitter: '10ms'")
    private static let words = ["run", "m.csv", "--yes", "--rate", "none", "--name", "n"]

    /// Runs a job of 120 tokens to its end, and holds its report to the ledger.
    private func sweep(_ bench: Workbench, _ environment: [String: String?], _ options: String...) async throws -> [ReportLine] {
        try bench.folder.write(Sample.csv(1...Self.count), to: "m.csv")
        expectExit(try await bench.end(of: try bench.start(Self.words + options, environment: environment)), 0)
        let report = try await bench.report()
        let ledger = try bench.simulator.ledger()
        expectAgreement(report, ledger, existing: Sample.keys(1...Self.count))
        #expect(ledger.removed == Sample.keys(1...Self.count))
        for line in report { #expect(ledger.deletesByToken[line.key, default: 0] <= line.attempts, "more was sent than is known") }
        return report
    }

    /// Expects that nothing arrives, that no token is called anything but pending, and that a sentence says why.
    private func expectNoWay(_ bench: Workbench, _ environment: [String: String?], _ sentence: String) async throws {
        try bench.folder.write(Sample.csv(1...3), to: "m.csv")
        let result = try await bench.end(of: try bench.start(Self.words + ["--timeout", "20s"], environment: environment))
        expectExit(result, 5)
        #expect(result.errors.contains(sentence), "it said: \(result.errors)")
        #expect(result.errors.contains("tokensweep resume"))
        #expect(try bench.simulator.ledger().entries.isEmpty)
        #expect(try await bench.report().outcomes == Array(repeating: "pending", count: 3))
    }

    // MARK: - No way there

    @Test func `a name that nobody knows`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let url = "https://api.tokensweep.invalid/client/v4"
            try await expectNoWay(bench, ["CLOUDFLARE_BASE_URL": url], "the name of the API cannot be resolved")
        }
    }

    @Test(.enabled(if: Namespaces.areAllowed, "this system lets nobody make a network namespace"))
    func `a network that leads nowhere`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "m.csv")
            let result = try await bench.end(of: try bench.start(Self.words, through: Namespaces.withoutNetwork))
            expectExit(result, 5)
            #expect(result.errors.contains("no connection to the API could be made"), "it said: \(result.errors)")
            #expect(try await bench.report().outcomes == Array(repeating: "pending", count: 3))
            expectExit(try await bench.call("resume"), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...3))
        }
    }

    // MARK: - Certificates

    struct BadCertificate: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var subject = "DNS:localhost,IP:127.0.0.1"
        var moment = "now"
        var isSelfSigned = false
        var host = "127.0.0.1"
        var sentence: String
    }

    @Test(arguments: [
        BadCertificate(testDescription: "signed by itself", isSelfSigned: true, sentence: "is self-signed or not trusted"),
        BadCertificate(testDescription: "expired", moment: "2020-01-01", sentence: "has expired; is the clock right?"),
        BadCertificate(testDescription: "not valid yet", moment: "2040-01-01", sentence: "is not valid yet; is the clock right?"),
        BadCertificate(
            testDescription: "for another name", subject: "DNS:other.example", host: "localhost", sentence: "is for another name"),
        BadCertificate(testDescription: "for another address", subject: "IP:192.0.2.1", sentence: "is for another name"),
    ])
    func `a certificate that does not vouch for the API is refused, and a good one goes on`(bad: BadCertificate) async throws {
        try await Workbench.with(world: Self.world) { bench in
            let certificate = try await bench.certificate(
                "bad", for: bad.subject, moment: bad.moment, isSelfSigned: bad.isSelfSigned)
            let to = ["--to", bench.simulatorPort, "--certificate"]
            try await HelperServer.with("gateway", to + [certificate], in: bench.folder) { server in
                try await expectNoWay(bench, bench.overTLS(server.port, host: bad.host), bad.sentence)
            }
            let good = try await bench.certificate()
            try await HelperServer.with("gateway", to + [good], in: bench.folder) { server in
                expectExit(try await bench.call("resume", environment: bench.overTLS(server.port)), 0)
            }
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...3))
        }
    }

    @Test func `trusted certificates that cannot be read are told as such`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let certificate = try await bench.certificate()
            let arguments = ["--to", bench.simulatorPort, "--certificate", certificate]
            try await HelperServer.with("gateway", arguments, in: bench.folder) { server in
                var environment = bench.overTLS(server.port)
                environment["SSL_CERT_FILE"] = bench.folder["none.pem"]
                try await expectNoWay(bench, environment, "the trusted certificates cannot be read")
            }
        }
    }

    // MARK: - HTTP/2

    @Test(arguments: [
        ["reset", "reset", "refuse"], ["lose", "lose", "halve", "swap"], ["leave", "shun"], ["drop", "leave", "drop"],
        ["refuse", "lose", "leave", "swap", "drop", "halve", "shun", "reset"],
    ])
    func `streams and connections that break in the middle cost no token its truth`(faults: [String]) async throws {
        try await Workbench.with(world: Self.world) { bench in
            let certificate = try await bench.certificate()
            // The first request asks about the credential, and the second one is alone too.
            let plan = faults.enumerated().flatMap { ["--do", "\(8 + $0 * 13)=\($1)"] }
            let arguments = ["--to", bench.simulatorPort, "--certificate", certificate] + plan
            try await HelperServer.with("gateway", arguments, in: bench.folder) { server in
                let report = try await sweep(bench, bench.overTLS(server.port))
                let lost = faults.count { ["lose", "halve", "swap"].contains($0) }
                #expect(report.count("presumed_deleted") >= lost)
                #expect(report.count("already_absent") == 0)
            }
        }
    }

    @Test func `HTTP/1.1 over TLS will do`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            let arguments = ["--to", bench.simulatorPort, "--certificate", try await bench.certificate(), "--http1"]
            try await HelperServer.with("gateway", arguments, in: bench.folder) { server in
                let report = try await sweep(bench, bench.overTLS(server.port))
                #expect(report.count("deleted") == Self.count)
            }
        }
    }

    // MARK: - In between

    /// What a relay does to its connections, and how long the program waits for an answer.
    @Test(arguments: [
        // Half-open: both ends are there, and nothing passes any more.
        ["--freeze", "3000", "--times", "4"],
        // Cut in the middle of answers, and between them.
        ["--cut", "2000", "--times", "9"],
        // An answer that comes byte by byte, slower than anybody waits.
        ["--trickle", "20", "--times", "3"],
    ])
    func `connections that freeze, break or crawl are given up and others made`(fault: [String]) async throws {
        try await Workbench.with(world: Self.world) { bench in
            try await HelperServer.with("relay", ["--to", bench.simulatorPort] + fault, in: bench.folder) { server in
                let through: [String: String?] = ["CLOUDFLARE_BASE_URL": "http://127.0.0.1:\(server.port)/client/v4"]
                let report = try await sweep(bench, through, "--timeout", "3s")
                #expect(report.contains { $0.attempts > 1 }, "nothing went wrong")
                #expect(report.count("already_absent") == 0)
            }
        }
    }

    @Test func `IPv6 is a way like any other`() async throws {
        try await Workbench.with(world: Self.world) { bench in
            try await HelperServer.with("relay", ["--to", bench.simulatorPort, "--listen", "::1"], in: bench.folder) { server in
                let through: [String: String?] = ["CLOUDFLARE_BASE_URL": "http://[::1]:\(server.port)/client/v4"]
                let report = try await sweep(bench, through)
                #expect(report.count("deleted") == Self.count)
            }
        }
    }

    @Test(arguments: [[], ["--cut", "9000", "--times", "2"]])
    func `a proxy leads there, and sees nothing but the name`(fault: [String]) async throws {
        try await Workbench.with(world: Self.world) { bench in
            let certificate = try await bench.certificate(for: "DNS:api.example")
            let arguments = ["--to", bench.simulatorPort, "--certificate", certificate]
            try await HelperServer.with("gateway", arguments, in: bench.folder) { gateway in
                try await HelperServer.with("relay", ["--proxy", "--to", "\(gateway.port)"] + fault, in: bench.folder) { proxy in
                    var through = bench.overTLS(gateway.port)
                    through["CLOUDFLARE_BASE_URL"] = "https://api.example/client/v4"
                    through["HTTPS_PROXY"] = "http://127.0.0.1:\(proxy.port)"
                    _ = try await sweep(bench, through)
                    #expect(proxy.output.contains("CONNECT api.example:443 HTTP/1.1"))
                    #expect(!proxy.output.contains(Workbench.token) && !proxy.output.contains("uthorization"))
                }
            }
        }
    }

    @Test(arguments: [403, 407, 502])
    func `a proxy that refuses is named as such`(status: Int) async throws {
        try await Workbench.with(world: Self.world) { bench in
            let arguments = ["--proxy", "--refuse", "\(status)", "--to", bench.simulatorPort]
            try await HelperServer.with("relay", arguments, in: bench.folder) { proxy in
                let through: [String: String?] = [
                    "CLOUDFLARE_BASE_URL": "https://api.example/client/v4", "HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)",
                ]
                try await expectNoWay(bench, through, "the proxy refused to connect to the API")
                #expect(!proxy.output.contains(Workbench.token))
            }
        }
    }

    // MARK: - Elsewhere

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect leads nowhere, and takes no credential along`(status: Int) async throws {
        let folder = try ScratchFolder()
        defer { try? folder.remove() }
        let elsewhere = try await SimulatorProcess.start(world: Sample.world("{ generate: 4 }"), in: folder)
        let path = "\(elsewhere.baseURL)/accounts/\(Sample.account)/access/service_tokens/\(Sample.id(2))"
        let fault = "{ kind: 'answer', status: \(status), headers: { location: '\(path)' }, body: '', times: 2 }"
        let world = Sample.world("{ generate: 1 }, { generate: 2, first: 2, faults: [\(fault)] }, { generate: 1, first: 4 }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...4), to: "m.csv")
            expectExit(try await bench.end(of: try bench.start(Self.words)), 0)
            #expect(try elsewhere.ledger().entries.isEmpty, "the redirect was followed")
            let report = try await bench.report()
            #expect(report.map(\.attempts) == [1, 3, 3, 1])
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...4))
        }
        await elsewhere.stop()
    }
}
