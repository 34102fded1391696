import SweepModel
import Testing

@testable import SweepRunner

/// Reading what refers to tokens, besides the tokens.
@Suite struct ReferenceListingTests {
    private func list(
        zone: Bool = false, attempts: Int = 3, _ answer: @escaping @Sendable (LookupCall, Int) -> LookupAnswer?
    ) async throws -> (Listing, [LookupCall.Question]) {
        let time = JumpingTime()
        let account = try Lookups.scope(1)
        let scope = zone ? Scope(.zone, account.id) : account
        let api = ScriptedLookups(time) { call, number in answer(call, number) ?? Lookups.answer(call, total: 3) }
        let results = try await Lookups.list([scope], api, time, attempts: attempts, depth: .references)
        return (try #require(try results.first?.get()), api.log.map(\.call.question))
    }

    private static func group(_ number: Int) -> AccessEntity { AccessEntity(.group, id: "\(number)", targets: []) }

    @Test func `an account takes six requests, a zone four`() async throws {
        let (listing, asked) = try await list { _, _ in nil }
        #expect(
            asked == [
                .tokens(page: 1), .mayRead, .references(.apps, page: 1), .references(.groups, page: 1), .references(.policies, page: 1),
                .references(.doh, page: 1),
            ])
        #expect(listing.references == Listing.References())
        let (zone, fewer) = try await list(zone: true) { _, _ in nil }
        #expect(fewer.count == 4)
        #expect(zone.references == Listing.References())
    }

    @Test func `pages are put together`() async throws {
        let (listing, asked) = try await list { call, _ in
            guard case .references(.groups, let page) = call.question else { return nil }
            let numbers = page == 1 ? 0..<1000 : 1000..<1200
            return LookupAnswer(.entities(EntityPage(entities: numbers.map(Self.group), count: numbers.count, totalCount: 1200)))
        }
        #expect(listing.references?.entities.count == 1200)
        #expect(listing.references?.missing == [:])
        #expect(asked.count == 7)
    }

    @Test(arguments: ReferenceSource.allCases)
    func `a source that may not be read is missing, and the others are read`(source: ReferenceSource) async throws {
        let (listing, asked) = try await list { call, _ in
            guard case .references(source, _) = call.question else { return nil }
            return LookupAnswer(.forbidden, reason: "the credential may not read there")
        }
        #expect(listing.references?.missing == [source: "the credential may not read there"])
        #expect(listing.permission == .proven && listing.tokens.count == 3)
        #expect(asked.count == 6)
    }

    @Test func `a list that changes its length, or ends before its end, is missing`() async throws {
        let (changed, _) = try await list { call, _ in
            guard case .references(.apps, let page) = call.question else { return nil }
            return LookupAnswer(.entities(EntityPage(entities: [], count: 1000, totalCount: 1200 + page)))
        }
        #expect(changed.references?.missing.keys.map { $0 } == [.apps])
        let (short, _) = try await list { call, _ in
            guard case .references(.apps, let page) = call.question else { return nil }
            return LookupAnswer(.entities(EntityPage(entities: [], count: page == 1 ? 1000 : 0, totalCount: 1200)))
        }
        #expect(short.references?.missing.keys.map { $0 } == [.apps])
    }

    @Test func `who may not read Access is not asked further, and nothing is claimed`() async throws {
        let (listing, asked) = try await list { call, _ in call.question == .mayRead ? LookupAnswer(.forbidden) : nil }
        #expect(asked.count == 2)
        #expect(Set(listing.references?.missing.keys.map { $0 } ?? []) == Set(ReferenceSource.allCases))
    }

    @Test func `failures are tried again, and then the source is missing`() async throws {
        let (listing, asked) = try await list { call, number in
            guard case .references(.policies, _) = call.question else { return nil }
            return LookupAnswer(.temporary, reason: "the API failed")
        }
        #expect(listing.references?.missing == [.policies: "3 tries failed, the last one: the API failed"])
        #expect(asked.count == 8)
    }

    @Test func `a credential that is refused on the way ends the questions`() async throws {
        let (listing, asked) = try await list { call, _ in
            guard case .references(.groups, _) = call.question else { return nil }
            return LookupAnswer(.credentialRefused, reason: "the credential was refused")
        }
        #expect(Set(listing.references?.missing.keys.map { $0 } ?? []) == [.groups, .policies, .doh])
        #expect(asked.count == 4)
    }
}
