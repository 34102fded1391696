import Glibc

/// Where a report's file is to stand: its directory, and its name in it.
struct ReportPlace {
    /// The path as the user gave it, for messages.
    let path: String
    /// The path's directory; `.` where the path names none.
    let directory: String

    /// Looks at the path: a directory, a device or a name in a missing directory is refused.
    ///
    /// A symbolic link is replaced by the report, as any other file of that name would be: in a folder that others may write too,
    /// following it would let them choose which file is overwritten.
    init(_ path: String) throws(ReportError) {
        self.path = path
        // An empty name or one that ends in a slash can only be a directory's.
        guard let last = path.utf8.last, last != UInt8(ascii: "/") else { throw ReportError(.isDirectory, path: path) }
        try ReportPlace.requireFile(path)
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        try ReportPlace.requireDirectory(directory, for: path)
    }

    /// What is there already is a file, or a link to one.
    private static func requireFile(_ path: String) throws(ReportError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            switch errno {
            case ENOENT: return
            case ENOTDIR: throw ReportError(.directoryMissing, path: path, number: ENOTDIR)
            case let number: throw ReportError(.openFailed, path: path, number: number)
            }
        }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw ReportError(.isDirectory, path: path)
        default: throw ReportError(.notAFile, path: path)
        }
    }

    private static func requireDirectory(_ directory: String, for path: String) throws(ReportError) {
        var facts = stat()
        guard stat(directory, &facts) == 0 else {
            let number = errno
            throw ReportError(number == ENOENT || number == ENOTDIR ? .directoryMissing : .openFailed, path: path, number: number)
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else { throw ReportError(.directoryMissing, path: path, number: ENOTDIR) }
    }

    /// Makes a new file of mode 0600 beside the path.
    func makeTemporary() throws(ReportError) -> (path: String, descriptor: CInt) {
        // A name of its own length: the report's may already be as long as a name can be.
        for _ in 0..<16 {
            let temporary = "\(directory)/.tokensweep-\(String(UInt64.random(in: .min ... .max), radix: 16)).tmp"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor >= 0 { return (temporary, descriptor) }
            let number = errno
            switch number {
            case EEXIST, EINTR: continue
            case EACCES, EPERM, EROFS: throw ReportError(.directoryNotWritable, path: path, number: number)
            case ENOSPC, EDQUOT: throw ReportError(.full, path: path, number: number)
            default: throw ReportError(.openFailed, path: path, number: number)
            }
        }
        throw ReportError(.openFailed, path: path, number: EEXIST)
    }

    /// Makes the directory's entry durable.
    func synchroniseDirectory() throws(ReportError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReportError(.notDurable, path: path, number: errno) }
        let synchronised = Descriptor.synchronise(descriptor)
        let closed = Descriptor.close(descriptor)
        // A file system that cannot synchronise a directory says so with EINVAL; there is nothing more to be had from it.
        if let number = synchronised ?? closed, number != EINVAL {
            throw ReportError(.notDurable, path: path, number: number)
        }
    }
}
