/// Where a manifest's bytes come from.
package protocol ByteSource: Sendable {
    /// Puts at least one and at most `buffer.count` bytes at the buffer's start and returns their number; 0 at the end, for ever.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ManifestError) -> Int
}
