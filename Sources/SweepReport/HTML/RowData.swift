import SweepModel

/// Rows as JSON within a page: arrays, because a hundred thousand of them must stay small.
///
/// A row is `[line, manifest, token, scope, outcome, reason, name, attempts, status, finished, rest]`: manifest, scope and outcome
/// are places in the lists of the first block (a scope may be null), `finished` is in milliseconds since 1970 or null, and `rest`
/// is an object with what few rows have. Texts are visible ones (`Markup.visible`), and what could end a script is escaped.
struct RowData {
    private var manifests: [String: Int] = [:]
    private var scopes: [Scope: Int] = [:]
    private let outcomes = Dictionary(uniqueKeysWithValues: ItemState.allCases.enumerated().map { ($1, $0) })

    init() {}

    init(_ job: JobOverview) {
        manifests = Dictionary(job.manifests.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        scopes = Dictionary(job.scopes.enumerated().map { ($1.scope, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The block that the rows refer to.
    func appendTables(_ job: JobOverview, into bytes: inout [UInt8]) {
        bytes.append(text: "<script type=\"application/json\" id=\"lists\">{\"outcomes\":")
        bytes.append(list: ItemState.allCases.map(\.rawValue))
        bytes.append(text: ",\"manifests\":")
        bytes.append(list: job.manifests.map { $0 == "-" ? "standard input" : $0 })
        bytes.append(text: ",\"scopes\":")
        bytes.append(list: job.scopes.map(\.scope.description))
        bytes.append(text: "}</script>\n")
    }

    func append(_ row: ReportRow, into bytes: inout [UInt8]) {
        bytes.append(text: "[")
        bytes.append(number: row.position.line)
        bytes.append(text: ",")
        bytes.append(number: manifests[row.position.manifest] ?? 0)
        bytes.append(text: ",")
        bytes.append(data: row.tokenText)
        bytes.append(text: ",")
        bytes.append(value: row.scope.flatMap { scopes[$0] })
        bytes.append(text: ",")
        bytes.append(value: outcomes[row.state])
        bytes.append(text: ",")
        bytes.append(data: row.reason)
        bytes.append(text: ",")
        bytes.append(data: row.name)
        bytes.append(text: ",")
        bytes.append(number: row.attemptCount)
        bytes.append(text: ",")
        bytes.append(value: row.lastDetails?.httpStatus)
        bytes.append(text: ",")
        bytes.append(value: row.finishedAt.map { Int($0.milliseconds) })
        bytes.append(text: ",{")
        appendRest(row, into: &bytes)
        bytes.append(text: "}]")
    }

    private func appendRest(_ row: ReportRow, into bytes: inout [UInt8]) {
        let details = row.lastDetails
        let code = details?.errorCode.map(String.init)
        let texts: [(StaticString, String?)] = [
            ("client", row.clientID), ("note", row.note), ("referrers", row.referrers.map(ReferrerText.line)), ("code", code),
            ("message", details?.errorMessage), ("url", details?.documentationURL), ("ray", details?.rayID),
            ("transport", details?.transportError), ("duration", row.duration), ("expires", row.expiresAt?.rfc3339),
            ("first", row.firstAttemptAt?.rfc3339), ("verified", row.verifiedAt?.rfc3339),
        ]
        var isFirst = true
        for (key, value) in texts {
            guard let value, !value.isEmpty else { continue }
            bytes.append(text: isFirst ? "\"\(key)\":" : ",\"\(key)\":")
            bytes.append(data: value)
            isFirst = false
        }
    }
}

extension [UInt8] {
    /// A JSON string that may stand within a script of a page: visible text, without anything that could be markup.
    fileprivate mutating func append(data text: String?) {
        append(UInt8(ascii: "\""))
        if let text {
            let visible = Markup.visible(text)
            if visible.utf8.allSatisfy(\.isPlainData) {
                append(contentsOf: visible.utf8)
            } else {
                for byte in visible.utf8 { append(escaped: byte) }
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(text: "\\\"")
        case UInt8(ascii: "\\"): append(text: "\\\\")
        case UInt8(ascii: "<"): append(text: "\\u003c")
        case UInt8(ascii: ">"): append(text: "\\u003e")
        case UInt8(ascii: "&"): append(text: "\\u0026")
        default: append(byte)
        }
    }

    fileprivate mutating func append(value: Int?) {
        guard let value else { return append(text: "null") }
        append(number: value)
    }

    fileprivate mutating func append(list texts: [String]) {
        append(text: "[")
        for (index, text) in texts.enumerated() {
            if index > 0 { append(text: ",") }
            append(data: text)
        }
        append(text: "]")
    }
}

extension UInt8 {
    /// A byte that stands in such a string as it is. Controls do not occur: they are pictures by then.
    fileprivate var isPlainData: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): false
        default: true
        }
    }
}

/// Who refers to a token, in words.
enum ReferrerText {
    /// The list does not tell whether everything could be looked at: an empty one is no proof that nobody refers to the token.
    static func line(_ referrers: [String]) -> String {
        referrers.isEmpty ? "none found when the plan was made" : referrers.joined(separator: "; ")
    }
}
