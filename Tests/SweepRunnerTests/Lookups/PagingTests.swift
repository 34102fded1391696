import SweepModel
import Testing

@testable import SweepRunner

@Suite("Reading a list page by page")
struct PagingTests {
    /// Lists one scope; the closure gives the page for a number and says how often that page was asked for before.
    private func list(
        _ page: @escaping @Sendable (_ number: Int, _ call: Int, _ scope: Scope) -> TokenPage
    ) async throws -> (Result<Listing, ListingFailure>, requests: Int) {
        let time = JumpingTime()
        let api = ScriptedLookups(time) { call, number in
            guard case .tokens(let wanted) = call.question else { return LookupAnswer(.permitted) }
            return LookupAnswer(.page(page(wanted, number, call.scope)))
        }
        let result = try await Lookups.list([Lookups.scope(1)], api, time)
        return (try #require(result.first), api.log.count)
    }

    @Test(arguments: [(0, 2), (1, 2), (999, 2), (1000, 2), (1001, 3), (2500, 4)])
    func everyPageIsRead(_ total: Int, _ requests: Int) async throws {
        let (result, sent) = try await list { number, _, scope in Lookups.page(number, total: total, of: scope) }
        let listing = try result.get()
        #expect(listing.tokens.count == total)
        #expect(Set(listing.tokens.map(\.id)).count == total)
        #expect(listing.permission == .proven)
        #expect(sent == requests)
    }

    @Test func withoutInformationAShortPageIsTheLast() async throws {
        let (result, sent) = try await list { number, _, scope in
            var page = Lookups.page(number, total: 1003, of: scope)
            page.info = nil
            return page
        }
        #expect(try result.get().tokens.count == 1003)
        #expect(sent == 3)
    }

    @Test func anAPIThatGivesSmallerPagesIsFollowed() async throws {
        let (result, _) = try await list { number, _, scope in Lookups.page(number, total: 120, perPage: 50, of: scope) }
        #expect(try result.get().tokens.count == 120)
    }

    @Test func aListThatChangesIsReadOnceMore() async throws {
        // The second page tells another length, once.
        let (result, sent) = try await list { number, call, scope in Lookups.page(number, total: call == 1 ? 1001 : 1002, of: scope) }
        #expect(try result.get().tokens.count == 1002)
        #expect(sent == 5)
    }

    @Test func aListThatKeepsChangingIsNoList() async throws {
        let (result, sent) = try await list { number, call, scope in Lookups.page(number, total: 1000 + call, of: scope) }
        let failure = try #require(result.failure)
        #expect(failure.kind == .unstable)
        #expect(failure.reason.contains("its length changed"))
        #expect(sent == 4)
    }

    @Test func duplicatesOverPagesAreAContradiction() async throws {
        let (result, _) = try await list { number, _, scope in
            var page = Lookups.page(number, total: 1001, of: scope)
            if number == 2 { page.tokens = Lookups.tokens(0..<1, of: scope) }
            return page
        }
        #expect(result.failure?.kind == .unstable)
    }

    @Test func fewerThanAnnouncedIsAContradiction() async throws {
        let (result, _) = try await list { number, _, scope in
            var page = Lookups.page(number, total: 10, of: scope)
            page.tokens = Array(page.tokens.dropLast())
            page.info?.count = 9
            return number == 1 ? page : TokenPage(tokens: [], info: page.info.map { .init(totalCount: $0.totalCount, totalPages: 1) })
        }
        let failure = try #require(result.failure)
        #expect(failure.kind == .unstable)
        #expect(failure.reason.contains("9 tokens where 10 were announced"))
    }

    @Test func aPageThatLiesAboutItselfIsAContradiction() async throws {
        let (wrongNumber, _) = try await list { _, _, scope in Lookups.page(1, total: 2000, of: scope) }
        #expect(wrongNumber.failure?.kind == .unstable)
        let (wrongLength, _) = try await list { number, _, scope in
            var page = Lookups.page(number, total: 3, of: scope)
            page.info?.count = 4
            return page
        }
        #expect(wrongLength.failure?.kind == .unstable)
    }

    @Test func anEndlessListEnds() async throws {
        let (result, _) = try await list { number, _, scope in
            TokenPage(tokens: Lookups.tokens((number - 1) % 3 * 1000..<((number - 1) % 3 + 1) * 1000, of: scope))
        }
        #expect(result.failure?.kind == .unstable)
    }
}
