import Glibc
import Testing

/// A small file system in memory, which can be full or read-only. Only the superuser may have one.
struct Mount: ~Copyable {
    private let path: String

    static let isAllowed: Bool = {
        guard geteuid() == 0, let folder = try? QueueFolder() else { return false }
        return (try? Mount(at: folder.file("disk"), kilobytes: 64)) != nil
    }()

    init(at path: String, kilobytes: Int) throws {
        try #require(mkdir(path, 0o700) == 0)
        guard Glibc.mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            _ = rmdir(path)
            throw Refused()
        }
        self.path = path
    }

    deinit {
        // Files of it may still be open: it goes when they do.
        _ = umount2(path, Int32(MNT_DETACH))
    }

    func resize(kilobytes: Int) throws {
        try #require(Glibc.mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(kilobytes)k") == 0)
    }

    func makeReadOnly() throws {
        try #require(Glibc.mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "") == 0)
    }

    private struct Refused: Error {}
}
