/// Where and why a line is no JSON object.
package struct JSONFlaw: Error, Sendable, Hashable {
    /// Bytes from the line's first one.
    package var offset: Int
    package var words: String

    package init(_ offset: Int, _ words: String) {
        self.offset = offset
        self.words = words
    }
}
