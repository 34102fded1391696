/// The part of a manifest that is in memory: bytes that were read and are not yet consumed.
///
/// Offsets count from the first byte that is not consumed; they stay true when more is read.
struct ByteWindow: Sendable {
    private var source: any ByteSource
    private var storage: [UInt8]
    private var start = 0
    private var end = 0
    /// A terminal would wait for more after its end was told.
    private var isAtEnd = false

    /// `capacity` is in bytes, at least 1; the window grows when one row needs more.
    init(_ source: any ByteSource, capacity: Int) {
        self.source = source
        storage = Array(repeating: 0, count: max(1, capacity))
    }

    var count: Int { end - start }

    /// Lends the bytes of the window.
    func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(storage.span.extracting(start..<end))
    }

    mutating func consume(_ count: Int) { start += count }

    /// Reads more. False at the end of the input.
    mutating func refill() throws(ManifestError) -> Bool {
        guard !isAtEnd else { return false }
        makeRoom()
        let free = end..<storage.count
        // Lent apart from `self`: the source is a part of it that reading changes too.
        var source = self.source
        defer { self.source = source }
        var all = storage.mutableSpan
        let read = try all.withUnsafeMutableBytes { (all) throws(ManifestError) -> Int in
            try source.read(into: UnsafeMutableRawBufferPointer(rebasing: all[free]))
        }
        end += read
        isAtEnd = read == 0
        return !isAtEnd
    }

    /// Replaces a range by its first bytes after `edit` has shortened it; returns the range that is left.
    mutating func shorten(_ range: Range<Int>, by edit: (UnsafeMutableBufferPointer<UInt8>) -> Int) -> Range<Int> {
        let absolute = range.lowerBound + start..<range.upperBound + start
        let count = storage.withUnsafeMutableBufferPointer { all in
            edit(UnsafeMutableBufferPointer(rebasing: all[absolute]))
        }
        return range.lowerBound..<range.lowerBound + count
    }

    /// Moving is put off until the storage is full, so that bytes that trickle in one by one are not moved one by one.
    private mutating func makeRoom() {
        if start == end { (start, end) = (0, 0) }
        guard end == storage.count else { return }
        if start > storage.count / 2 {
            storage.withUnsafeMutableBufferPointer { all in
                for offset in start..<end { all[offset - start] = all[offset] }
            }
            (start, end) = (0, end - start)
        } else {
            storage.append(contentsOf: repeatElement(0, count: storage.count))
        }
    }
}
