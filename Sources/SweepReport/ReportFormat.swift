/// The formats of a report. A new case does not compile until every switch over it is answered.
package enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case csv
    case jsonl
    case text
    case md
    case html

    /// Finds a format by the word of `--format`, in any case.
    package init(name: String) throws(ReportFormatError) {
        let word = name.lowercased()
        guard let format = ReportFormat(rawValue: word) else {
            throw .unknownName(name)
        }
        self = format
    }

    /// Finds a format by the end of a file's name, in any case: `.csv`, `.jsonl`, `.html`, `.md`, `.txt`.
    package init(fileName: String) throws(ReportFormatError) {
        let name = fileName.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let suffix = parts.count > 1 ? (parts.last ?? "").lowercased() : ""
        guard let format = ReportFormat.allCases.first(where: { $0.suffix == suffix }) else {
            throw .unknownSuffix(fileName: fileName)
        }
        self = format
    }

    /// What a file's name ends in, without the dot.
    package var suffix: String {
        switch self {
        case .csv: "csv"
        case .jsonl: "jsonl"
        case .text: "txt"
        case .md: "md"
        case .html: "html"
        }
    }

    /// The one place that knows which code writes which format.
    func encoder(_ layout: ReportLayout) -> any ReportEncoder {
        switch self {
        case .csv: CSVEncoder()
        case .jsonl: JSONLinesEncoder()
        case .text: PlainTextEncoder(layout)
        case .md: MarkdownEncoder(layout)
        case .html: HTMLEncoder(layout)
        }
    }
}

/// Why no format was found for what the user wrote.
package enum ReportFormatError: Error, Sendable, Hashable {
    /// A word after `--format` that names no format.
    case unknownName(String)
    /// A file whose name does not end in a format's suffix.
    case unknownSuffix(fileName: String)

    /// One line for people, safe on a terminal.
    package var message: String {
        switch self {
        case .unknownName(let name): "unknown report format “\(TerminalText.sanitised(name))”"
        case .unknownSuffix(let name): "the name of the report “\(TerminalText.sanitised(name))” does not tell its format"
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .unknownName:
            "use one of " + ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")
        case .unknownSuffix:
            "let the name end in one of " + ReportFormat.allCases.map { ".\($0.suffix)" }.joined(separator: ", ")
        }
    }
}
