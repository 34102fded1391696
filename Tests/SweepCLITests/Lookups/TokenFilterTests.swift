import SweepModel
import Testing

@testable import SweepCLI

@Suite struct TokenFilterTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func token(_ change: (inout LiveToken) -> Void = { _ in }) throws -> LiveToken {
        let account = try #require(ScopeID("023e105f4ecef8ad9ca31a8372d0c353"))
        var token = LiveToken(scope: Scope(.account, account), id: try #require(TokenID("f174e90a-fafe-4643-bbbc-4a0ed4fc8415")))
        change(&token)
        return token
    }

    @Test func withoutPartsEverythingFits() throws {
        #expect(TokenFilter().fits(try token()))
    }

    @Test func whatIsNotKnownFitsNothingThatAsksForIt() throws {
        let bare = try token()
        #expect(!TokenFilter(name: Glob("*")).fits(bare))
        #expect(!TokenFilter(createdBefore: .distantFuture).fits(bare))
        #expect(!TokenFilter(createdAfter: .distantPast).fits(bare))
        #expect(!TokenFilter(unusedSince: .distantFuture).fits(bare))
        #expect(!TokenFilter(expiredAt: .distantFuture).fits(bare))
        #expect(!TokenFilter(clientIDs: []).fits(bare))
        #expect(TokenFilter(isEnabled: true).fits(bare))
    }

    @Test func aTokenThatWasNeverSeenIsUnusedSinceItsCreation() throws {
        let filter = TokenFilter(unusedSince: now)
        #expect(filter.fits(try token { $0.createdAt = now - .seconds(1) }))
        #expect(!filter.fits(try token { $0.createdAt = now }))
        #expect(
            !filter.fits(
                try token {
                    $0.createdAt = now - .seconds(9)
                    $0.lastSeenAt = now
                }))
        #expect(
            filter.fits(
                try token {
                    $0.createdAt = now - .seconds(9)
                    $0.lastSeenAt = now - .seconds(1)
                }))
    }

    @Test func clientIDsFitWithAndWithoutADomain() throws {
        let digits = "88bf3b6d86161464f6509f7219099e57"
        let filter = TokenFilter(clientIDs: [try #require(ClientID("\(digits).access"))])
        #expect(filter.fits(try token { $0.clientID = "\(digits).access.example.com" }))
        #expect(!filter.fits(try token { $0.clientID = "\(String(digits.reversed())).access" }))
        #expect(ClientID(digits) == nil)
    }
}

@Suite struct AgeTests {
    @Test(arguments: [("90d", 7_776_000_000), ("0d", 0), ("12h", 43_200_000), ("500ms", 500)])
    func spansAreRead(_ text: String, _ milliseconds: Int64) throws {
        #expect(try ValueParser<Milliseconds>.age.parse(text) == Milliseconds(milliseconds))
    }

    @Test(arguments: ["d", "-1d", "+1d", "1.5d", "36501d", "99999999999999999999d", "1 d", "90", "1w", ""])
    func otherTextsAreRefused(_ text: String) {
        #expect(throws: ArgumentProblem.self) { try ValueParser<Milliseconds>.age.parse(text) }
    }

    @Test func datesAreMidnightUTC() throws {
        #expect(try ValueParser<Timestamp>.moment.parse("2026-01-31").rfc3339 == "2026-01-31T00:00:00.000Z")
        #expect(try ValueParser<Timestamp>.moment.parse("2026-01-31T02:00:00+02:00").rfc3339 == "2026-01-31T00:00:00.000Z")
        for text in ["2026-13-01", "yesterday", "2026-01-31T", "31.1.2026"] {
            #expect(throws: ArgumentProblem.self) { try ValueParser<Timestamp>.moment.parse(text) }
        }
    }
}

@Suite struct ProgramTests {
    @Test func theCommandsAreSound() {
        #expect(Tokensweep.program.defects == [])
    }
}
