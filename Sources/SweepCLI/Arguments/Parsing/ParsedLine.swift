/// A command line taken apart by the command's definition, its values still text.
struct ParsedLine: Sendable {
    let command: Command
    /// The program and the command, as errors begin: `tokensweep run`.
    let context: String
    /// The texts of every option that was given, by long name, in the order given; `true` for a flag.
    var options: [String: [String]] = [:]
    /// The positional words in order, not more than the command has arguments for.
    var words: [String] = []
}
