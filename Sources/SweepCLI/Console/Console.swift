import Glibc
import SweepReport
import Synchronization

/// Standard output for data, standard error for people.
final class Console: Sendable {
    let isErrorTerminal: Bool
    let isOutputTerminal: Bool
    let isInputTerminal: Bool
    /// Whether the terminal understands cursor movement.
    let canRedraw: Bool
    private let fixedWidth: Int?
    /// Serialises writers of standard error, so that lines never mix.
    private let lock = Mutex(())

    init(environment: [String: String]) {
        isErrorTerminal = isatty(STDERR_FILENO) == 1
        isOutputTerminal = isatty(STDOUT_FILENO) == 1
        isInputTerminal = isatty(STDIN_FILENO) == 1
        let isDumb = environment["TERM"].map { $0.isEmpty || $0 == "dumb" } ?? true
        canRedraw = isErrorTerminal && !isDumb
        fixedWidth = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 >= 20 ? $0 : nil }
    }

    /// Columns of the terminal; 80 where there is none.
    var width: Int { size.flatMap { $0.ws_col >= 20 ? Int($0.ws_col) : nil } ?? fixedWidth ?? 80 }

    /// Rows of the terminal; 24 where there is none.
    var height: Int { size.flatMap { $0.ws_row >= 4 ? Int($0.ws_row) : nil } ?? 24 }

    private var size: winsize? {
        var size = winsize()
        for descriptor in [STDERR_FILENO, STDOUT_FILENO] where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 { return size }
        return nil
    }

    /// Writes data to standard output. A reader who went away, as `| head` does, is no fault, and must not change the exit code
    /// either, which tells whether tokens are gone. Throws when the disk is full and the like.
    ///
    /// - Returns: whether somebody may still read.
    @discardableResult
    func print(_ text: String) throws(ReportError) -> Bool {
        do {
            try StandardOutput().write(Array(text.utf8).span)
            return true
        } catch {
            guard error.code == .closed else { throw error }
            return false
        }
    }

    /// Writes a line for people to standard error; a line nobody can read is no reason to stop.
    func tell(_ text: String) {
        guard !text.isEmpty else { return }
        raw(text + "\n")
    }

    func raw(_ text: String) {
        lock.withLock { _ in
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Asks a person. nil when there is no terminal to ask on, or the person ended the input.
    func ask(_ question: String) -> String? {
        guard isErrorTerminal else { return nil }
        // Standard input may be the manifest; then the terminal itself is asked.
        let descriptor = isInputTerminal ? dup(STDIN_FILENO) : open("/dev/tty", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        raw(question)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    /// Whether there is a person to ask.
    func canAsk(inputIsManifest: Bool) -> Bool { isErrorTerminal && (isInputTerminal || inputIsManifest) }
}
