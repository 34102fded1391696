import SweepModel
import Testing

@testable import SweepManifest

/// A small generator of random numbers whose seed makes a failure repeatable (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite("What is written is what is read")
struct RoundTripTests {
    private typealias Row = (id: String, scope: String, kind: Scope.Kind, name: String, note: String)

    private static let alphabet: [Character] = [
        "a", "Z", "0", " ", ",", ";", "\t", "\"", "'", "\n", "\r", "\r\n", "\\", "/", "{", "}", "é", "😀", "\u{1}", "=", "e\u{301}",
        "\u{2028}",
    ]

    private func row(_ generator: inout SeededGenerator) -> Row {
        func hex(_ count: Int) -> String {
            String((0..<count).map { _ in "0123456789abcdef".randomElement(using: &generator) ?? "0" })
        }
        func text() -> String {
            String(
                (0..<Int.random(in: 0...11, using: &generator)).map { _ in RoundTripTests.alphabet.randomElement(using: &generator) ?? "a" }
            )
        }
        let id = [8, 4, 4, 4, 12].map(hex).joined(separator: "-")
        return (id, hex(32), Bool.random(using: &generator) ? .account : .zone, text(), text())
    }

    private func check(_ reading: Reading, _ rows: [Row]) {
        #expect(reading.invalid.isEmpty)
        #expect(reading.requests.map(\.tokenID.description) == rows.map(\.id))
        #expect(reading.requests.map(\.scope.description) == rows.map { "\($0.kind.rawValue) \($0.scope)" })
        #expect(reading.requests.map { Array(($0.name ?? "").utf8) } == rows.map { Array($0.name.utf8) })
        #expect(reading.requests.map { Array(($0.note ?? "").utf8) } == rows.map { Array($0.note.utf8) })
    }

    @Test("as CSV", arguments: 0..<40 as Range<UInt64>)
    func csv(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let rows = (0..<20).map { _ in row(&generator) }
        func field(_ text: String) -> String {
            let needsQuotes = text.utf8.contains { ",\"\r\n".utf8.contains($0) }
            guard needsQuotes || Bool.random(using: &generator) else { return text }
            return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
        }
        let lines = rows.map { row in
            let scopes = row.kind == .account ? [row.scope, ""] : ["", row.scope]
            return ([row.note] + scopes + [row.name, row.id]).map(field).joined(separator: ",")
        }
        let end = ["\n", "\r\n", "\r"].randomElement(using: &generator) ?? "\n"
        check(try read((["note,account_id,zone_id,name,id"] + lines).joined(separator: end)), rows)
    }

    @Test("as JSON lines", arguments: 0..<40 as Range<UInt64>)
    func jsonLines(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let rows = (0..<20).map { _ in row(&generator) }
        func string(_ text: String) -> String {
            "\"" + text.utf16.map { unit in escaped(unit, &generator) }.joined() + "\""
        }
        let lines = rows.map { row in
            let members = [("token_id", row.id), ("\(row.kind.rawValue)_id", row.scope), ("name", row.name), ("note", row.note)]
            return "{" + members.shuffled(using: &generator).map { "\(string($0)):\(string($1))" }.joined(separator: ",") + "}"
        }
        check(try read(lines.joined(separator: "\n")), rows)
    }

    /// ASCII as it stands or escaped, everything else escaped: halves of surrogate pairs have no other form.
    private func escaped(_ unit: UInt16, _ generator: inout SeededGenerator) -> String {
        let mustEscape = unit < 0x20 || unit >= 0x7F || unit == 0x22 || unit == 0x5C
        guard mustEscape || Int.random(in: 0..<8, using: &generator) == 0, unit != 0 else {
            return String(UnicodeScalar(UInt8(unit & 0x7F)))
        }
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    @Test("bytes without sense never crash the reader, and every piece size agrees", arguments: 0..<200 as Range<UInt64>)
    func noise(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let pieces = [
            "id,", "note", "\n", "\r", "\"", ",", "{", "}", "\"id\":", "\\u00", "[", "\u{0}", "é", Sample.uuid, " ", ";", "\t", "\\",
        ]
        let start = ["id,note\n", "{\"id\":", "", "id;name\r\n"].randomElement(using: &generator) ?? ""
        let noise = (0..<60).map { _ in pieces.randomElement(using: &generator) ?? "" }
        do {
            let reading = try read(start + noise.joined(), defaultScope: Sample.scope)
            #expect(reading.requests.allSatisfy { $0.tokenID.description == Sample.uuid })
        } catch let error as ManifestError {
            #expect(error.file == "m.csv")
        }
    }
}
