import Glibc
import Synchronization

/// A pseudo terminal of which a test holds the end where a person sits.
package final class Terminal: Sendable {
    /// The other end, for a process to open.
    package let path: String
    private let master: Int32
    private let shown = Mutex<[UInt8]>([])
    private let isClosed = Mutex(false)

    package init(columns: UInt16 = 100) throws {
        // What `posix_openpt` and its companions do on Linux; the C library's module does not show them.
        let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard master >= 0 else { throw SystemFailure("open a pseudo terminal") }
        var (locked, number): (Int32, Int32) = (0, 0)
        var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(master, unlock, &locked) == 0, ioctl(master, getNumber, &number) == 0, ioctl(master, UInt(TIOCSWINSZ), &size) == 0
        else {
            let failure = SystemFailure("set a pseudo terminal up")
            close(master)
            throw failure
        }
        path = "/dev/pts/\(number)"
    }

    deinit { hangUp() }

    /// Closes the end where the person sits: whoever the terminal controls gets SIGHUP, and can show nothing more.
    package func hangUp() {
        _ = text
        isClosed.withLock { isClosed in
            if !isClosed { close(master) }
            isClosed = true
        }
    }

    /// Everything that was shown so far.
    package var text: String {
        shown.withLock { shown in
            guard !isClosed.withLock({ $0 }) else { return String(decoding: shown, as: UTF8.self) }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(master, &chunk, chunk.count), count > 0 { shown += chunk.prefix(count) }
            return String(decoding: shown, as: UTF8.self)
        }
    }

    /// Types a line and the return key.
    package func type(_ line: String) throws {
        let bytes = Array("\(line)\n".utf8)
        guard write(master, bytes, bytes.count) == bytes.count else { throw SystemFailure("type into a pseudo terminal") }
    }
}
