import Glibc
import SweepModel
import SweepReport

/// Shows what is longer than the screen in the pager that people chose (`PAGER`, else less), and everything else as it is.
struct Pager {
    let system: SystemContext
    /// Environment variables that the pager does not get: one can be told to run other programs.
    let secretVariables: Set<String>

    enum Stream {
        case output, errors
    }

    /// - Parameter mayPage: false where nobody is about to read, as with `--yes`.
    func show(_ lines: [String], on stream: Stream, mayPage: Bool = true, _ signals: Signals? = nil) async throws(ReportError) {
        let console = system.console
        let isTerminal = stream == .output ? console.isOutputTerminal : console.isErrorTerminal
        let shown = isTerminal ? lines.flatMap { TerminalText.folded($0, to: console.width - 1) } : lines
        let text = shown.map { $0 + "\n" }.joined()
        if mayPage, isTerminal, console.canRedraw, shown.count > console.height - 1, let command, await page(text, command, stream, signals)
        {
            return
        }
        switch stream {
        case .output: try console.print(text)
        case .errors: console.raw(text)
        }
    }

    /// nil where people want none.
    private var command: String? {
        let command = system.environment["PAGER"] ?? "less"
        return command.isEmpty || command == "cat" ? nil : command
    }

    /// - Returns: whether it was shown.
    private func page(_ text: String, _ command: String, _ stream: Stream, _ signals: Signals?) async -> Bool {
        var variables = system.environment(without: secretVariables)
        // As git does it: colors pass, and the text stays on the screen.
        if variables["LESS"] == nil { variables["LESS"] = "FRX" }
        let descriptor = stream == .output ? STDOUT_FILENO : STDERR_FILENO
        // Ctrl-C is the pager's as long as it is in front.
        let before = signal(SIGINT, SIG_IGN)
        signals?.leaveInterrupts(true)
        defer {
            _ = signal(SIGINT, before)
            signals?.leaveInterrupts(false)
        }
        // A pager that cannot be started is no loss: the caller then shows the text itself.
        guard let pager = try? ShellProcess(command, .terminal(descriptor), input: Array(text.utf8), environment: variables) else {
            return false
        }
        while true {
            pager.feed()
            // The shell's way to say that there is no such program.
            if let ending = pager.ending() { return ending != .exit(127) }
            await system.time.sleep(until: system.time.now + Milliseconds(20))
        }
    }
}
