import Testing

@testable import SweepCLI

@Suite struct RandomLineTests {
    private static let pieces = [
        "--litres", "--litres=", "--litres=3", "-l", "-l=", "-dq", "-", "--", "---", "--=", "=", "", "-5", "-.", "--dry", "--dry=x",
        "--spare", "a",
        "--pace", "1/1s", "--east", "--west=1", "\u{1B}[2J", "-\u{7}", "--\u{202E}x=y", "é", "--réport", "water", "--beds", "rose,,", "\0",
    ]

    /// Every line ends in values or in an error of two lines that a terminal can show; a failing seed is a case to keep.
    @Test(arguments: 0..<400 as Range<UInt64>)
    func everyLineEndsInValuesOrInAPrintableError(seed: UInt64) throws {
        var random = Numbers(state: seed)
        let words = (0..<Int.random(in: 0...6, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
        do throws(UsageError) {
            guard case .command(let line) = try Sample.program.parse(["water"] + words) else { return }
            let values = try Arguments(line, environment: [:])
            #expect((1...256).contains(values[Sample.litres]))
            #expect(values[Sample.plants].allSatisfy { words.contains($0) })
        } catch {
            let lines = error.text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 2, "\(words)")
            #expect(lines.allSatisfy { printable(String($0), limit: 1000) == $0 }, "\(words)")
        }
    }
}

/// SplitMix64: the same numbers for the same seed on every machine.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
