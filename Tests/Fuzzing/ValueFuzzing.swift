import SweepModel

@testable import SweepCLI

private let spans = ValueParser.duration(in: .milliseconds(1)...(.seconds(86_400)))
private let percentages = ValueParser.percent()
private let counts = ValueParser.integer(in: 0...)

/// Values as options and job files hold them: what is accepted, written and read again is the same; what is refused names the text and,
/// where it has several parts, the place in it.
func fuzzDurations(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    roundTrip(spans, text, inParts: true, durationText)
    roundTrip(.age, text, inParts: true) { "\($0.count)ms" }
    roundTrip(.moment, text) { $0.rfc3339 }
    roundTrip(percentages, text) { "\($0)%" }
    roundTrip(counts, text) { "\($0)" }
    roundTrip(.rate, text, inParts: true) { rate in
        switch rate {
        case .none: "none"
        case .limit(let requests, let window): "\(requests)/\(durationText(window))"
        }
    }
    roundTrip(.haltRule, text, inParts: true) { rule in
        switch rule {
        case .never: "never"
        case .above(let percent, let window): "\(percent)%/\(window)"
        }
    }
    return true
}

private func roundTrip<Value: Equatable>(
    _ parser: ValueParser<Value>, _ text: String, inParts: Bool = false, _ write: (Value) -> String
) {
    do throws(ArgumentProblem) {
        let value = try parser.parse(text)
        promise((try? parser.parse(write(value))) == value, "\(text) is written as \(write(value))")
    } catch {
        promise(isSame(error.value, text) && !error.expected.isEmpty, "a refusal of \(text) that says \(error)")
        promise(error.flaw.map { isWithin($0, text) } ?? !inParts, "a refusal of \(text) with a place that is not there: \(error)")
    }
}

private func isWithin(_ flaw: TextFlaw, _ text: String) -> Bool { (1...text.unicodeScalars.count + 1).contains(flaw.position) }

/// A pattern and, behind the first line feed, a name: the quick matcher finds what one finds that tries everything, a pattern reads back the
/// same, one that is refused is told with its place, and a name that is written as a pattern matches itself and what begins with it.
func fuzzGlobs(_ bytes: [UInt8]) -> Bool {
    let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    let (pattern, name) = (texts[0], texts.count > 1 ? texts[1] : "")
    do throws(TextFlaw) {
        let glob = try Glob(parsing: pattern)
        promise(isSame(glob.description, pattern) && Glob(glob.description) == glob, "the pattern reads back as another")
        if let reference = SlowGlob(pattern), name.utf8.count <= 40 {
            // Read as characters a pattern may fit more; of ASCII there is only one reading, a CRLF apart.
            let isPlain = !name.utf8.contains { $0 >= 0x80 || $0 == 0x0D } && !pattern.utf8.contains { $0 >= 0x80 || $0 == 0x0D }
            promise(glob.matches(name) || !reference.matches(name), "\(pattern) does not match \(name)")
            promise(!isPlain || glob.matches(name) == reference.matches(name), "\(pattern) matches \(name)")
        }
        promise(Protection("name:\(pattern)") != nil, "a pattern that protects nothing")
    } catch {
        promise(isWithin(error, pattern), "a refusal of \(pattern) with a place that is not there: \(error)")
    }
    guard !name.isEmpty else { return true }
    let literal = SlowGlob.escaped(name)
    promise(Glob(literal)?.matches(name) == true, "a name does not match itself")
    promise(Glob(literal + "*")?.matches(name + pattern) == true, "a name does not match what begins with it")
    promise(Glob("*" + literal)?.matches(pattern + name) == true, "a name does not match what ends with it")
    return true
}
