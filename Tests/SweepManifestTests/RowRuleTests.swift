import SweepModel
import Testing

@testable import SweepManifest

@Suite("What makes a row usable")
struct RowRuleTests {
    /// The one invalid row of a CSV file with an id and a further column.
    private func invalid(id: String, _ column: String = "note", _ value: String = "", scope: Scope? = Sample.scope) throws -> InvalidRow {
        try #require(try read("id,\(column)\n\(id),\(value)\n", defaultScope: scope).invalid.first)
    }

    @Test(
        "known mistakes in the id have their hints",
        arguments: [
            (Sample.clientID, "this is a client id; the id is the UUID that the API calls id"),
            (String(Sample.clientID.prefix(39)), "this is a client id; the id is the UUID that the API calls id"),
            (Sample.account, "32 hexadecimal digits are an account's or zone's id, or a UUID without its dashes"),
            ("{\(Sample.uuid)}", "remove the brackets or quotes around it"),
            (String(Sample.uuid.dropLast()), "36 characters are needed, this has 35: one is missing"),
            (Sample.uuid + "0", "36 characters are needed, this has 37: one is too many"),
            ("f174e90a-fafe 4643-bbbc-4a0ed4fc8415", "it contains a space"),
            ("f174e90a-fafe-4643-bbbc-4a0ed4fc841o", "a UUID is 8, 4, 4, 4 and 12 hexadecimal digits with dashes between them"),
            ("f174e90a\u{2010}fafe-4643-bbbc-4a0ed4fc8415", "it contains a character that is neither a digit, a letter a to f, nor a dash"),
            ("prod-token", "36 characters are needed, this has 10"),
        ])
    func idHints(id: String, hint: String) throws {
        let row = try invalid(id: id)
        #expect(row.field == "id")
        #expect(row.reason == "not a UUID")
        #expect(row.hint == hint)
        #expect(row.tokenText == id)
        #expect(row.scope == Sample.scope)
    }

    @Test(
        "secrets in the id are told and not echoed",
        arguments: [
            Sample.clientSecret, Sample.clientSecret.uppercased(), String(Sample.clientSecret.dropLast()), "cfast_" + Sample.clientSecret,
            "cfut_" + Sample.uuid, "cfat_0123456789abcdef", "cfk_0123456789abcdef", "cfut_short", "Bearer abcdef",
            "abcdefghij0123456789ABCDEFGHIJ_123456789", "0123456789abcdef0123456789abcdef01234",
        ])
    func secretIDs(secret: String) throws {
        let row = try invalid(id: secret)
        #expect(row.reason == "a secret, not an id")
        #expect(row.hint?.hasPrefix("this is a secret") == true)
        #expect(row.tokenText == Redaction.mark)
        #expect(!"\(row)".contains(secret))
    }

    @Test("secrets elsewhere in a row are redacted")
    func secretsElsewhere() throws {
        let secret = "cfast_" + String(repeating: "x1", count: 24)
        let request = try read("id,name,note\n\(Sample.uuid),n \(secret),\(secret)\n", defaultScope: Sample.scope).requests.first
        #expect(request?.name == "n <redacted>")
        #expect(request?.note == "<redacted>")
        let row = try invalid(id: "x", "note", secret)
        #expect(row.note == "<redacted>")
        let client = try invalid(id: Sample.uuid, "client_id", secret)
        #expect(client.explanation.hasPrefix("client_id: a secret, not a client id"))
        #expect(client.clientID == "<redacted>")
        let account = try invalid(id: Sample.uuid, "account_id", secret)
        #expect(account.reason == "a secret, not an id")
        #expect(!"\(account)".contains(secret))
    }

    @Test("a client id of any form is kept")
    func clientIDs() throws {
        for text in [Sample.clientID, "abc.access", "unknown"] {
            let requests = try read("id,client_id\n\(Sample.uuid), \(text) \n", defaultScope: Sample.scope).requests
            #expect(requests.map(\.clientID) == [text])
        }
    }

