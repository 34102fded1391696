/// Where the bytes of a report go.
package protocol ByteSink: AnyObject {
    /// Takes all of the bytes, or throws.
    func write(_ bytes: Span<UInt8>) throws(ReportError)
    /// Told once, after the last byte: the output is complete.
    func finish() throws(ReportError)
}
