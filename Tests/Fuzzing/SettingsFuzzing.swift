import FoundationEssentials
import SweepModel

@testable import SweepManifest

/// A job file that is read, written and read again is the same; a second reader of JSON5 that accepts it reads the same; one that is
/// refused is told with line and column.
func fuzzJobFile(_ bytes: [UInt8]) -> Bool {
    do throws(ManifestError) {
        let job = try JobFile(path: "job.json5", source: MemorySource(bytes))
        let members = job.entries.map { "\(jsonString($0.key)):[\($0.values.map(jsonString).joined(separator: ","))]" }
        let text = "{\(members.joined(separator: ",\n"))}"
        let again = Result { () throws(ManifestError) in try JobFile(path: "job.json5", source: MemorySource(Array(text.utf8))) }
        promise((try? again.get()).map { isSame($0, job) } ?? false, "written as\n\(text)\nit reads back as \(again)")
        checkAgainstDecoder(job, bytes)
    } catch {
        check(error, bytes)
    }
    return true
}

private func isSame(_ left: JobFile, _ right: JobFile) -> Bool {
    left.entries.count == right.entries.count
        && zip(left.entries, right.entries).allSatisfy { left, right in
            isSame(left.key, right.key) && left.values.count == right.values.count
                && zip(left.values, right.values).allSatisfy { isSame($0, $1) }
        }
}

/// Every refusal has a place within the file and is fit for a terminal.
private func check(_ error: ManifestError, _ bytes: [UInt8]) {
    guard let line = error.line, let column = error.column else { fatalError("no position: \(error)") }
    promise((1...bytes.lineCount).contains(line) && (1...bytes.count + 1).contains(column), "a place that is not there: \(error)")
    promise(isShowable(error.hint), "a control character in: \(error)")
}

/// What both read they read alike. The decoder knows less white space and fewer keys; and it keeps the line end of a string that goes on
/// in the next line, which JSON5 drops. To it U+2028 and U+2029 end no comment, as they do in JSON5.
private func checkAgainstDecoder(_ job: JobFile, _ bytes: [UInt8]) {
    let isContinued = zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "\\") && [0x0A, 0x0D, 0xE2].contains($1) }
    let separators: [[UInt8]] = [[0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9]]
    guard !isContinued, !separators.contains(where: { bytes.contains($0) }) else { return }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    guard let members = try? decoder.decode([String: Decoded].self, from: Data(bytes)) else { return }
    promise(members.count == job.entries.count, "\(job.entries.count) keys, and \(members.count) to the decoder")
    for entry in job.entries {
        guard let value = members[entry.key] else { fatalError("the decoder knows no key \(entry.key)") }
        promise(value.fits(entry.values), "\(entry.values) is \(value) to the decoder")
    }
}

private enum Decoded: Decodable {
    case text(String)
    case number(Double)
    case truth(Bool)
    case null
    case list([Decoded])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .list(try value.decode([Decoded].self))
        }
    }

    func fits(_ values: [String]) -> Bool {
        switch self {
        case .text(let text): values.count == 1 && isSame(values[0], text)
        case .number(let number): values.count == 1 && Double(values[0]) == number
        case .truth(let truth): values == ["\(truth)"]
        case .null: values.isEmpty
        case .list(let list): list.count == values.count && zip(list, values).allSatisfy { $0.fits([$1]) }
        }
    }
}

/// As job files; the entries come back whatever they hold.
func fuzzCredentialsFile(_ bytes: [UInt8]) -> Bool {
    do throws(ManifestError) {
        let file = try CredentialsFile(path: "c.json5", source: MemorySource(bytes))
        let text = "{credentials:[\(file.entries.map(written).joined(separator: ","))]}"
        let again = Result { () throws(ManifestError) in try CredentialsFile(path: "c.json5", source: MemorySource(Array(text.utf8))) }
        promise((try? again.get()).map { isSame($0, file) } ?? false, "written as\n\(text)\nit reads back as \(again)")
    } catch {
        check(error, bytes)
    }
    return true
}

private func written(_ entry: CredentialEntry) -> String {
    func ids(_ kind: Scope.Kind) -> String {
        "\(kind.rawValue)s:[" + entry.scopes.filter { $0.kind == kind }.map { jsonString($0.id.description) }.joined(separator: ",") + "]"
    }
    func place(_ kind: String, _ place: CredentialEntry.Place) -> String {
        switch place {
        case .variable(let name): "\(kind)_env:\(jsonString(name))"
        case .file(let path): "\(kind)_file:\(jsonString(path))"
        }
    }
    let secret =
        switch entry.kind {
        case .token(let source): place("token", source)
        case .key(let email, let source): "email:\(jsonString(email)),\(place("key", source))"
        }
    return "{\(ids(.account)),\(ids(.zone)),default:\(entry.isDefault),\(secret)}"
}

private func isSame(_ left: CredentialsFile, _ right: CredentialsFile) -> Bool {
    left.entries.map(written).joined(separator: "\n").utf8.elementsEqual(right.entries.map(written).joined(separator: "\n").utf8)
}
