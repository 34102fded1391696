package import SweepModel

/// Text for a command line that people copy.
package enum ShellText {
    /// What finds this very job again: its name, or its id where the name is a newer job's too, passes for an option, or cannot be
    /// shown as it is.
    package static func word(for job: JobOverview) -> String {
        let isClear = !job.isShadowed && !job.name.hasPrefix("-") && TerminalText.sanitised(job.name) == job.name
        return isClear ? quoted(job.name) : job.id.description
    }

    /// A word as a POSIX shell wants it: as it is where that is safe, else in single quotes.
    package static func quoted(_ word: String) -> String {
        let isSafe = !word.isEmpty && !word.hasPrefix("-") && word.utf8.allSatisfy { $0.isPlainInShell }
        return isSafe ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension UInt8 {
    /// Letters, digits and `-._/:,@%+=`.
    fileprivate var isPlainInShell: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._/:,@%+=".utf8.contains(self)
        }
    }
}
