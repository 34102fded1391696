import SQLite
import SweepModel

/// Where a job's chain of evidence ends: every line's hash covers the line and the hash before it.
struct EvidenceChain {
    /// How many lines there are.
    private(set) var length: Int
    /// The hash of the last line, 32 bytes; zeroes before the first.
    private(set) var head: [UInt8]

    init(length: Int = 0, head: [UInt8] = [UInt8](repeating: 0, count: 32)) {
        self.length = length
        self.head = head
    }

    /// Adds a line, which must have been made with the number `length + 1`.
    mutating func append(_ text: consuming EvidenceText, _ hasher: LineHasher) throws(SQLiteError) {
        head = try hasher.hash(text.hashed(after: head))
        length += 1
    }

    /// The first bits of the head: what an attempt's row keeps, to tell which line was changed. The whole head tells whether
    /// any was.
    ///
    /// A signed number, because SQLite keeps one of 32 bits in four bytes, and half of the unsigned ones in six.
    var seal: Int64 {
        Int64(Int32(bitPattern: head.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }))
    }
}
