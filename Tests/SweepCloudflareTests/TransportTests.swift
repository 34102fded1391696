import SweepModel
import Synchronization
import Testing

@testable import SweepCloudflare

private func api(
    _ base: String, lanes: [Credential] = [Sample.credential], timeout: Milliseconds = .seconds(600), concurrency: Int = 4,
    environment: [String: String] = [:]
) throws -> CloudflareAPI {
    try CloudflareAPI(
        baseURL: BaseURL(base), lanes: lanes, userAgent: "tokensweep/0.0 (job test)", timeout: timeout, concurrency: concurrency,
        environment: environment)
}

extension CloudflareAPI {
    /// Sends the DELETE of the sample token and waits for its answer.
    fileprivate func delete(_ scope: Scope = Sample.account, lane: Int = 0) async -> Answer {
        let call = DeletionCall(item: ItemID(1), scope: scope, tokenID: Sample.tokenID, lane: LaneID(lane))
        return await withCheckedContinuation { continuation in
            send([call]) { _, answer in continuation.resume(returning: answer) }
        }
    }
}

// The suite's limit is the one that ends what hangs: a request's own would make a slow machine look like a lost answer.
@Suite("The transport over real sockets", .timeLimit(.minutes(5)))
struct TransportTests {
    @Test func theRequestIsWhatTheAPIExpects() async throws {
        try await withServer({ _ in .json(200, Sample.success) }) { server in
            let api = try api(server.base + "/")
            defer { api.shutdown() }
            #expect(await api.delete().kind == .deleted)
            #expect(await api.delete(Sample.zone).kind == .deleted)
            var arrivals = server.arrivals.makeAsyncIterator()
            let first = try #require(await arrivals.next())
            let path = "/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/access/service_tokens/\(Sample.tokenText)"
            #expect(first.head.hasPrefix("DELETE \(path) HTTP/1.1\r\n"))
            #expect(first.header("User-Agent") == "tokensweep/0.0 (job test)")
            #expect(first.header("Authorization") == "Bearer \(Sample.secret)")
            #expect(first.header("Content-Length") == nil)
            let second = try #require(await arrivals.next())
            #expect(second.head.hasPrefix("DELETE /client/v4/zones/699d98642c564d2e855e9661899b7252/access/"))
            #expect(second.connection == first.connection)
        }
    }

    @Test func everyLaneHasItsOwnCredential() async throws {
        try await withServer({ _ in .json(200, Sample.success) }) { server in
            let api = try api(server.base, lanes: [Sample.credential, .key(email: "a@b.example", Secret("k37"))])
            defer { api.shutdown() }
            _ = await api.delete(lane: 1)
            _ = await api.delete(lane: 0)
            #expect(await api.delete(lane: 2).kind == .unreachable)
            var arrivals = server.arrivals.makeAsyncIterator()
            let byKey = try #require(await arrivals.next())
            #expect(byKey.header("X-Auth-Email") == "a@b.example")
            #expect(byKey.header("X-Auth-Key") == "k37")
            #expect(byKey.header("Authorization") == nil)
            let byToken = try #require(await arrivals.next())
            #expect(byToken.header("X-Auth-Key") == nil)
            #expect(server.requestCount == 2)
        }
    }

