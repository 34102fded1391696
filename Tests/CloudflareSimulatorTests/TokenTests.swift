import CloudflareSimulator
import Testing

@Suite struct TokenTests {
    @Test func aTokenIsDeletedOnce() throws {
        var simulation = try Sample.simulation()
        let first = simulation.handle(Sample.token("DELETE", 7), at: 5)
        #expect(first.answer.status == 200 && first.entry.effect == .deleted)
        #expect(first.entry.arrivedAt == 1_800_000_000_005)
        #expect(try first.answer.json()["result"]?["id"] == .string(Sample.id(7)))
        let second = simulation.handle(Sample.token("DELETE", 7), at: 6)
        #expect(second.answer.status == 404 && second.answer.code == 12135 && second.entry.effect == .none)
        #expect(simulation.answer(Sample.token("GET", 7)).status == 404)
        #expect(simulation.answer(Sample.token("GET", 8)).status == 200)
    }

    @Test func anIdInUpperCaseIsTheSameToken() throws {
        var simulation = try Sample.simulation()
        let request = Sample.request("DELETE", Sample.path("service_tokens/\(Sample.id(10).uppercased())"))
        #expect(simulation.handle(request, at: 0).entry.tokenID == Sample.id(10))
        #expect(simulation.answer(Sample.token("GET", 10)).status == 404)
    }

    @Test(arguments: 100...104) func aTokenInUseStays(number: Int) throws {
        var simulation = try Sample.simulation()
        let reply = simulation.handle(Sample.token("DELETE", number), at: 0)
        #expect(reply.answer.status == 400 && reply.answer.code == 12139 && reply.entry.effect == .none)
        #expect(simulation.answer(Sample.token("GET", number)).status == 200)
        // It can be switched off all the same.
        let off = simulation.handle(Sample.token("PUT", number, body: #"{"name":"x","enabled":false}"#), at: 0)
        #expect(off.answer.status == 200 && off.entry.effect == .disabled)
    }

    @Test func switchingOffAndOn() throws {
        var simulation = try Sample.simulation()
        func put(_ body: String) -> Effect { simulation.handle(Sample.token("PUT", 1, body: body), at: 0).entry.effect }
        #expect(put(#"{"name":"ci-1","enabled":false}"#) == .disabled)
        #expect(put(#"{"name":"ci-1","enabled":false}"#) == .none)
        #expect(try simulation.answer(Sample.token("GET", 1)).json()["result"]?["enabled"] == false)
        #expect(put(#"{"enabled":true}"#) == .enabled)
        #expect(put(#"{"name":"other"}"#) == .updated)
        #expect(try simulation.answer(Sample.token("GET", 1)).json()["result"]?["name"] == "other")
        #expect(simulation.answer(Sample.token("PUT", 1, body: "[]")).code == 12130)
    }

    @Test func rotatingGivesAnotherSecretEachTime() throws {
        var simulation = try Sample.simulation()
        func secret() throws -> String {
            let reply = simulation.handle(Sample.token("POST", 1, "/rotate"), at: 0)
            #expect(reply.entry.effect == .rotated)
            return try #require(reply.answer.json()["result"]?["client_secret"]?.string)
        }
        let (first, second) = (try secret(), try secret())
        #expect(first != second)
        #expect(first.wholeMatch(of: /cfast_[A-Za-z0-9]{48}/) != nil)
        #expect(simulation.answer(Sample.token("POST", 1, "/refresh")).status == 200)
        #expect(simulation.answer(Sample.token("GET", 1, "/rotate")).status == 405)
    }

    @Test func aListIsPaged() throws {
        var simulation = try Sample.simulation()
        func page(_ query: String) throws -> JSON {
            try simulation.answer(Sample.request("GET", Sample.path("service_tokens?" + query))).json()
        }
        let last = try page("page=4&per_page=10")
        // 30 generated and 5 that are in use; one more is hidden.
        #expect(last["result"]?.array?.count == 5)
        #expect(last["result_info"] == ["count": 5, "page": 4, "per_page": 10, "total_count": 35, "total_pages": 4])
        #expect(try page("page=5&per_page=10")["result"] == [])
        #expect(try page("per_page=1000")["result"]?.array?.count == 35)
        #expect(try page("per_page=1&name=ci-3")["result"]?.array?.first?["id"] == .string(Sample.id(3)))
        for query in ["per_page=2", "per_page=0", "per_page=x", "page=0", "per_page=1001"] {
            #expect(try page(query)["errors"]?.array?.first?["code"] == 12091, "\(query)")
        }
    }

    @Test func aHiddenTokenExists() throws {
        var simulation = try Sample.simulation()
        let token = try simulation.answer(Sample.token("GET", 105)).json()["result"]
        #expect(token?["duration"] == "forever" && token?["expires_at"] == .null)
    }
}
