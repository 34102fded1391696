import Glibc
import SweepModel
import SweepSimulation

// simulate seeds FIRST LAST: whole jobs in drawn worlds; a seed that fails prints the line that reproduces it.
// simulate pace [LARGEST]: large jobs, up to so many tokens, against the real limits, one line each: tokens, credentials, share of the
// theoretical pace, share of what a client can promise that learns only by the answer that a request was counted, seconds, answers 429.

func simulate(_ seeds: ClosedRange<UInt64>) -> Bool {
    var total = (tokens: 0, requests: 0, runs: 0, kills: 0, failed: 0)
    for seed in seeds {
        let findings = Voyage.sail(World(seed))
        total.tokens += findings.tokens
        total.requests += findings.requests
        total.runs += findings.runs
        total.kills += findings.kills
        guard let first = findings.violations.first else { continue }
        total.failed += 1
        print("seed \(seed): \(first)\(findings.violations.count > 1 ? " (and \(findings.violations.count - 1) more)" : "")")
        print("    again: scripts/simulate --seeds \(seed)..\(seed)")
        // Thousands of worlds take a while, and somebody may be reading along.
        fflush(nil)
    }
    print(
        "\(seeds.count) worlds, \(total.tokens) tokens, \(total.runs) runs, \(total.kills) of them killed, \(total.requests) requests:"
            + " \(total.failed == 0 ? "nothing violated" : "\(total.failed) worlds with violations")")
    return total.failed == 0
}

func pace(upTo largest: Int) throws {
    for tokens in [10_000, 100_000, 1_000_000] where tokens <= largest {
        for credentials in [1, 100, 2000] {
            let result = try PaceTrial(tokens: tokens, credentials: credentials, latency: 50...150).run(seed: 1)
            print(tokens, credentials, result.share, result.certainShare, result.elapsed.inSeconds, result.refused)
            // Each line takes a while, and somebody may be reading along.
            fflush(nil)
        }
    }
}

let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, arguments.dropFirst().compactMap { UInt64($0) }) {
case ("seeds", let ends) where ends.count == 2 && ends[0] <= ends[1]:
    if !simulate(ends[0]...ends[1]) { exit(1) }
case ("pace", let sizes) where sizes.count <= 1: try pace(upTo: sizes.first.map { Int(clamping: $0) } ?? 1_000_000)
default:
    print("usage: simulate seeds FIRST LAST | simulate pace [LARGEST]")
    exit(2)
}
