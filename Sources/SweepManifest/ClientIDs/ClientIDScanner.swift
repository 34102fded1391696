package import SweepModel

/// Finds client ids in bytes of any kind, such as a leaked log: 32 hexadecimal digits, then `.access`. What follows, a domain
/// or the end of a sentence, is not looked at: the digits alone name the token.
package struct ClientIDScanner: Sendable {
    private static let mark = Array(".access".utf8)

    /// What was found, in lower case, each once, in the order in which it turned up.
    package private(set) var found: [ClientID] = []
    private var seen: Set<ClientID> = []
    /// The last hexadecimal digits that stand without a gap, 32 at most.
    private var digits: [UInt8] = []
    /// The 32 digits before the mark that is being read, and how much of the mark has been read.
    private var candidate: ClientID?
    private var matched = 0

    package init() {}

    package mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { take(byte) }
    }

    /// The mark's own letters are partly digits, so that both are followed side by side.
    private mutating func take(_ byte: UInt8) {
        if candidate != nil, byte == ClientIDScanner.mark[matched] {
            matched += 1
            if matched == ClientIDScanner.mark.count { note() }
        } else {
            candidate = nil
        }
        if byte == ClientIDScanner.mark[0], digits.count == 32 {
            candidate = ClientID(digits: digits)
            matched = 1
        }
        guard let digit = ClientIDScanner.digit(byte) else { return digits.removeAll(keepingCapacity: true) }
        if digits.count == 32 { digits.removeFirst() }
        digits.append(digit)
    }

    private mutating func note() {
        if let candidate, seen.insert(candidate).inserted { found.append(candidate) }
        candidate = nil
    }

    /// In lower case; nil for anything but a hexadecimal digit.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): byte
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte | 0x20
        default: nil
        }
    }
}

extension ClientIDScanner {
    /// The client ids of a file; `-` is standard input.
    package static func read(path: String) throws(ManifestError) -> [ClientID] {
        try read(try FileSource(path: path))
    }

    package static func read(_ source: consuming any ByteSource) throws(ManifestError) -> [ClientID] {
        var scanner = ClientIDScanner()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var failure: ManifestError?
            // The closure's errors are untyped; this one is carried out by hand.
            let count = buffer.withUnsafeMutableBytes { bytes -> Int in
                do throws(ManifestError) {
                    return try source.read(into: bytes)
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard count > 0 else { return scanner.found }
            scanner.take(buffer.prefix(count))
        }
    }
}
