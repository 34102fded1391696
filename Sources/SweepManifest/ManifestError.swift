/// Why a file as a whole cannot be used. A row that cannot be used is no error but an `InvalidRow`.
package struct ManifestError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable, CaseIterable {
        /// No such file.
        case notFound
        /// A directory stands where a file is wanted.
        case isDirectory
        /// The file's permissions forbid reading it.
        case permission
        /// Opening or reading failed for another reason; the hint holds the system's words.
        case unreadable
        /// UTF-16, UTF-32, or a header that is not UTF-8.
        case encoding
        /// A web page, a compressed file, a spreadsheet, or JSON that is not JSON lines.
        case format
        /// The header line is missing or names no field that identifies a token.
        case header
        /// Two columns hold the same field.
        case duplicateField
        /// A column is probably meant as a scope; ignoring it would delete under the default scope.
        case misspelledScope
        /// A job file or a credentials file breaks its syntax.
        case syntax
        /// An entry of a credentials file names too little, too much or a secret.
        case entry
    }

    package var code: Code
    /// The file as the user named it; `-` is standard input.
    package var file: String
    /// From 1; nil where the file as a whole is at fault.
    package var line: Int?
    /// In characters, from 1.
    package var column: Int?
    /// A short text with no variable parts.
    package var reason: String
    /// What was found and what to do about it, free of control characters and secrets.
    package var hint: String?

    package init(_ code: Code, file: String, line: Int? = nil, column: Int? = nil, reason: String, hint: String? = nil) {
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
        self.hint = hint
    }

    /// `leaked.csv:1: no header line (the first line must name the columns, …)`
    package var description: String {
        let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
        return "\(file)\(place): \(reason)" + (hint.map { " (\($0))" } ?? "")
    }
}
