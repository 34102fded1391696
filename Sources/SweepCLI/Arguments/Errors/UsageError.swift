/// A command line, environment or settings file that cannot be obeyed. Nothing has been done yet when it is thrown.
struct UsageError: Error, Equatable {
    /// The program, and the command where it is known: `tokensweep run`.
    let context: String
    let reason: Reason
}

extension UsageError {
    /// All that can be wrong. Texts are as they were given; only ``text`` makes them printable.
    enum Reason: Error, Equatable {
        /// The line is empty.
        case missingCommand
        case unknownCommand(String, nearest: String?)
        /// An option of some command stands before the command.
        case optionBeforeCommand(String)
        /// With its dashes and without a value, which may be a secret in the wrong place.
        case unknownOption(String, nearest: String?)
        /// The option with its dashes, the name of what it needs, and whether a word that begins with a dash stands in its place.
        case missingValue(option: String, valueName: String, beforeDash: Bool)
        /// An option that counts once stands on the line twice.
        case repeatedOption(String)
        /// A settings file holds several values for what takes one.
        case severalValues(ValueSource)
        case badValue(ValueSource, ArgumentProblem)
        /// Two or more options of an ``Exclusion`` in one layer.
        case exclusive([ValueSource])
        /// What must be given and is not, by its name.
        case missingArgument(String)
        /// More words than the command has positional arguments for.
        case unexpectedArgument(String)
        /// A settings file holds a key that no command reads.
        case unknownKey(file: String, key: String, nearest: String?)
    }
}
