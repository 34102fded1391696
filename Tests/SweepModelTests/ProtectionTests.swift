import SweepModel
import Testing

@Suite struct ProtectionTests {
    private static let id = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"
    private static let clientID = "0123456789abcdef0123456789abcdef.access"

    private func request(name: String? = nil, clientID: String? = nil) throws -> DeletionRequest {
        DeletionRequest(
            position: RowPosition(manifest: "m", line: 2), scope: Scope(.account, try #require(ScopeID(String(repeating: "a", count: 32)))),
            tokenID: try #require(TokenID(Self.id)), clientID: clientID, name: name)
    }

    private func list(_ patterns: String...) throws -> ProtectionList { ProtectionList(try patterns.map { try #require(Protection($0)) }) }

    private func isProtected(_ verdict: ProtectionList.Verdict) -> Bool { if case .protected = verdict { true } else { false } }

    @Test(arguments: [
        "", "prod", "id:", "id:x", "ID:\(id)", "name:", "name:[", "client-id:", "client-id:abc", "client_id:\(clientID)", "tag:x",
        " name:x",
    ])
    func malformed(pattern: String) { #expect(Protection(pattern) == nil) }

    @Test(arguments: [
        ("prod", "':' is missing", 5), ("tag:x", "unknown kind of pattern", 1), ("id:x", "not a token's id", 4),
        ("client-id:", "not a client id", 11), ("name:", "an empty pattern", 6), ("name:a[b", "a set that is never closed", 7),
        ("name:\u{301}[", "a set that is never closed", 7),
    ])
    func aPatternTellsWhereItIsWrong(pattern: String, reason: String, position: Int) {
        #expect(throws: TextFlaw(reason, at: position)) { try Protection(parsing: pattern) }
    }

    @Test func aPatternMayBeginWithACombiningMark() throws {
        let list = try list("name:\u{301}*")
        #expect(isProtected(list.verdict(on: try request(name: "\u{301}x"))))
        #expect(list.verdict(on: try request(name: "x")) == .free)
    }

    @Test func byID() throws {
        #expect(isProtected(try list("id:" + Self.id.uppercased()).verdict(on: request())))
        #expect(try list("id:00000000-0000-4000-8000-000000000001").verdict(on: request()) == .free)
    }

    @Test("A client id is told by its digits, whatever stands behind them")
    func byClientID() throws {
        for text in [Self.clientID, Self.clientID.uppercased(), Self.clientID + ".example.com"] {
            #expect(isProtected(try list("client-id:\(Self.clientID)").verdict(on: request(clientID: text))))
        }
        let other = try request(clientID: "ff23456789abcdef0123456789abcdef.access")
        #expect(try list("client-id:\(Self.clientID)").verdict(on: other) == .free)
    }

    @Test func byName() throws {
        let list = try list("name:prod-*", "name:db")
        #expect(list.verdict(on: try request(name: "prod-x")) == .protected(by: try #require(Protection("name:prod-*"))))
        #expect(isProtected(list.verdict(on: try request(name: "db"))))
        #expect(list.verdict(on: try request(name: "ci")) == .free)
    }

    @Test("What a row does not tell is not taken for harmless")
    func unknown() throws {
        #expect(try list("name:prod-*").verdict(on: request()) == .unknown(missing: .name))
        #expect(try list("name:prod-*").verdict(on: request(name: "")) == .unknown(missing: .name))
        #expect(try list("client-id:\(Self.clientID)").verdict(on: request(name: "x")) == .unknown(missing: .clientID))
        #expect(try list("client-id:\(Self.clientID)").verdict(on: request(clientID: "n/a")) == .unknown(missing: .clientID))
        // Protected by one pattern is protected, whatever another one misses.
        #expect(isProtected(try list("id:\(Self.id)", "name:x").verdict(on: request())))
        #expect(isProtected(try list("client-id:\(Self.clientID)", "name:x").verdict(on: request(name: "x"))))
    }

    @Test func nothingIsProtectedByNothing() throws {
        #expect(try list().isEmpty)
        #expect(try list().verdict(on: request()) == .free)
    }
}