    @Test("what follows a client id is looked at like any other text")
    func behindTheClientID() throws {
        let secret = "cfk_444447_11111111"
        let row = try invalid(id: Sample.uuid, "client_id", "\(Sample.clientID).acce.\(secret)")
        #expect(row.explanation.hasPrefix("client_id: a secret, not a client id"))
        #expect(!"\(row)".contains(secret))
        let lines = "{\"service_token_id\":\"\(Sample.uuid)\",\"client_id\":\"\(Sample.clientID).a\\u0000\"}\n"
        #expect(try read(lines, defaultScope: Sample.scope).invalid.first?.reason == "a NUL character")
        let kept = try read("id,client_id\n\(Sample.uuid),\(Sample.clientID).example-1.com\n", defaultScope: Sample.scope).requests
        #expect(kept.map(\.clientID) == ["\(Sample.clientID).example-1.com"])
    }

    @Test("a row without an id is invalid unless it has a client id")
    func missingID() throws {
        #expect(try invalid(id: "", "note", "x").explanation == "service_token_id: no service_token_id")
        let odd = try invalid(id: " ", "client_id", "ci-deploy")
        #expect(odd.reason == "no service_token_id, and not a client id")
        for (scope, text) in [
            (Sample.scope, "id,client_id,name\n,\(Sample.clientID),ci\n"), (nil, "client_id,name\n\(Sample.clientID),ci\n"),
        ] {
            let rows = try read(text, defaultScope: scope).rows
            guard case .unresolved(let request, nil)? = rows.first, rows.count == 1 else {
                Issue.record("\(rows)")
                continue
            }
            #expect(request.scope == scope && request.clientIDText == Sample.clientID && request.name == "ci")
            #expect(request.clientID == ClientID(Sample.clientID))
        }
    }

    @Test("a row names at most one scope; the default serves rows that name none")
    func scopes() throws {
        let both = try #require(try read("id,account_id,zone_id\n\(Sample.uuid),\(Sample.account),\(Sample.zone)\n").invalid.first)
        #expect(both.reason == "both account_id and zone_id")
        #expect(both.scope == nil)
        let none = try invalid(id: Sample.uuid, scope: nil)
        #expect(none.reason == "no account_id and no zone_id")
        #expect(none.hint?.contains("--account ID or --zone ID") == true)
        let zone = ScopeID(Sample.zone).map { Scope(.zone, $0) }
        #expect(try read("id,account_id\n\(Sample.uuid),\n", defaultScope: zone).requests.map(\.scope) == [zone].compactMap { $0 })
    }

    @Test(
        "known mistakes in a scope have their hints",
        arguments: [
            ("account_id", Sample.uuid, "this is a UUID, perhaps a token's id: are the columns swapped?"),
            ("account_id", String(Sample.account.dropLast()), "32 digits are needed, this has 31"),
            ("zone_id", "example.com", "this is a domain; the zone's id is on its overview page"),
            ("zone_id", Sample.clientID, "this is a client id, which belongs to a token"),
            ("account_id", "Example", "this is perhaps the account's name; its id is 32 hexadecimal digits, and this has 7 characters"),
            ("account_id", "o23e105f4ecef8ad9ca31a8372d0c353", "it contains a character that is neither a digit nor a letter a to f"),
        ])
    func scopeHints(column: String, value: String, hint: String) throws {
        let row = try invalid(id: Sample.uuid, column, value)
        #expect(row.field == column)
        #expect(row.reason == "not 32 hexadecimal digits")
        #expect(row.hint == hint)
        // The default scope must not stand in for one that was meant otherwise.
        #expect(row.scope == nil)
    }

    @Test("texts of invalid rows are capped")
    func caps() throws {
        let row = try invalid(id: String(repeating: "é", count: 300), "note", String(repeating: "n", count: 5000))
        #expect(row.tokenText.count == 200)
        #expect(row.note?.count == 1000)
    }

    @Test("a list of problems keeps the first and counts the rest")
    func problemList() throws {
        var list = RowProblemList(limit: 2)
        for line in 2...6 { list.add(InvalidRow(position: RowPosition(manifest: "m", line: line), field: nil, reason: "x")) }
        #expect(list.shown.map(\.position.line) == [2, 3])
        #expect(list.count == 5)
        #expect(list.hidden == 3)
    }
}
