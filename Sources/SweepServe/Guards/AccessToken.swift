import SweepModel

/// What opens the page to those who know it. It is compared in a time that does not tell how much of a guess was right.
package struct AccessToken: Sendable {
    package static let shortest = 32
    private let secret: Secret

    /// nil for a text that is too short to be a secret, or that no header can carry: printable ASCII without spaces is wanted.
    package init?(_ text: String) {
        guard text.utf8.count >= AccessToken.shortest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        secret = Secret(text)
    }

    /// Whether an `Authorization` header has it: as a Bearer token, or as the password of any user, which is how browsers ask.
    func opens(_ authorization: String?) -> Bool {
        guard let words = authorization?.split(separator: " ", maxSplits: 1), words.count == 2 else { return false }
        switch words[0].lowercased() {
        case "bearer": return equals(Array(words[1].utf8))
        case "basic":
            guard let bytes = Base64.decoded(words[1]), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
            return equals(Array(bytes[(colon + 1)...]))
        default: return false
        }
    }

    private func equals(_ guess: [UInt8]) -> Bool {
        let truth = Array(secret.reveal().utf8)
        var difference = truth.count ^ guess.count
        // As many steps for every guess of a length.
        for (index, byte) in guess.enumerated() { difference |= Int(byte ^ truth[index % truth.count]) }
        return difference == 0
    }
}

/// RFC 4648 with padding.
enum Base64 {
    static func decoded(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        guard text.utf8.count.isMultiple(of: 4), text.utf8.count - digits.count <= 2,
            text.utf8.dropFirst(digits.count).allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return nil }
        var bytes: [UInt8] = []
        var (bits, count) = (0, 0)
        for digit in digits {
            guard let value = value(digit) else { return nil }
            (bits, count) = (bits << 6 | value, count + 6)
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            bits &= (1 << count) - 1
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 48 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
