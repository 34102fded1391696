import SweepTestSupport
import Testing

/// What the HTML report says of jobs that truly ran; what it looks and behaves like is seen in a browser by `scripts/browser-test`.
@Suite(.timeLimit(.minutes(3)))
struct HTMLReportTests {
    @Test func `who refers to a token that is not gone`() async throws {
        let world = """
            { rate: 'none',
              accounts: [{ id: '\(Sample.account)', tokens: [{ generate: 3, prefix: 'ci-' }],
                groups: [{ id: 'g1', name: 'bots <b>', include: [{ service_token: { token_id: '\(Sample.id(2))' } }] }] }],
              credentials: [{ label: 'ops', token: '\(Workbench.token)' }] }
            """
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...3), to: "leaked.csv")
            let result = try await bench.call(
                "run", "leaked.csv", "--yes", "--report", "out.html", environment: ["TOKENSWEEP_NO_LOOKUP": nil])
            expectExit(result, 1)
            let page = try bench.folder.text(of: "out.html")
            #expect(page.contains("<h1>2 of 3 tokens are gone; 1 is not.</h1>"))
            #expect(result.errors.contains("2 of 3 tokens are gone; 1 is not."))
            let list = page.split(separator: "id=\"remaining-heading\"").dropFirst().first?.split(separator: "</section>").first ?? ""
            #expect(list.contains(Sample.id(2)))
            #expect(list.contains("bots &lt;b&gt;"))
            #expect(!list.contains(Sample.id(1)) && !list.contains("<b>"))
        }
    }

    @Test func `a job that waits says so, and the same page later tells the end`() async throws {
        let world = Sample.world("{ generate: 2, in_use: true }, { generate: 8, first: 3 }")
        try await Workbench.with(world: world) { bench in
            try bench.folder.write(Sample.csv(1...10), to: "leaked.csv")
            expectExit(try await bench.call("run", "leaked.csv", "--yes", "--name", "wait", "--canary", "1", "--report", "out.html"), 3)
            let halted = try bench.folder.text(of: "out.html")
            #expect(halted.contains("The job was halted and is not finished"))
            #expect(halted.contains("<code>tokensweep resume wait</code>"))
            #expect(halted.contains("9 are not finished yet.</h1>"))
            expectExit(try await bench.call("cancel", "wait"), 0)
            let printed = try await bench.call("report", "wait", "--format", "html")
            expectExit(printed, 0)
            #expect(!printed.output.contains("is not finished"))
            #expect(printed.output.contains("<strong>cancelled</strong>"))
            // Cancelling wrote the job's own reports anew.
            #expect(try bench.folder.text(of: "out.html").contains("<strong>cancelled</strong>"))
        }
    }
}
