/// A pattern for names: `*` stands for any characters, `?` for one, `[a-z]` for one of a set and `[!a-z]` for one outside of it;
/// a backslash takes the next character as it is. Case counts, and the whole name must match.
///
/// A name is read in two ways, as people see it (a letter and its combining marks are one character) and scalar by scalar, and
/// matches if either fits: `prod-*` fits a name whose `-` carries a combining mark, and `naïve` fits however its `ï` is written.
/// What a pattern protects is then protected in doubt.
///
/// Matching takes time in proportion to both lengths at worst: a hostile name cannot make it explode.
package struct Glob: Sendable, Hashable, CustomStringConvertible {
    /// As it was written.
    package let description: String
    /// nil where marks make one character of a sign of the pattern and its neighbour, so that only scalars are to be read.
    private let characters: GlobPattern<Character>?
    private let scalars: GlobPattern<Unicode.Scalar>

    /// Throws for a pattern that is empty, ends in a lone backslash, or has a set that is empty, never closed or runs backwards.
    package init(parsing text: String) throws(TextFlaw) {
        scalars = try GlobPattern(text.unicodeScalars)
        description = text
        // Read by scalars it is a pattern; where marks join its signs it is none of characters, and only scalars count.
        characters = try? GlobPattern(text)
    }

    /// As above; nil where that throws.
    package init?(_ text: String) {
        // Whoever asks in this way has no use for the reason.
        guard let glob = try? Glob(parsing: text) else { return nil }
        self = glob
    }

    /// Whether the whole of a name matches.
    package func matches(_ name: String) -> Bool {
        (characters?.matches(Array(name)) ?? false) || scalars.matches(Array(name.unicodeScalars))
    }
}
