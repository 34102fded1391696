import Glibc

/// A file or standard input, read through a descriptor that this object owns and closes.
package final class FileSource: ByteSource {
    let descriptor: CInt
    private let name: String

    /// Opens a file; `-` is standard input, which stays open for others.
    package init(path: String) throws(ManifestError) {
        name = path
        // Children must not inherit the descriptor.
        descriptor = path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : FileSource.retried { open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileSource.error(errno, file: path) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw FileSource.error(errno, file: path) }
        guard information.st_mode & S_IFMT != S_IFDIR else { throw FileSource.error(EISDIR, file: path) }
    }

    deinit {
        // Nothing was written, so a failed close loses nothing; a descriptor is never closed twice, also not after EINTR.
        if descriptor >= 0 { _ = close(descriptor) }
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ManifestError) -> Int {
        let count = FileSource.retried { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw FileSource.error(errno, file: name) }
        return count
    }

    /// Calls again as long as a signal interrupts the call.
    private static func retried<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }

    private static func error(_ number: CInt, file: String) -> ManifestError {
        switch number {
        case ENOENT, ENOTDIR: ManifestError(.notFound, file: file, reason: "no such file")
        case EISDIR: ManifestError(.isDirectory, file: file, reason: "this is a directory, not a file")
        case EACCES, EPERM: ManifestError(.permission, file: file, reason: "no permission to read this file")
        default: ManifestError(.unreadable, file: file, reason: "cannot be read", hint: words(for: number))
        }
    }

    private static func words(for number: CInt) -> String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}
