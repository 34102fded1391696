import Testing

@testable import SweepModel

/// Who refers to a token.
@Suite struct ReferenceGraphTests {
    private let token: TokenID
    private let other: TokenID
    private let client: ClientID

    init() throws {
        token = try #require(TokenID("f174e90a-fafe-4643-bbbc-4a0ed4fc8415"))
        other = try #require(TokenID("f174e90a-fafe-4643-bbbc-4a0ed4fc8416"))
        client = try #require(ClientID("88bf3b6d86161464f6509f7219099e57.access"))
    }

    private func group(_ id: String, _ targets: AccessEntity.Target...) -> AccessEntity {
        AccessEntity(.group, id: id, name: id.uppercased(), targets: Set(targets))
    }

    @Test func `nobody refers to a token that nobody names`() {
        let found = ReferenceGraph(entities: [group("g", .token(other))]).referrers(of: token, clientID: client)
        #expect(found == .init(texts: [], blocksDeletion: false))
    }

    @Test func `policies, groups and SCIM configurations block, with their names`() {
        let policy = AccessEntity(.policy, id: "p", name: "CI", owner: "app \"Grafana\" (a)", targets: [.token(token)])
        let app = AccessEntity(.app, id: "b", targets: [.scim(client)])
        let found = ReferenceGraph(entities: [policy, app, group("g", .token(token))]).referrers(of: token, clientID: client)
        #expect(found.texts == ["policy \"CI\" (p) of app \"Grafana\" (a)", "group \"G\" (g)", "app (b) by SCIM"])
        #expect(found.blocksDeletion)
        let byID = ReferenceGraph(entities: [app]).referrers(of: token, clientID: nil)
        #expect(byID == .init(texts: [], blocksDeletion: false))
    }

    @Test func `groups are followed through groups into policies and their applications, in circles too`() {
        let entities = [
            group("a", .token(token), .group(id: "c")), group("b", .group(id: "a")), group("c", .group(id: "b")),
            AccessEntity(.policy, id: "p", targets: [.group(id: "c")]), AccessEntity(.app, id: "x", targets: [.policy(id: "p")]),
        ]
        let found = ReferenceGraph(entities: entities).referrers(of: token, clientID: nil)
        #expect(
            found.texts == [
                "group \"A\" (a)", "group \"B\" (b) through group \"A\" (a)", "group \"C\" (c) through group \"B\" (b)",
                "policy (p) through group \"C\" (c)", "app (x) through policy (p)",
            ])
        #expect(found.blocksDeletion)
        #expect(ReferenceGraph(entities: entities).referrers(of: other, clientID: nil).texts.isEmpty)
    }

    @Test func `rules for every token and DoH are told, and block nothing`() {
        let any = group("g", .anyToken)
        let graph = ReferenceGraph(entities: [any, AccessEntity(.policy, id: "p", targets: [.group(id: "g")])], dohToken: token)
        #expect(
            graph.acceptingAnyToken == [
                "group \"G\" (g) for any valid service token", "policy (p) for any valid service token through group \"G\" (g)",
            ])
        #expect(graph.referrers(of: token, clientID: nil) == .init(texts: ["DoH"], blocksDeletion: false))
        #expect(graph.namedTokens == [token])
    }

    /// Every chain of groups, whatever it looks like, is found to its end and told once.
    @Test func `a random graph is told as a search by hand tells it`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let count = Int.random(in: 1...12, using: &random)
            let edges = (0..<count).map { _ in
                (0..<Int.random(in: 0...3, using: &random)).map { _ in Int.random(in: 0..<count, using: &random) }
            }
            let holdsToken = (0..<count).map { _ in Int.random(in: 0..<4, using: &random) == 0 }
            let entities = (0..<count).map { index in
                AccessEntity(
                    .group, id: "\(index)",
                    targets: Set(edges[index].map { .group(id: "\($0)") } + (holdsToken[index] ? [.token(token)] : [])))
            }
            var reaching = Set(holdsToken.indices.filter { holdsToken[$0] })
            while let next = edges.indices.first(where: { !reaching.contains($0) && edges[$0].contains(where: reaching.contains) }) {
                reaching.insert(next)
            }
            let found = ReferenceGraph(entities: entities).referrers(of: token, clientID: nil)
            #expect(found.texts.count == reaching.count)
            #expect(found.blocksDeletion == holdsToken.contains(true))
        }
    }
}
