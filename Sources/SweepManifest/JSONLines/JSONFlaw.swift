/// Where and why a line is no JSON object.
struct JSONFlaw: Error, Sendable, Hashable {
    /// Bytes from the line's first one.
    var offset: Int
    var words: String

    init(_ offset: Int, _ words: String) {
        self.offset = offset
        self.words = words
    }
}
