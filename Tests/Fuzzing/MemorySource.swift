import SweepManifest

/// Bytes in memory, handed out in pieces.
struct MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let size: Int
    private var position = 0

    init(_ bytes: [UInt8], size: Int = .max) {
        self.bytes = bytes
        self.size = size
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(size, buffer.count, bytes.count - position)
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
        position += count
        return count
    }
}

extension [UInt8] {
    /// How many lines the bytes are: one more than there are line feeds, carriage returns, and pairs of them.
    var lineCount: Int {
        var (count, last) = (1, UInt8(0))
        for byte in self {
            if byte == 0x0D || (byte == 0x0A && last != 0x0D) { count += 1 }
            last = byte
        }
        return count
    }
}
