import SweepModel
import Testing

@testable import SweepCloudflare

private func call(_ request: TokenRequest) -> DeletionCall {
    DeletionCall(item: ItemID(1), scope: Sample.account, tokenID: Sample.tokenID, lane: LaneID(0), request: request)
}

private func answer(_ request: TokenRequest, _ status: Int, _ body: String) -> Answer {
    Answer(to: call(request), .response(HTTPResponse(status: status, body: .complete(Array(body.utf8)))))
}

/// `{"success":true,…,"result":{"id":"f174…"<more>}}`
private func success(_ more: String = "", id: String = Sample.tokenText) -> String {
    #"{"success":true,"errors":[],"messages":[],"result":{"id":"\#(id)"\#(more)}}"#
}

@Suite("Answers to requests that read and change tokens") struct ChangeAnswerTests {
    private static let changes: [TokenRequest] = [.disable(name: "n"), .enable(name: "n"), .rotate]

    @Test func `a token that is read`() {
        let found = answer(.read, 200, success(#","name":"a\u0007b","enabled":false,"client_id":"x.access""#))
        // The name as it is, for it is sent back.
        #expect(found.kind == .found(FoundToken(name: "a\u{7}b", isEnabled: false)))
        #expect(found.token?.clientID == "x.access")
        #expect(answer(.read, 200, success(#","name":"n""#)).kind == .found(FoundToken(name: "n", isEnabled: true)))
        #expect(answer(.read, 200, success()).kind == .found(FoundToken(name: nil, isEnabled: true)))
        #expect(answer(.read, 404, Sample.refusal(12135)).kind == .absent)
    }

    @Test func `disabled and enabled only by the API's own word`() {
        #expect(answer(.disable(name: "n"), 200, success(#","enabled":false"#)).kind == .changed)
        #expect(answer(.enable(name: "n"), 200, success(#","enabled":true"#)).kind == .changed)
        #expect(answer(.enable(name: "n"), 200, success()).kind == .changed)
        // As from an API that does not know the switch.
        for body in [success(), success(#","enabled":true"#), #"{"success":true,"errors":[],"result":null}"#] {
            #expect(answer(.disable(name: "n"), 200, body).kind == .temporary(fateUnknown: true))
        }
        #expect(answer(.enable(name: "n"), 200, success(#","enabled":false"#)).kind == .temporary(fateUnknown: true))
    }

    @Test(arguments: changes) func `what is no success is none`(_ request: TokenRequest) {
        let other = success(#","enabled":false"#, id: "00000000-0000-4000-8000-000000000001")
        for (status, body) in [(200, other), (200, "<html>"), (202, success()), (204, ""), (302, success())] {
            #expect(answer(request, status, body).kind == .temporary(fateUnknown: true), "\(status) \(body)")
        }
        #expect(answer(request, 404, Sample.refusal(12135)).kind == .absent)
        #expect(answer(request, 400, Sample.refusal(12130)).kind == .refused)
        #expect(answer(request, 429, "").kind == .rateLimited)
        #expect(answer(request, 403, Sample.refusal(10000)).kind == .credentialRefused(mayPass: true))
    }

    @Test(arguments: [
        success(#","client_secret":"not-of-any-known-form","name":"n""#), #"{"client_secret":"not-of-any-known-form""#,
        "not-of-any-known-form", #"{"success":true,"errors":[{"code":1,"message":"not-of-any-known-form"}]}"#,
    ]) func `the new secret of a rotation leaves no trace`(_ body: String) {
        for status in [200, 201, 202, 302, 500] where status < 300 || !body.contains("errors") {
            #expect(!"\(answer(.rotate, status, body))".contains("not-of-any-known-form"))
        }
    }
}

@Suite("Requests with a body over real sockets") struct BodyTests {
    private func api(_ base: String) throws -> CloudflareAPI {
        try CloudflareAPI(
            baseURL: BaseURL(base), lanes: [Sample.credential], userAgent: "tokensweep/0.0", timeout: .seconds(20), concurrency: 1,
            environment: [:])
    }

    private func send(_ request: TokenRequest, _ api: CloudflareAPI) async -> Answer {
        await withCheckedContinuation { continuation in
            api.send([call(request)]) { _, answer in continuation.resume(returning: answer) }
        }
    }

    @Test func `each request is what the API expects, one after the other on one connection`() async throws {
        try await withServer({ _ in .json(200, success(#","enabled":false"#)) }) { server in
            let api = try api(server.base)
            defer { api.shutdown() }
            for request in [TokenRequest.disable(name: "a \"b\" \\ é/ü"), .read, .rotate, .delete, .enable(name: "")] {
                _ = await send(request, api)
            }
            var arrivals = server.arrivals.makeAsyncIterator()
            var requests: [ScriptedServer.Request] = []
            while requests.count < 5, let request = await arrivals.next() { requests.append(request) }
            let path = "/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/access/service_tokens/\(Sample.tokenText)"
            let lines = requests.map { $0.head.prefix { $0 != "\r\n" } }
            #expect(
                lines == [
                    "PUT \(path) HTTP/1.1", "GET \(path) HTTP/1.1", "POST \(path)/rotate HTTP/1.1", "DELETE \(path) HTTP/1.1",
                    "PUT \(path) HTTP/1.1",
                ])
            #expect(requests.map(\.body) == [#"{"enabled":false,"name":"a \"b\" \\ é/ü"}"#, "", "", "", #"{"enabled":true,"name":""}"#])
            #expect(requests.map { $0.header("Content-Length") } == ["43", nil, "0", nil, "26"])
            #expect(requests.map { $0.header("Content-Type") }[0...1] == ["application/json", nil])
            #expect(requests.allSatisfy { $0.header("Authorization") == "Bearer \(Sample.secret)" && $0.header("Expect") == nil })
            #expect(Set(requests.map(\.connection)) == [1])
        }
    }

    /// libcurl would send it again by itself: the first may have been carried out.
    @Test(arguments: [TokenRequest.disable(name: "n"), .rotate])
    func `nothing is sent twice when a kept connection dies`(_ request: TokenRequest) async throws {
        try await withServer({ $0.number == 1 ? .json(200, success(#","enabled":false"#)) : .close }) { server in
            let api = try api(server.base)
            defer { api.shutdown() }
            #expect(await send(request, api).kind == .changed)
            #expect(await send(request, api).kind == .temporary(fateUnknown: true))
            #expect(server.requestCount == 2)
        }
    }
}
