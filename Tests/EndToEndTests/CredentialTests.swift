import Glibc
import SweepTestSupport
import Testing

/// Who asks, and what happens when the answer is no.
@Suite(.timeLimit(.minutes(3)))
struct CredentialTests {
    @Test func `an email with a key reaches a zone where tokens are refused`() async throws {
        let world = Sample.world(
            accounts: [], settings: "rate: 'none', zones_need_key: true",
            more: "zones: [{ id: '\(Sample.zone)', tokens: [{ generate: 3 }] }]")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.jsonLines(1...3, scope: "zone_id", Sample.zone), to: "m.jsonl")
            let refused = try await bench.call("run", "m.jsonl", "--yes", "--concurrency", "1")
            expectExit(refused, 3)
            let key: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil, "CLOUDFLARE_EMAIL": Sample.email, "CLOUDFLARE_API_KEY": Sample.key]
            expectExit(try await bench.call("resume", environment: key), 0)
            let ledger = try bench.simulator.ledger()
            #expect(ledger.deletes.map(\.credential) == ["ops", "key", "key", "key"])
            #expect(ledger.lookups.map(\.credential) == ["ops", "key"])
            expectAgreement(try await bench.report(), ledger, existing: Sample.keys(1...3, in: Sample.zone))
        }
    }

    @Test func `the service manager's credential is used where no other is given`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 2 }")) { bench in
            try bench.folder.write(Sample.csv(1...2), to: "m.csv")
            let folder = try bench.folder.makeFolder("credentials")
            try bench.folder.write("\(Workbench.token)\n", to: "credentials/cloudflare-api-token")
            let variables: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil, "CREDENTIALS_DIRECTORY": folder]
            expectExit(try await bench.call("run", "m.csv", "--yes", environment: variables), 0)
            #expect(try bench.simulator.ledger().entries.map(\.credential) == ["ops", "ops", "ops"])
        }
    }

    @Test(arguments: [
        [:], ["CLOUDFLARE_EMAIL": Sample.email], ["CLOUDFLARE_API_KEY": Sample.key], ["CLOUDFLARE_API_TOKEN": "two words"],
        ["CREDENTIALS_DIRECTORY": "/nonexistent"],
    ])
    func `a credential that is missing or cannot be one is refused before anything is sent`(variables: [String: String]) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 2 }")) { bench in
            try bench.folder.write(Sample.csv(1...2), to: "m.csv")
            var changes: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil]
            for (name, value) in variables { changes[name] = value }
            let result = try await bench.call("run", "m.csv", "--yes", environment: changes)
            expectExit(result, 2)
            #expect(!result.errors.isEmpty)
            for value in variables.values where value != "/nonexistent" && value != Sample.email { #expect(!result.errors.contains(value)) }
            try await expectUntouched(bench)
        }
    }

    @Test func `a refused credential costs one request and no token its outcome`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 40 }")) { bench in
            try bench.folder.write(Sample.csv(1...40), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", environment: ["CLOUDFLARE_API_TOKEN": Sample.revokedToken])
            expectExit(result, 3)
            #expect(try bench.simulator.ledger().entries.count == 1)
            let report = try await bench.report()
            #expect(report.outcomes == Array(repeating: "pending", count: 40))
            #expect(result.errors.contains("credential"))
            #expect(result.errors.contains("tokensweep resume"))
            expectExit(try await bench.call("resume"), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...40))
        }
    }

    @Test func `a credential that is revoked half-way stops the job where it is`() async throws {
        let world = Sample.world("{ generate: 60 }").replacing(
            "token: '\(Workbench.token)'", with: "token: '\(Workbench.token)', revoked_after: 21")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...60), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", "--concurrency", "4")
            expectExit(result, 3)
            let ledger = try bench.simulator.ledger()
            // Those in flight when the refusal came, and no more.
            #expect((21...24).contains(ledger.deletes.count))
            let report = try await bench.report()
            #expect(report.count("deleted") == 20)
            #expect(report.count("pending") == 40)
            expectAgreement(report, ledger, existing: Sample.keys(1...60))
            let key: [String: String?] = ["CLOUDFLARE_API_TOKEN": nil, "CLOUDFLARE_EMAIL": Sample.email, "CLOUDFLARE_API_KEY": Sample.key]
            expectExit(try await bench.call("resume", environment: key), 0)
            expectAgreement(try await bench.report(), try bench.simulator.ledger(), existing: Sample.keys(1...60))
        }
    }

    @Test(arguments: ["http://example.com/client/v4", "not a URL", "ftp://127.0.0.1/"])
    func `an address that would show the credential to others is refused`(url: String) async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv([1]), to: "m.csv")
            let result = try await bench.call("run", "m.csv", "--yes", environment: ["CLOUDFLARE_BASE_URL": url])
            expectExit(result, 2)
            #expect(result.errors.contains("CLOUDFLARE_BASE_URL"))
            try await expectUntouched(bench)
        }
    }
}
