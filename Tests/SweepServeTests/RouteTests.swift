import SweepModel
import Testing

@testable import SweepServe

@Suite struct RouteTests {
    private func route(_ target: String) throws -> Route { try Route(try #require(HTTPRequest(method: "GET", target: target))) }

    @Test func everything() throws {
        #expect(try route("/") == .file(.page))
        #expect(try route("/page.js") == .file(.script))
        #expect(try route("/page.css") == .file(.style))
        #expect(try route("/healthz") == .health)
        #expect(try route("/metrics?x=1") == .metrics)
        #expect(try route("/api/jobs") == .jobs)
        #expect(try route("/api/jobs/incident-42") == .job("incident-42"))
        #expect(try route("/api/jobs/a%2Fb%20c") == .job("a/b c"))
        #expect(try route("/api/jobs/7/lanes") == .lanes("7"))
        #expect(try route("/api/jobs/7/events?after=12") == .log("7", after: 12))
        #expect(try route("/api/jobs/7/timeline.svg") == .chart("7", .timeline))
        #expect(try route("/api/jobs/7/latency.svg") == .chart("7", .latency))
        #expect(try route("/api/events") == .events)
    }

    @Test func tokens() throws {
        #expect(try route("/api/jobs/7/tokens") == .tokens("7", TokenQuery()))
        let query = TokenQuery(states: [.blocked, .failed], after: ItemID(5), limit: 7)
        #expect(try route("/api/jobs/7/tokens?outcome=blocked,failed&after=5&limit=7") == .tokens("7", query))
    }

    @Test(arguments: [
        "limit=0", "limit=501", "limit=-1", "limit=+1", "limit=", "after=x", "after=99999999999999999999", "outcome=gone", "outcome=",
        "outcome=a,",
    ])
    func `a value that cannot be used is named`(query: String) {
        let name = String(query.prefix { $0 != "=" })
        #expect(throws: Route.Problem.badValue(name)) { try route("/api/jobs/7/tokens?\(query)") }
    }

    @Test(arguments: [
        "/api", "/api/", "/api/jobs/", "/api/jobs/7/", "/api/jobs/7/x", "/api/jobs/7/x.svg", "/api/jobs/7/timeline",
        "/api/jobs/7/timeline.svg.svg", "/api/jobs//lanes", "/x", "/page.js/", "//", "/healthz/x",
        "/API/jobs",
    ])
    func `nothing else is there`(target: String) {
        #expect(throws: Route.Problem.notFound) { try route(target) }
    }

    @Test(arguments: ["", "api", "*", "http://localhost/", "/%", "/%4", "/%zz", "/%ff", "/?a=%", "/%C3"])
    func `a target that is not well-formed`(target: String) {
        #expect(HTTPRequest(method: "GET", target: target) == nil)
    }
}
