import FoundationEssentials
import Glibc
import SweepTestSupport
import Testing

/// `tokensweep serve`: what it tells, whom it refuses, and that nobody who works is disturbed by it.
@Suite(.timeLimit(.minutes(5)))
struct ServeTests {
    /// Starts it on a port of its own and waits until it says where.
    private func serve(_ bench: Workbench, _ more: String...) async throws -> (process: ChildProcess, client: WebClient) {
        let process = try bench.start(["serve", "--listen", "127.0.0.1:0"] + more)
        let port = try await eventually("the address of the server") { () throws -> UInt16? in
            if let ending = process.ending { throw FixtureFailure("it ended with \(ending): \(process.errors)") }
            return process.errors.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\//).flatMap { UInt16($0.1) }
        }
        return (process, WebClient(port: port))
    }

    @Test func `it says what the commands say`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 10 }")) { bench in
            try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "a job/1"), 0)
            let (process, client) = try await serve(bench)
            let jobs = try await client.get("/api/jobs")
            #expect(jobs.status == 200 && jobs.headers["content-type"] == "application/json")
            #expect(try await bench.call("jobs", "--json").output == jobs.body + "\n")
            let status = try await bench.call("status", "--json").output
            #expect(try await client.get("/api/jobs/a%20job%2F1").body + "\n" == status)
            #expect(try await client.get("/api/jobs/1").body + "\n" == status)
            #expect(try await client.get("/api/jobs/2").status == 404)
            let absent = try await client.get("/api/jobs/1/tokens?outcome=already_absent").body
            #expect(absent.contains(Sample.id(11)) && absent.contains(Sample.id(12)) && !absent.contains(Sample.id(10)))
            let first = try await client.get("/api/jobs/1/tokens?limit=7")
            let next = try #require(first.body.firstMatch(of: /"next":(\d+)}$/)).1
            let second = try await client.get("/api/jobs/1/tokens?limit=7&after=\(next)")
            #expect(first.body.ranges(of: "\"service_token_id\"").count == 7)
            #expect(second.body.ranges(of: "\"service_token_id\"").count == 5 && !second.body.contains("\"next\""))
            let lines = try await client.get("/api/jobs/1/events").body
            #expect(lines.hasPrefix("[{\"n\":1,") && lines.contains("\"event\":\"confirmed\""))
            #expect(try await client.get("/healthz").body == "ok\n")
            #expect(try await client.get("/").body.contains("<title>tokensweep</title>"))
            process.send(SIGTERM)
            #expect(try await process.wait().exitCode == 0)
        }
    }

    @Test func `it changes nothing, in the file and by request`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 10 }")) { bench in
            try bench.folder.write(Sample.csv(1...10), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 0)
            let before = try bench.folder.bytes(of: "state/tokensweep/queue.db")
            let (process, client) = try await serve(bench)
            let stream = try client.open("/api/events")
            try await eventually("the greeting") { try stream.text.contains("event: ready") }
            for target in ["/api/jobs", "/api/jobs/1", "/api/jobs/1/lanes", "/api/jobs/1/tokens", "/metrics", "/healthz"] {
                #expect(try await client.get(target).status == 200, "\(target)")
                let head = try await client.send("HEAD", target)
                #expect(head.status == 200 && head.body.isEmpty, "\(target)")
            }
            #expect(try await client.send("HEAD", "/api/events").status == 200)
            for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
                let reply = try await client.send(method, "/api/jobs/1")
                #expect(reply.status == 405 && reply.headers["allow"] == "GET, HEAD")
            }
            process.send(SIGINT)
            #expect(try await process.wait().exitCode == 0)
            #expect(try bench.folder.bytes(of: "state/tokensweep/queue.db") == before)
            expectExit(try await bench.call("audit", "--check"), 0)
        }
    }

    @Test func `other sites and other names are refused`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv(1...1), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 0)
            let (_, client) = try await serve(bench)
            for target in ["/", "/api/jobs", "/api/events", "/metrics", "/healthz"] {
                #expect(try await client.get(target, ["Host": "rebound.example:\(client.port)"]).status == 421, "\(target)")
                #expect(try await client.get(target, ["Sec-Fetch-Site": "cross-site"]).status == 403, "\(target)")
                #expect(try await client.get(target, ["Origin": "https://evil.example"]).status == 403, "\(target)")
            }
            #expect(try await client.get("/api/jobs", ["Host": "localhost:\(client.port)"]).status == 200)
            let page = try await client.get("/")
            #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none'; ") == true)
            #expect(page.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(page.headers["x-frame-options"] == "DENY" && page.headers["x-content-type-options"] == "nosniff")
            #expect(page.headers["cross-origin-resource-policy"] == "same-origin" && page.headers["cache-control"] == "no-store")
            #expect(page.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func `other machines need a token`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            try bench.folder.write(Sample.csv(1...1), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes"), 0)
            let open = try await bench.call("serve", "--listen", "0.0.0.0:0")
            expectExit(open, 2)
            #expect(open.errors.contains("--token-file"))
            expectExit(try await bench.call("serve", "--host-name", "sweep.example.com"), 2)
            let secret = "correct-horse-battery-staple-0123456789"
            let path = try bench.folder.write(secret + "\n", to: "token")
            chmod(path, 0o644)
            expectExit(try await bench.call("serve", "--listen", "0.0.0.0:0", "--token-file", path), 2)
            chmod(path, 0o600)
            let short = try bench.folder.write("short\n", to: "short")
            chmod(short, 0o600)
            expectExit(try await bench.call("serve", "--listen", "127.0.0.1:0", "--token-file", short), 2)

            let (_, client) = try await serve(bench, "--token-file", path)
            let refused = try await client.get("/api/jobs")
            #expect(refused.status == 401 && refused.headers["www-authenticate"]?.hasPrefix("Basic ") == true)
            #expect(try await client.get("/api/jobs", ["Authorization": "Bearer \(secret)x"]).status == 401)
            #expect(try await client.get("/api/events", ["Authorization": "Bearer \(secret)x"]).status == 401)
            #expect(try await client.get("/api/jobs", ["Authorization": "Bearer \(secret)"]).status == 200)
            let basic = Data("anybody:\(secret)".utf8).base64EncodedString()
            #expect(try await client.get("/", ["Authorization": "Basic \(basic)"]).status == 200)
            #expect(try await client.get("/healthz").status == 200)
            let taken = try await bench.call("serve", "--listen", "127.0.0.1:\(client.port)")
            expectExit(taken, 5)
            #expect(taken.errors.contains("taken"))

            let everywhere = try bench.start(["serve", "--listen", "0.0.0.0:0", "--token-file", path])
            try await eventually("the warning") { everywhere.errors.contains("TLS") }
        }
    }

    @Test func `who has no token learns that the queue cannot be read, and nothing else`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 1 }")) { bench in
            let path = try bench.folder.write("correct-horse-battery-staple-0123456789\n", to: "token")
            chmod(path, 0o600)
            let (_, client) = try await serve(bench, "--token-file", path)
            let reply = try await client.get("/healthz")
            #expect(reply.status == 503 && reply.body == "the queue cannot be read\n")
        }
    }

    @Test func `while a job runs, with listeners that read and twenty that do not`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 400 }")) { bench in
            try bench.folder.write(Sample.csv(1...1), to: "first.csv")
            expectExit(try await bench.call("run", "first.csv", "--yes", "--name", "first"), 0)
            let (process, client) = try await serve(bench)
            let readers = try (0..<3).map { _ in try client.open("/api/events") }
            let idlers = try (0..<20).map { _ in try client.open("/api/events") }
            for reader in readers { try await eventually("a greeting") { try reader.text.contains("event: ready") } }
            try bench.folder.write(Sample.csv(2...400), to: "m.csv")
            let run = try bench.start(["run", "m.csv", "--yes", "--name", "j", "--rate", "150/1s", "--reserve", "0%"])
            let asked = try await eventually("an answer while it runs") { () -> WebClient.Reply? in
                let reply = try await client.get("/api/jobs/j/lanes")
                return reply.status == 200 && reply.body.contains("\"used\"") ? reply : nil
            }
            #expect(asked.body.contains("\"allowance\":150"))
            expectExit(try await bench.end(of: run), 0)
            let report = try await bench.report("first") + bench.report("j")
            expectAgreement(report, try bench.simulator.ledger(), existing: Sample.keys(1...400))
            for reader in readers {
                let events = try await eventually("the last word") { () -> [WebEvent]? in
                    let events = WebEvent.all(in: try reader.text)
                    return events.contains { $0.isJob("j", "\"state\":\"finished\"") } ? events : nil
                }
                #expect(events.contains { $0.isJob("j", "\"running\":true") })
                #expect(events.contains { $0.name == "log" && $0.data.contains("\"event\":\"started\"") })
                #expect(events.contains { $0.name == "lanes" })
                let tokens = events.named("token")
                #expect(!tokens.isEmpty && tokens.allSatisfy { $0.id != nil })
                #expect(tokens.count + events.omitted >= 399)
            }
            // Who comes again is told what came after the last that they heard of.
            let tokens = WebEvent.all(in: try readers[0].text).named("token")
            let known = try #require(tokens.dropLast(5).last?.id)
            let again = try client.open("/api/events", ["Last-Event-ID": known])
            try await eventually("a greeting") { try again.text.contains("event: ready") }
            let missed = WebEvent.all(in: try again.text).named("token")
            #expect(missed.map(\.id) == tokens.suffix(5).map(\.id))
            #expect(idlers.count == 20)
            process.send(SIGTERM)
            #expect(try await process.wait().exitCode == 0)
        }
    }

    @Test func `the metrics are what Prometheus reads`() async throws {
        try await Workbench.with(world: Sample.world("{ generate: 10 }")) { bench in
            try bench.folder.write(Sample.csv(1...12), to: "m.csv")
            expectExit(try await bench.call("run", "m.csv", "--yes", "--name", "quote \" back \\ slash"), 0)
            let (_, client) = try await serve(bench)
            let reply = try await client.get("/metrics")
            #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let labels = #"{job_id="1",job_name="quote \" back \\ slash""#
            #expect(reply.body.contains("tokensweep_job_tokens\(labels),outcome=\"deleted\"} 10\n"))
            #expect(reply.body.contains("tokensweep_job_tokens\(labels),outcome=\"already_absent\"} 2\n"))
            #expect(reply.body.contains("tokensweep_job_requests_total\(labels),answer=\"2xx\"} 10\n"))
            #expect(reply.body.contains("tokensweep_job_state\(labels),state=\"finished\"} 1\n"))
            let path = try bench.folder.write(reply.body, to: "metrics.txt")
            let check = try ChildProcess(
                ChildProcess.Command(
                    "/usr/bin/promtool", ["check", "metrics"], environment: [:], folder: bench.folder.path, input: .file(path),
                    output: bench.folder["promtool.out"], errors: bench.folder["promtool.err"]))
            #expect(try await check.wait().exitCode == 0, "\(check.output)\(check.errors)")
            #expect(check.output.isEmpty && check.errors.isEmpty, "\(check.output)\(check.errors)")
        }
    }
}

extension WebEvent {
    fileprivate func isJob(_ job: String, _ text: String) -> Bool {
        name == "job" && data.contains("\"name\":\"\(job)\"") && data.contains(text)
    }
}

extension [WebEvent] {
    fileprivate func named(_ name: String) -> [WebEvent] { filter { $0.name == name } }

    /// Tokens that were only counted.
    fileprivate var omitted: Int {
        named("omitted").compactMap { $0.data.firstMatch(of: /"count":(\d+)/).flatMap { Int($0.1) } }.reduce(0, +)
    }
}
