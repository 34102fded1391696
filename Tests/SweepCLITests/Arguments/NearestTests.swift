import Testing

@testable import SweepCLI

@Suite struct NearestTests {
    private let known = ["run", "resume", "report", "retry", "concurrency", "rate"]

    @Test(arguments: [
        ("concurency", "concurrency"), ("concurrnecy", "concurrency"), ("rnu", "run"), ("rum", "run"), ("RATE", "rate"), ("retyr", "retry"),
        ("conc", "concurrency"), ("rep", "report"),
    ])
    func slipsAreRecognised(typed: String, meant: String) {
        #expect(nearest(to: typed, among: known) == meant)
    }

    @Test(arguments: ["", "x", "zz", "frobnicate", "delete", "r", "concrete"])
    func nonsenseSuggestsNothing(typed: String) {
        #expect(nearest(to: typed, among: known) == nil)
    }

    @Test func aLongTextIsNotCompared() {
        #expect(nearest(to: String(repeating: "a", count: 65), among: [String(repeating: "a", count: 64)]) == nil)
    }

    @Test(arguments: [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("ab", "ba", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)])
    func distances(a: String, b: String, expected: Int) {
        #expect(editDistance(Array(a), Array(b)) == expected)
        #expect(editDistance(Array(b), Array(a)) == expected)
    }
}
