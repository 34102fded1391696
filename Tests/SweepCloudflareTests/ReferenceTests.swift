import SweepModel
import Testing

@testable import SweepCloudflare

/// What applications, policies and groups say of tokens.
@Suite struct ReferenceTests {
    private let id = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"

    private func page(_ source: ReferenceSource, _ body: String) -> EntityPage? { EntityPage(Array(body.utf8), of: source) }

    private func envelope(_ result: String) -> String { #"{"success":true,"errors":[],"result":\#(result)}"# }

    @Test func `rules are found in include, exclude and require, wherever they stand`() throws {
        let token = try #require(TokenID(id))
        for list in ["include", "exclude", "require"] {
            let body = envelope(
                #"[{"id":"g","name":"n","\#(list)":[{"service_token":{"token_id":"\#(id.uppercased())"}},{"group":{"id":"h"}}]}]"#)
            let found = try #require(page(.groups, body))
            #expect(found.entities == [AccessEntity(.group, id: "g", name: "n", targets: [.token(token), .group(id: "h")])])
            #expect(found.count == 1)
        }
        let any = try #require(page(.policies, envelope(#"[{"id":"p","include":[{"any_valid_service_token":{}}]}]"#)))
        #expect(any.entities.first?.targets == [.anyToken])
    }

    @Test func `an application carries its policies and its SCIM configuration, an object or an array`() throws {
        let client = try #require(ClientID("88bf3b6d86161464f6509f7219099e57.access"))
        let scim = #"{"scheme":"access_service_token","client_id":"88bf3b6d86161464f6509f7219099e57.access","client_secret":"s"}"#
        for authentication in [scim, "[\(scim)]"] {
            let body = envelope(
                #"""
                [{"id":"a","name":"Okta","scim_config":{"authentication":\#(authentication)},
                  "policies":[{"id":"p","name":"CI","include":[{"service_token":{"token_id":"\#(id)"}}]},{"id":"q"},"r"]}]
                """#)
            let found = try #require(page(.apps, body))
            #expect(found.count == 1)
            #expect(found.entities.map(\.kind) == [.app, .policy])
            #expect(found.entities[0].targets == [.scim(client), .policy(id: "q"), .policy(id: "r")])
            #expect(found.entities[1].label == "policy \"CI\" (p) of app \"Okta\" (a)")
        }
    }

    @Test(arguments: [
        "", "<html>", "{}", #"{"success":true,"errors":[],"result":null}"#, #"{"success":true,"errors":[]}"#,
        #"{"success":false,"errors":[],"result":[]}"#, #"{"success":true,"errors":[{"code":1}],"result":[]}"#,
        #"{"success":true,"result":[{"name":"no id"}]}"#, #"{"success":true,"result":["x"]}"#, #"{"success":true,"result":{}}"#,
    ])
    func `what is no list of named objects is no answer`(body: String) {
        for source in [ReferenceSource.apps, .groups, .policies] { #expect(page(source, body) == nil) }
    }

    @Test func `an empty list is one`() {
        let body = #"{"success":true,"errors":[],"messages":[],"result":[],"result_info":{"total_count":0}}"#
        #expect(page(.apps, body) == EntityPage(entities: [], count: 0, totalCount: 0))
    }

    @Test func `the token for DoH is told, or that there is none, or nothing`() {
        func token(_ body: String) -> DoHBody? { DoHBody(Array(body.utf8)) }
        #expect(token(envelope(#"{"id":"\#(id)","client_id":"x"}"#))?.token == TokenID(id))
        #expect(token(envelope("{}")).map { $0.token == nil } == true)
        #expect(token(envelope("null")).map { $0.token == nil } == true)
        #expect(token(envelope(#"{"client_id":"x"}"#)) == nil)
        #expect(token(envelope(#"{"id":"x"}"#)) == nil)
        #expect(token("{}") == nil)
    }

    @Test func `names from outside become one line`() throws {
        let found = try #require(page(.groups, envelope(#"[{"id":"g","name":"a\nb"}]"#)))
        #expect(found.entities.first?.name == "a b")
    }
}

extension DoHBody: Equatable {
    static func == (left: DoHBody, right: DoHBody) -> Bool { left.token == right.token }
}
