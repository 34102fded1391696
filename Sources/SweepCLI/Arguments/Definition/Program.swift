/// A program with its commands: where parsing, help and the check of all definitions start.
struct Program: Sendable {
    let name: String
    /// One line, lower case, without a full stop.
    let abstract: String
    let commands: [Command]
    var examples: [Example] = []
}

extension Program {
    func command(named name: String) -> Command? {
        commands.first { $0.name == name }
    }

    /// Every key that some command's settings file may hold: one file serves several commands.
    var fileKeys: [String] {
        var seen = Set<String>()
        return commands.flatMap(\.fileKeys).filter { seen.insert($0).inserted }
    }
}
