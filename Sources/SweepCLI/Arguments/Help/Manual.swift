/// The help of a command, or of the program, as data: what a page says, before anybody decides how it looks.
///
/// The terminal's help is rendered from it (``text(width:)``); a manual page or a web page would be as well.
struct Manual: Sendable, Equatable {
    /// `tokensweep run`
    let name: String
    let abstract: String
    /// `tokensweep run [OPTION ...] [MANIFEST ...]`
    let usage: String
    /// Paragraphs.
    var discussion: [String] = []
    let sections: [Section]
    var examples: [Example] = []
    /// The last paragraph.
    var closing: String?

    struct Section: Sendable, Equatable {
        let heading: String
        let entries: [Entry]
    }

    /// A term and what it means.
    struct Entry: Sendable, Equatable {
        let term: String
        let meaning: String
    }
}
