import SweepManifest
import SweepModel

/// A manifest is read the same in pieces of any size, every row that is used or refused has its line, none is forgotten, and rows that
/// are accepted read back the same.
func fuzzManifest(_ bytes: [UInt8], isJSON: Bool) -> Bool {
    // Most changes of an input would make it one of the other format; with its first byte mended it is not lost.
    let bytes = isJSON && bytes.first != UInt8(ascii: "{") ? [UInt8(ascii: "{")] + bytes : bytes
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let first = bytes[start...].first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    guard (first == UInt8(ascii: "{")) == isJSON else { return false }
    let reading = ManifestReading(bytes)
    promise(reading == ManifestReading(bytes, piece: 1 + bytes.count % 7, window: 3), "the size of the pieces changed what was read")
    if let error = reading.error {
        check(error, lines: bytes.lineCount)
    } else {
        check(reading.rows, bytes, isJSON: isJSON)
        roundTrip(reading.rows, asJSON: bytes.count.isMultiple(of: 2))
    }
    return true
}

/// All that a reader makes of a manifest.
private struct ManifestReading: Equatable {
    var rows: [ManifestRow] = []
    var ignored: [String] = []
    var error: ManifestError?

    private static let account = ScopeID("023e105f4ecef8ad9ca31a8372d0c353").map { Scope(.account, $0) }

    init(_ bytes: [UInt8], piece: Int = .max, window: Int = 512) {
        do throws(ManifestError) {
            var limits = ManifestLimits()
            (limits.chunkBytes, limits.rowBytes) = (window, 1 << 11)
            let source = MemorySource(bytes, size: piece)
            var reader = try ManifestReader(name: "m", source: source, defaultScope: ManifestReading.account, limits: limits)
            // Few at a time: room for many, which so short a manifest does not have, would cost more than the reading.
            while case let batch = try reader.nextBatch(of: 4), !batch.isEmpty { rows += batch }
            ignored = reader.ignoredFields
        } catch {
            self.error = error
        }
    }
}

extension ManifestRow {
    fileprivate var position: RowPosition {
        switch self {
        case .request(let request), .heldBack(let request, _): request.position
        case .invalid(let row): row.position
        case .unresolved(let request, _): request.position
        }
    }
}

/// A refusal names a place that exists, unless the file as a whole is at fault, and its hint is fit for a terminal.
private func check(_ error: ManifestError, lines: Int) {
    let isAboutAll = error.code == .encoding || error.code == .format || error.reason == "the manifest is empty"
    promise(isAboutAll || error.line != nil, "no position: \(error)")
    promise(error.line.map { (1...lines).contains($0) } ?? true, "a line that is not there: \(error)")
    promise(isShowable(error.hint), "a control character in: \(error)")
}

private func check(_ rows: [ManifestRow], _ bytes: [UInt8], isJSON: Bool) {
    var last = 0
    let lines = bytes.lineCount
    for row in rows {
        promise(row.position.line > last && row.position.line <= lines, "line \(row.position.line) after \(last), of \(lines)")
        last = row.position.line
        if case .invalid(let row) = row {
            promise(!row.reason.isEmpty, "no reason")
            promise(isShowable(row.hint), "a control character in: \(row.explanation)")
        }
    }
    // Without quotes nothing can span lines: each line that is not blank is a row, the header line apart.
    let isBlank = { (line: ArraySlice<UInt8>) in
        line.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) || (!isJSON && ",;".utf8.contains($0)) }
    }
    guard isJSON || !bytes.contains(UInt8(ascii: "\"")) else { return }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    let found = text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).count { !isBlank($0) }
    promise(isJSON ? rows.count == found : rows.count >= found - 1, "\(found) lines became \(rows.count) rows")
}

/// In one of the formats, which is half the work; over many inputs every kind of row is written in both.
private func roundTrip(_ rows: [ManifestRow], asJSON: Bool) {
    let usable = rows.compactMap { PlainRow($0) }
    guard !usable.isEmpty else { return }
    let text = asJSON ? PlainRow.jsonLines(usable) : PlainRow.csv(usable)
    let again = ManifestReading(Array(text.utf8))
    promise(again.error == nil && again.rows.compactMap { PlainRow($0) } == usable, "written as\n\(text)\nit reads back as \(again)")
}

/// A usable row without its position, compared byte by byte.
private struct PlainRow: Equatable {
    private static let columns = ["service_token_id", "client_id", "account_id", "zone_id", "name", "note"]
    private let values: [String]

    init?(_ row: ManifestRow) {
        switch row {
        case .request(let row): self.init(row.tokenID.description, row.clientID, row.scope, row.name, row.note)
        case .unresolved(let row, heldBackFor: _): self.init(nil, row.clientIDText, row.scope, row.name, row.note)
        case .invalid, .heldBack: return nil
        }
    }

    private init(_ tokenID: String?, _ clientID: String?, _ scope: Scope?, _ name: String?, _ note: String?) {
        let account = scope.flatMap { $0.kind == .account ? $0.id.description : nil }
        let zone = scope.flatMap { $0.kind == .zone ? $0.id.description : nil }
        values = [tokenID, clientID, account, zone, name, note].map { $0 ?? "" }
    }

    static func == (left: PlainRow, right: PlainRow) -> Bool { zip(left.values, right.values).allSatisfy { isSame($0, $1) } }

    static func csv(_ rows: [PlainRow]) -> String {
        ([columns] + rows.map(\.values)).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        var scalars = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" { scalars.append(scalar) }
            scalars.append(scalar)
        }
        scalars.append("\"")
        return String(scalars)
    }

    static func jsonLines(_ rows: [PlainRow]) -> String {
        rows.map { row in
            let members = zip(columns, row.values).map { "\(jsonString($0)):\($1.isEmpty ? "null" : jsonString($1))" }
            return "{\(members.joined(separator: ","))}\n"
        }.joined()
    }
}
