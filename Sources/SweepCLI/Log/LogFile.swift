import Glibc
import Synchronization

/// A file that lines are appended to. Nothing here waits: where it is a pipe that nobody empties, lines are lost instead.
final class LogFile: Sendable {
    private let descriptor: CInt
    /// A line was written in part: the next one must not stand on the same line.
    private let isTorn = Mutex(false)

    /// Opens a file, or makes it for its owner alone. A symbolic link is refused: who can place one must not choose what is written.
    init(path: String) throws(LogError) {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw LogError(number: errno) }
    }

    /// Nothing is lost by a failed close: every line was handed to the system whole.
    deinit { _ = close(descriptor) }

    /// Appends a line in one call, so that lines of several programs never mix.
    func append(_ line: [UInt8]) throws(LogError) {
        let failure = isTorn.withLock { isTorn -> LogError? in
            let bytes = isTorn ? [UInt8(ascii: "\n")] + line : line
            let count = LogFile.retried { write(descriptor, bytes, bytes.count) }
            let number = count < 0 ? errno : ENOSPC
            if count > 0 { isTorn = count < bytes.count }
            return count == bytes.count ? nil : LogError(number: number)
        }
        if let failure { throw failure }
    }

    private static func retried(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

/// Why a log cannot be opened or written.
struct LogError: Error, Sendable, Equatable {
    var number: CInt

    var text: String {
        switch number {
        case ELOOP: "it is a symbolic link, which is not followed"
        case ENXIO: "nobody reads this pipe"
        case EAGAIN: "whoever reads this pipe is too slow"
        default: String(cString: strerror(number))
        }
    }
}
