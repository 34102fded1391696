package import SweepModel

/// Text for a command line that people copy.
package enum ShellText {
    /// What finds this very job again: its name, or its id where the name is a newer job's too, passes for an option, or cannot be
    /// shown as it is.
    package static func word(for job: JobOverview) -> String {
        let isClear = !job.isShadowed && !job.name.hasPrefix("-") && TerminalText.sanitised(job.name) == job.name
        return isClear ? quoted(job.name) : job.id.description
    }

    /// `tokensweep report incident-42 --only failed --queue q.db`
    ///
    /// - Parameter queue: the queue file where the command has to name it; nil where it finds it by itself.
    package static func command(_ name: String, _ job: JobOverview, _ options: String = "", queue: String?) -> String {
        command(([name, word(for: job)] + [options].filter { !$0.isEmpty }).joined(separator: " "), queue: queue)
    }

    /// `tokensweep jobs --queue q.db`
    ///
    /// - Parameter words: the command, with what else belongs to it.
    package static func command(_ words: String, queue: String?) -> String {
        "tokensweep \(words)" + (queue.map { " --queue \(quoted(TerminalText.sanitised($0)))" } ?? "")
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
