#if CRASH_POINTS
    internal import CSQLite
    import CrashPoints
    import Glibc

    extension Database {
        /// Puts a crash point before every write to a database file that has a write-ahead log: only checkpoints write there.
        static let hasCrashPoints: Bool = {
            guard let files = sqlite3_vfs_find(nil), let replace = files.pointee.xSetSystemCall else { return false }
            let write = unsafeBitCast(writeOrCrash, to: sqlite3_syscall_ptr.self)
            // The one that it calls depends on how it was built.
            return replace(files, "pwrite", write) == SQLITE_OK && replace(files, "pwrite64", write) == SQLITE_OK
        }()

        private static let writeOrCrash: @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int = { file, bytes, count, place in
            crashPoint("in-checkpoint", when: hasLog(file))
            return pwrite(file, bytes, count, place)
        }

        private static func hasLog(_ file: Int32) -> Bool {
            var name = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink("/proc/self/fd/\(file)", &name, name.count)
            let path = String(decoding: name.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
            var log = stat()
            return stat(path + "-wal", &log) == 0 && log.st_size > 0
        }
    }
#endif
