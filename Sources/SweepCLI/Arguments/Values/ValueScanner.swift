import SweepModel

/// Reads a value part by part, and tells where one of them is not what it should be.
struct ValueScanner {
    private let scalars: [Unicode.Scalar]
    private var place = 0

    init(_ text: some StringProtocol) { scalars = Array(text.unicodeScalars) }

    /// A number in ASCII digits, without a sign.
    mutating func number(in range: ClosedRange<Int>) throws(TextFlaw) -> Int {
        let start = place
        let digits = take { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { throw TextFlaw("a digit is missing", at: start + 1) }
        // What an `Int` cannot hold is in no range.
        guard let number = Int(digits), range.contains(number) else { throw TextFlaw("out of range", at: start + 1) }
        return number
    }

    /// A number with a unit behind it. `units` are milliseconds by name.
    mutating func duration(in range: ClosedRange<Duration>, units: [String: Int]) throws(TextFlaw) -> Duration {
        let start = place
        let count = try number(in: 0...Int.max)
        let behind = place + 1
        let name = take { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
        guard !name.isEmpty else { throw TextFlaw("a unit is missing", at: behind) }
        guard let unit = units[name] else { throw TextFlaw("unknown unit", at: behind) }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, range.contains(.milliseconds(milliseconds)) else { throw TextFlaw("out of range", at: start + 1) }
        return .milliseconds(milliseconds)
    }

    mutating func expect(_ sign: Unicode.Scalar) throws(TextFlaw) {
        guard place < scalars.count, scalars[place] == sign else { throw TextFlaw("'\(sign)' is missing", at: place + 1) }
        place += 1
    }

    func end() throws(TextFlaw) {
        guard place == scalars.count else { throw TextFlaw("unexpected text", at: place + 1) }
    }

    private mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
        let part = scalars[place...].prefix(while: belongs)
        place += part.count
        return String(String.UnicodeScalarView(part))
    }
}

extension ValueParser {
    /// For values of several parts: a problem tells where in the text it is.
    init(scanning expected: String, _ scan: @escaping @Sendable (inout ValueScanner) throws(TextFlaw) -> Value) {
        self.init(expected: expected) { text throws(ArgumentProblem) in
            do throws(TextFlaw) {
                var scanner = ValueScanner(text)
                let value = try scan(&scanner)
                try scanner.end()
                return value
            } catch {
                throw ArgumentProblem(value: text, expected: expected, flaw: error)
            }
        }
    }

    /// The same for what another module reads.
    init(reading expected: String, _ read: @escaping @Sendable (String) throws(TextFlaw) -> Value) {
        self.init(expected: expected) { text throws(ArgumentProblem) in
            do throws(TextFlaw) {
                return try read(text)
            } catch {
                throw ArgumentProblem(value: text, expected: expected, flaw: error)
            }
        }
    }

    /// The same, or what one word stands for: `none`, `never`.
    func or(_ word: String, _ value: Value) -> ValueParser {
        let parse = parse
        return ValueParser(expected: expected, completion: completion) { text throws(ArgumentProblem) in
            text == word ? value : try parse(text)
        }
    }
}
