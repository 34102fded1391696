/// A CSV report, read by rules of its own (RFC 4180), with the rows as dictionaries by column.
package struct Table: Sendable, Equatable {
    package var columns: [String]
    package var rows: [[String: String]]

    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    package init(csv text: String) throws {
        var records = try Table.records(text)
        guard !records.isEmpty else { throw Malformed(description: "the report is empty") }
        columns = records.removeFirst()
        rows = []
        for record in records {
            guard record.count == columns.count else {
                throw Malformed(description: "\(record.count) values in \(columns.count) columns: \(record)")
            }
            rows.append(Dictionary(uniqueKeysWithValues: zip(columns, record)))
        }
    }

    /// Every record ends with CR LF. Quotes stand around a whole value or nowhere.
    private static func records(_ text: String) throws -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var value = String.UnicodeScalarView()
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where value.isEmpty: value = try quoted(&scalars)
            case "\"": throw Malformed(description: "a quote inside a value")
            case ",":
                record.append(String(value))
                value.removeAll()
            case "\r" where scalars.first == "\n":
                scalars.removeFirst()
                records.append(record + [String(value)])
                record = []
                value.removeAll()
            default: value.append(scalar)
            }
        }
        guard record.isEmpty, value.isEmpty else { throw Malformed(description: "the last record has no end") }
        return records
    }

    private static func quoted(_ scalars: inout Substring.UnicodeScalarView) throws -> String.UnicodeScalarView {
        var value = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            guard scalar == "\"" else {
                value.append(scalar)
                continue
            }
            guard scalars.first == "\"" else {
                guard scalars.first == "," || scalars.first == "\r" else { throw Malformed(description: "text after a quoted value") }
                return value
            }
            scalars.removeFirst()
            value.append("\"")
        }
        throw Malformed(description: "a quoted value has no end")
    }
}
