import SweepModel
import Testing

@testable import SweepCLI

@Suite struct CredentialTableTests {
    private func scope(_ number: Int, _ kind: Scope.Kind = .account) throws -> Scope {
        Scope(kind, try #require(ScopeID("0000000000000000000000000000000\(number)")))
    }

    @Test func oneCredentialServesEverythingInOneLane() throws {
        let scopes = [try scope(1), try scope(2, .zone)]
        let (map, credentials) = try CredentialTable(.token(Secret("t"))).lanes(for: scopes)
        #expect(credentials == [.token(Secret("t"))])
        #expect(map.lanes == [scopes[0]: LaneID(0), scopes[1]: LaneID(0)])
        #expect(map.names == ["\(scopes[0]) and 1 more"])
    }

    @Test("Entries with the same credential share one lane, and with it one budget")
    func sharedCredential() throws {
        var table = CredentialTable()
        try table.add(.token(Secret("a")), named: "n", serving: [try scope(1)], andTheRest: false)
        try table.add(.token(Secret("b")), named: "n", serving: [try scope(2)], andTheRest: false)
        try table.add(.token(Secret("a")), named: "n", serving: [try scope(3)], andTheRest: true)
        let scopes = try (1...4).map { try scope($0) }
        let (map, credentials) = table.lanes(for: scopes)
        #expect(credentials == [.token(Secret("a")), .token(Secret("b"))])
        #expect(Set(map.fingerprints).count == 2)
        #expect(scopes.map { map.lanes[$0] } == [LaneID(0), LaneID(1), LaneID(0), LaneID(0)])
    }

    @Test("A credential without work has no lane, a scope without a credential neither")
    func onlyWhatIsNeeded() throws {
        var table = CredentialTable()
        try table.add(.token(Secret("a")), named: "n", serving: [try scope(1)], andTheRest: false)
        try table.add(.key(email: "a@b.example", Secret("b")), named: "n", serving: [try scope(2)], andTheRest: false)
        let (map, credentials) = table.lanes(for: [try scope(2), try scope(3)])
        #expect(credentials == [.key(email: "a@b.example", Secret("b"))])
        #expect(map.lanes == [try scope(2): LaneID(0)])
    }
}
