import Glibc

/// The standard output as a sink.
///
/// A reader that went away is the error `.closed`, provided that the process ignores `SIGPIPE`; otherwise the system
/// ends the process before the write returns.
package final class StandardOutput: ByteSink {
    private let descriptor: CInt

    package convenience init() { self.init(descriptor: STDOUT_FILENO) }

    init(descriptor: CInt) { self.descriptor = descriptor }

    package func write(_ bytes: Span<UInt8>) throws(ReportError) {
        try Descriptor.write(bytes, to: descriptor, path: "standard output")
    }

    /// Writes one line and its newline at once, so that lines of several writers do not mix.
    package func writeLine(_ line: some Sequence<UInt8>) throws(ReportError) {
        var bytes = Array(line)
        bytes.append(UInt8(ascii: "\n"))
        try write(bytes.span)
    }

    /// Nothing to do: what was written is with the reader.
    package func finish() throws(ReportError) {}
}
