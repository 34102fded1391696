/// The values that a settings file gives: keys in snake case, every value as the texts that stood there (numbers and `true` as written, an
/// array as many texts). How such a file is read from disk is no matter of the grammar.
struct SettingsFile: Sendable, Equatable {
    /// As errors name it.
    let path: String
    var values: [String: [String]]
    /// Keys that other commands read: known, and passed over here.
    var otherKeys: [String] = []
}

extension SettingsFile {
    /// Refuses the first key (in the order of the alphabet) that neither the command nor another one reads.
    func checkKeys(for command: Command) throws(UsageError.Reason) {
        let known = command.fileKeys + otherKeys
        for key in values.keys.sorted() where !known.contains(key) {
            throw .unknownKey(file: path, key: key, nearest: nearest(to: key, among: known))
        }
    }
}