    @Test func headersReachTheAnswer() async throws {
        let headers = [
            "CF-Ray: 8f2a-AMS", "RateLimit: \"default\";r=0;t=9", "Ratelimit-Policy: \"default\";q=1200;w=300", "Retry-After: 300",
        ]
        try await withServer({ _ in .json(429, Sample.refusal(971, "slow"), headers) }) { server in
            let api = try api(server.base)
            defer { api.shutdown() }
            let answer = await api.delete()
            #expect(answer.kind == .rateLimited)
            #expect(answer.retryAfter == .seconds(300))
            #expect(answer.rateLimit == RateLimitHint(remaining: 0, resetsIn: .seconds(9), quota: 1200, window: .seconds(300)))
            #expect(answer.details.rayID == "8f2a-AMS")
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let redirect = ScriptedServer.Action.json(307, "", ["Location: /client/v4/elsewhere"])
        try await withServer({ _ in redirect }) { server in
            let api = try api(server.base)
            defer { api.shutdown() }
            #expect(await api.delete().kind == .temporary(fateUnknown: true))
            #expect(server.requestCount == 1)
        }
    }

    @Test(
        "An answer that is lost leaves the fate unknown",
        arguments: [
            (ScriptedServer.Action.close, "connection closed without an answer"),
            (.reset, "connection reset"),
            (.sendThenClose("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"success\":true"), "body cut short"),
            (.sendThenClose("HTTP/1.1 404 Not Found\r\nContent-Length: 500\r\n\r\n{"), "body cut short"),
            (.sendThenClose("SSH-2.0-OpenSSH_9.2\r\n"), "not an HTTP answer"),
            (.sendThenStall("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), "timeout"),
            (.stall, "timeout"),
        ])
    func lostAnswers(_ action: ScriptedServer.Action, _ transportError: String) async throws {
        try await withServer({ _ in action }) { server in
            // Short only where nothing else ends the request.
            let api = try api(server.base, timeout: transportError == "timeout" ? Milliseconds(1500) : .seconds(60))
            defer { api.shutdown() }
            let answer = await api.delete()
            #expect(answer.kind == .temporary(fateUnknown: true))
            #expect(answer.details.transportError == transportError)
            #expect(server.requestCount == 1)
        }
    }

    @Test func aBodyWithoutEndIsCutOff() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n{\"success\":true,\"pad\":\""
        try await withServer({ _ in .sendThenStall(head + String(repeating: "x", count: 2_000_000)) }) { server in
            let api = try api(server.base)
            defer { api.shutdown() }
            let answer = await api.delete()
            #expect(answer.kind == .temporary(fateUnknown: true))
            #expect(answer.details.transportError == "body too large")
        }
    }

    @Test func nobodyListens() async throws {
        let api = try api("http://127.0.0.1:\(try Socket.deadPort())")
        defer { api.shutdown() }
        let answer = await api.delete()
        #expect(answer.kind == .unreachable)
        #expect(answer.reason == "no connection to the API could be made")
        #expect(answer.details.transportError?.contains("127.0.0.1") == true)
    }

    @Test func aNameThatDoesNotExist() async throws {
        let api = try api("https://tokensweep.invalid")
        defer { api.shutdown() }
        let answer = await api.delete()
        #expect(answer.kind == .unreachable)
        #expect(answer.details.transportError?.contains("tokensweep.invalid") == true)
    }

    @Test func aServerThatSpeaksNoTLS() async throws {
        try await withServer({ _ in .json(200, Sample.success) }) { server in
            let api = try api("https://127.0.0.1:\(server.port)", timeout: Milliseconds(300))
            defer { api.shutdown() }
            #expect(await api.delete().kind == .unreachable)
            #expect(server.requestCount == 0)
        }
    }

    /// The proxy sees where the connection goes, and none of the API's headers.
    @Test func aProxyThatRefuses() async throws {
        try await withServer({ _ in .sendThenClose("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") }) { server in
            let environment = ["HTTPS_PROXY": "http://127.0.0.1:\(server.port)"]
            let api = try api("https://api.example", environment: environment)
            defer { api.shutdown() }
            let answer = await api.delete()
            #expect(answer.kind == .unreachable)
            #expect(answer.reason == "the proxy refused to connect to the API")
            var arrivals = server.arrivals.makeAsyncIterator()
            let connect = try #require(await arrivals.next())
            #expect(connect.head.hasPrefix("CONNECT api.example:443 "))
            #expect(!connect.head.contains(Sample.secret))
            #expect(connect.header("Authorization") == nil)
        }
    }
}

@Suite("A request is sent once")
struct SentOnceTests {
    /// libcurl would repeat it on a fresh connection by itself, and the second answer, "no such token", would be taken for the first.
    @Test("although a kept connection dies under it", arguments: [ScriptedServer.Action.close, .reset])
    func keptConnectionDies(_ action: ScriptedServer.Action) async throws {
        let script: @Sendable (ScriptedServer.Request) -> ScriptedServer.Action = { request in
            switch request.number {
            case 1: .json(200, Sample.success)
            case 2: action
            default: .json(404, Sample.refusal(12135, "access.api.error.not_found"))
            }
        }
        try await withServer(script) { server in
            let api = try api(server.base, concurrency: 1)
            defer { api.shutdown() }
            #expect(await api.delete().kind == .deleted)
            let answer = await api.delete()
            #expect(answer.kind == .temporary(fateUnknown: true))
            #expect(answer.details.transportError == "connection closed without an answer")
            #expect(server.requestCount == 2)
            // The transport goes on, on a new connection.
            #expect(await api.delete().kind == .absent)
            #expect(server.requestCount == 3)
        }
    }
}

@Suite("The transport's life")
struct TransportLifeTests {
    @Test func everyCallIsAnsweredOnce() async throws {
        try await withServer({ _ in .json(200, #"{"success":true}"#) }) { server in
            let api = try api(server.base, concurrency: 8)
            defer { api.shutdown() }
            let calls = (1...500).map {
                DeletionCall(item: ItemID($0), scope: Sample.account, tokenID: Sample.tokenID, lane: LaneID(0))
            }
            let (answers, sink) = AsyncStream<ItemID>.makeStream()
            api.send(calls) { item, answer in
                #expect(answer.kind == .deleted)
                sink.yield(item)
            }
            var seen: [ItemID] = []
            for await item in answers {
                seen.append(item)
                if seen.count == calls.count { break }
            }
            #expect(seen.sorted() == calls.map(\.item))
            #expect(server.requestCount == 500)
            #expect(server.connectionCount <= 8)
        }
    }

    @Test func cancellingAnswersWhatIsUnderWayAndWhatWaits() async throws {
        try await withServer({ _ in .stall }) { server in
            let api = try api(server.base, concurrency: 2)
            defer { api.shutdown() }
            let calls = (1...5).map {
                DeletionCall(item: ItemID($0), scope: Sample.account, tokenID: Sample.tokenID, lane: LaneID(0))
            }
            let (answers, sink) = AsyncStream<Answer>.makeStream()
            api.send(calls) { _, answer in sink.yield(answer) }
            var arrivals = server.arrivals.makeAsyncIterator()
            _ = await arrivals.next()
            _ = await arrivals.next()
            api.cancelAll()
            var count = 0
            for await answer in answers {
                #expect(answer.kind == .cutShort)
                #expect(answer.details.transportError == "cancelled")
                count += 1
                if count == calls.count { break }
            }
            #expect(server.requestCount == 2)
        }
    }

    @Test func afterCancellingItGoesOn() async throws {
        try await withServer({ $0.number == 1 ? .stall : .json(200, Sample.success) }) { server in
            let api = try api(server.base)
            defer { api.shutdown() }
            async let cut = api.delete()
            var arrivals = server.arrivals.makeAsyncIterator()
            _ = await arrivals.next()
            api.cancelAll()
            #expect(await cut.details.transportError == "cancelled")
            #expect(await api.delete().kind == .deleted)
        }
    }

    @Test func shutdownAnswersWhatIsUnderWayAndRefusesWhatComesLater() async throws {
        try await withServer({ _ in .stall }) { server in
            let api = try api(server.base)
            async let cut = api.delete()
            var arrivals = server.arrivals.makeAsyncIterator()
            _ = await arrivals.next()
            api.shutdown()
            #expect(await cut.kind == .cutShort)
            #expect(await api.delete().kind == .unreachable)
            api.shutdown()
        }
    }

    @Test func itStartsAndStopsAgainAndAgain() async throws {
        try await withServer({ _ in .json(200, Sample.success) }) { server in
            for _ in 1...50 {
                let api = try api(server.base)
                #expect(await api.delete().kind == .deleted)
            }
        }
    }

    /// The thread that ends is then the one that would have to be waited for.
    @Test func theLastOwnerMayBeAReceiver() async throws {
        final class Holder: Sendable {
            let api: Mutex<CloudflareAPI?>
            init(_ api: CloudflareAPI) { self.api = Mutex(api) }
        }
        try await withServer({ _ in .json(200, Sample.success) }) { server in
            for _ in 1...20 {
                let holder = Holder(try api(server.base))
                let (done, sink) = AsyncStream<Void>.makeStream()
                let call = DeletionCall(item: ItemID(1), scope: Sample.account, tokenID: Sample.tokenID, lane: LaneID(0))
                holder.api.withLock { api in
                    api?.send([call]) { _, _ in
                        let last = holder.api.withLock { $0.take() }
                        #expect(last != nil)
                        sink.finish()
                    }
                }
                for await _ in done {}
            }
        }
    }

    @Test func requestsForOthersGoTheSameWay() async throws {
        try await withServer({ _ in .json(200, #"{"success":true,"result":[]}"#) }) { server in
            let api = try api(server.base)
            defer { api.shutdown() }
            let request = HTTPRequest(.get, path: "/accounts/x/access/service_tokens?page=1&per_page=1000", lane: LaneID(0))
            guard case .response(let response) = await api.transport.perform(request) else {
                Issue.record("no response")
                return
            }
            #expect(response.status == 200)
            #expect(response.headers.contentType == "application/json")
            #expect(response.body == .complete(Array(#"{"success":true,"result":[]}"#.utf8)))
        }
    }
}
