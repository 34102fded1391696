import SweepJSON
import SweepModel

/// The rows of JSON lines: one object a line.
struct JSONRows: RowFormat {
    private var lines: LineScanner
    private let limits: ManifestLimits
    private(set) var ignored = IgnoredFields()
    /// What unknown keys resemble, so that each is looked at once and not once a row.
    private var resemblances: [String: NearMiss.Scope?] = [:]
    /// A manifest can invent keys without end; memory cannot hold them.
    private static let resemblanceLimit = 1000

    /// `line` is the number of the line on which the window begins.
    init(line: Int, limits: ManifestLimits) {
        lines = LineScanner(byteLimit: limits.rowBytes, line: line)
        self.limits = limits
    }

    mutating func next(in window: inout ByteWindow, _ validator: RowValidator) throws(ManifestError) -> ManifestRow? {
        while let line = try lines.next(in: &window) {
            defer { window.consume(line.length) }
            let range = window.withBytes { $0.trimmed(0..<line.length) }
            if range.isEmpty, !line.isTooLong { continue }
            return row(line, range, in: &window, validator)
        }
        return nil
    }

    private mutating func row(_ line: LineScanner.Line, _ range: Range<Int>, in window: inout ByteWindow, _ validator: RowValidator)
        -> ManifestRow
    {
        var object = JSONObject()
        var problem = window.withBytes { bytes in
            line.isTooLong ? limits.tooLong : JSONRows.read(range, of: bytes, into: &object, limits)
        }
        var values = object.values
        for field in Field.allCases {
            guard let value = values[field], value.isEscaped else { continue }
            values[field]?.range = window.shorten(value.range) { JSONEscapes.replace(in: $0) }
        }
        if problem == nil { problem = object.problem ?? judge(object) }
        return window.withBytes { bytes in
            guard let problem else { return validator.row(line: line.number, values, in: bytes) }
            return .invalid(validator.invalidRow(line: line.number, problem, values, in: bytes))
        }
    }

    /// Reads the object; says why the line is none.
    private static func read(_ range: Range<Int>, of bytes: Span<UInt8>, into object: inout JSONObject, _ limits: ManifestLimits)
        -> RowProblem?
    {
        if bytes.containsNUL(in: range) { return RowProblem(nil, "a NUL character") }
        do throws(JSONFlaw) {
            try object.read(range, of: bytes, depthLimit: limits.jsonDepth)
            return nil
        } catch {
            return RowProblem(nil, "not a JSON object", hint: "column \(column(of: error.offset, in: bytes)): \(error.words)")
        }
    }

    /// Counts characters, from 1; the line may begin with the second half of the last line's end.
    private static func column(of offset: Int, in bytes: Span<UInt8>) -> Int {
        var column = 1
        for index in 0..<offset where bytes[index] & 0xC0 != 0x80 && bytes[index] != .lineFeed { column += 1 }
        return column
    }

    /// Notes unknown keys; one that is probably a misspelled scope makes the row unusable.
    private mutating func judge(_ object: JSONObject) -> RowProblem? {
        let scopeIsGiven = object.values[.accountID] != nil || object.values[.zoneID] != nil
        for key in object.unknown {
            guard let meant = resemblance(key) else { continue }
            guard meant.isBare, scopeIsGiven else {
                let hint = "\(Printable.excerpt(key)): did you mean \(meant.name.rawValue)? Rename it, or remove it"
                return RowProblem(meant.name, "a key is probably a misspelled scope", hint: hint)
            }
            ignored.insert(key)
        }
        guard object.values[.tokenID] == nil, object.values[.clientID] == nil else { return nil }
        return hintAtMissingID(object.unknown).map { RowProblem(.serviceTokenID, "no service_token_id", hint: $0) }
    }

    /// What the key resembles; one that resembles no scope is noted as ignored when it is first seen.
    private mutating func resemblance(_ key: String) -> NearMiss.Scope? {
        if let known = resemblances[key] { return known }
        let meant = NearMiss.scope(key)
        if meant == nil { ignored.insert(key) }
        if resemblances.count == JSONRows.resemblanceLimit { resemblances.removeAll() }
        resemblances[key] = .some(meant)
        return meant
    }

    private func hintAtMissingID(_ keys: [String]) -> String? {
        if keys.contains("result") { return "this is an answer of the API: jq -c '.result[]' FILE makes a manifest of it" }
        return keys.lazy.compactMap { key in
            NearMiss.identity(key).map { "\(Printable.excerpt(key)): did you mean \($0.rawValue)?" }
        }.first
    }
}
