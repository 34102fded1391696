import Glibc
import SweepModel

/// The one owner of a queue file: an operating-system lock on `<queue>-owner`, which dies with its process, so that
/// takeover after a crash is instant. The file's text says who the owner is.
///
/// The lock is an "open file description lock", which Linux has (as macOS does under the same names): unlike the older
/// kind it belongs to this descriptor alone, so that two owners within one process exclude each other too. A file of its
/// own is used because closing any descriptor of the database itself would drop SQLite's locks.
struct OwnerLock: ~Copyable {
    private let descriptor: Int32

    /// `F_OFD_SETLK` and `F_OFD_GETLK`, which the C library's module does not show.
    private static let setLock: Int32 = 37
    private static let getLock: Int32 = 36

    /// Takes the lock or throws `.owned` with the owner's description. The path has no symbolic links.
    init(queue path: String, description: String) throws(QueueError) {
        let lockPath = OwnerLock.path(of: path)
        let descriptor = try OwnerLock.open(lockPath)
        var range = OwnerLock.wholeFile(F_WRLCK)
        guard fcntl(descriptor, OwnerLock.setLock, &range) == 0 else {
            let code = errno
            let owner = OwnerLock.text(of: descriptor)
            Glibc.close(descriptor)
            if code == EAGAIN || code == EACCES { throw QueueError(.owned, path: path, detail: owner) }
            throw QueueFile.error(code, lockPath)
        }
        do {
            try OwnerLock.write(description, to: descriptor, path: lockPath)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        // A process that is being started at this moment has a copy of the descriptor until it runs its own program, and
        // closing ours alone would leave the lock to it. Where unlocking fails, closing does the same a little later.
        var range = OwnerLock.wholeFile(F_UNLCK)
        _ = fcntl(descriptor, OwnerLock.setLock, &range)
        Glibc.close(descriptor)
    }

    /// Who owns the queue now; nil when nobody does.
    static func owner(ofQueue path: String) -> String? {
        let descriptor = Glibc.open(Self.path(of: QueueFile.resolved(path)), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var range = wholeFile(F_RDLCK)
        guard fcntl(descriptor, OwnerLock.getLock, &range) == 0, range.l_type != Int16(F_UNLCK) else { return nil }
        return text(of: descriptor)
    }

    private static func path(of queue: String) -> String { queue + "-owner" }

    private static func open(_ path: String) throws(QueueError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw QueueFile.error(errno, path) }
        return descriptor
    }

    private static func write(_ description: String, to descriptor: Int32, path: String) throws(QueueError) {
        let bytes = Array(description.utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw QueueFile.error(errno, path)
        }
    }

    private static func text(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return "another process" }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func wholeFile(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
