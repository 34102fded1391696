import Glibc

/// Writing to a file descriptor that somebody else owns.
enum Descriptor {
    /// Writes all bytes: goes on after a partial write, an interruption, and on a descriptor that somebody made non-blocking.
    static func write(_ bytes: Span<UInt8>, to descriptor: CInt, path: String) throws(ReportError) {
        let failed: CInt? = bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if let number = failure(ofWrite: written, on: descriptor) {
                    return number
                }
            }
            return nil
        }
        if let failed { throw .writing(path, failed) }
    }

    /// The error number of a write that took nothing; nil where another try is due.
    private static func failure(ofWrite result: Int, on descriptor: CInt) -> CInt? {
        // A write that takes nothing and reports no error would be tried for ever.
        guard result < 0 else { return EIO }
        switch errno {
        case EINTR: return nil
        case EAGAIN: return wait(for: descriptor)
        case let number: return number
        }
    }

    /// Waits until a non-blocking descriptor takes bytes again; gives the error number where that cannot be waited for.
    private static func wait(for descriptor: CInt) -> CInt? {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&request, 1, -1) < 0 else { return nil }
        return errno == EINTR ? nil : errno
    }

    /// `fsync`, repeated when it is interrupted; gives the error number.
    static func synchronise(_ descriptor: CInt) -> CInt? {
        while fsync(descriptor) != 0 {
            if errno != EINTR { return errno }
        }
        return nil
    }

    /// `close`; gives the error number. Linux has closed the descriptor even when the call was interrupted.
    static func close(_ descriptor: CInt) -> CInt? {
        guard Glibc.close(descriptor) != 0, errno != EINTR else { return nil }
        return errno
    }
}
