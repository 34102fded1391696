/// A value of a JSON5 file.
struct JSON5Value: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case null
        case boolean(Bool)
        /// As a command line would hold it: whole numbers without a fraction.
        case number(String)
        case string(String)
        case array([JSON5Value])
        /// In the order of the file; no key stands twice.
        case object([JSON5Member])
    }

    var content: Content
    /// Where it begins, in scalars from the beginning of the file.
    var offset: Int
}

/// A key with its value.
struct JSON5Member: Sendable, Hashable {
    var key: String
    var value: JSON5Value
    /// Where the key begins, in scalars from the beginning of the file.
    var offset: Int
}
