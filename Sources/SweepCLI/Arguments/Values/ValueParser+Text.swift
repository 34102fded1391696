extension ValueParser where Value == String {
    /// Any text but an empty one.
    static let text = ValueParser(expected: "a text that is not empty") { $0.isEmpty ? nil : $0 }

    /// A job's name or id. Whether the queue has one is not asked.
    static let job = ValueParser(expected: "a job's name or id", completion: .job) { $0.isEmpty ? nil : $0 }

    /// A path, relative or not, and `-` for a standard stream. Whether a file is there is not asked.
    static let path = ValueParser(expected: "the path of a file", completion: .file) { text in
        // The system's calls would end the path at a NUL, and open another file than the one that was named.
        text.isEmpty || text.unicodeScalars.contains("\0") ? nil : text
    }

    /// A text that passes a test of the caller's, described in words: `32 hex digits`.
    static func text(_ expected: String, where isValid: @escaping @Sendable (String) -> Bool) -> ValueParser {
        ValueParser(expected: expected) { isValid($0) ? $0 : nil }
    }
}

extension ValueParser where Value == Bool {
    /// `true` or `false`, as a settings file writes a switch.
    static let boolean = ValueParser(expected: "true or false", completion: .choices(["true", "false"])) { text in
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }
}
