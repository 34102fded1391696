import Glibc
import Testing

/// An independent reader of what was written.
enum Python {
    private static let interpreter = ["/usr/bin/python3", "/usr/local/bin/python3"].first { access($0, X_OK) == 0 } ?? inPath()

    static var isThere: Bool { interpreter != nil }

    /// Runs a program; gives what it wrote to its standard output. A program that fails is a failed requirement.
    static func run(_ program: String, arguments: [String], in scratch: Scratch) throws -> String {
        let interpreter = try #require(interpreter)
        var actions = posix_spawn_file_actions_t()
        try #require(posix_spawn_file_actions_init(&actions) == 0)
        defer { _ = posix_spawn_file_actions_destroy(&actions) }
        let output = "\(scratch.path)/output"
        try #require(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600) == 0)
        let words = [interpreter, "-c", program] + arguments
        let cWords: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for word in cWords { free(word) } }
        var child: pid_t = 0
        try #require(posix_spawn(&child, interpreter, &actions, nil, cWords, environ) == 0)
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0 { try #require(errno == EINTR) }
        try #require(status == 0)
        return try scratch.read("output")
    }

    private static func inPath() -> String? {
        guard let path = getenv("PATH") else { return nil }
        return String(cString: path).split(separator: ":").map { "\($0)/python3" }.first { access($0, X_OK) == 0 }
    }
}
