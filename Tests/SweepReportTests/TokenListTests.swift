import SweepModel
import SweepReport
import Testing

@Suite("Lists of live tokens")
struct TokenListTests {
    private func token(_ name: String?) throws -> LiveToken {
        LiveToken(
            scope: try Sample.scope(), id: try #require(TokenID(Sample.tokenID)), clientID: "88bf.access", name: name,
            createdAt: Sample.start,
            lastSeenAt: Sample.start + .seconds(1), isEnabled: false)
    }

    @Test("JSON lines name what is known")
    func json() throws {
        let expected = """
            {"service_token_id":"\(Sample.tokenID)","client_id":"88bf.access","name":"a\\u001bb","account_id":"\(Sample.scopeID)",\
            "created_at":"2026-11-23T19:21:57.042Z","last_seen_at":"2026-11-23T19:21:58.042Z","enabled":false}

            """
        #expect(String(decoding: TokenList(.jsonl).row(try token("a\u{1B}b")), as: UTF8.self) == expected)
        #expect(TokenList(.jsonl).heading == [])
    }

    @Test("CSV has a column for everything, and defuses formulas")
    func csv() throws {
        let list = TokenList(.csv)
        let expected = """
            service_token_id,client_id,name,account_id,zone_id,created_at,expires_at,last_seen_at,enabled\r
            \(Sample.tokenID),88bf.access,'=1,\(Sample.scopeID),,2026-11-23T19:21:57.042Z,,2026-11-23T19:21:58.042Z,false\r

            """
        #expect(String(decoding: list.heading + list.row(try token("=1")), as: UTF8.self) == expected)
    }

    @Test("every text stays one line of valid JSON", arguments: Sample.hostileTexts.map { Given($0) })
    func hostile(_ text: Given) throws {
        let row = TokenList(.jsonl).row(try token(text.text))
        #expect(row.count { $0 < 0x20 } == 1)
    }
}
