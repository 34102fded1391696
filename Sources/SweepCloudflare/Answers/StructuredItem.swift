/// An item of a list of RFC 8941 (structured fields): a name with parameters, `"default";r=1199;t=1`.
struct StructuredItem: Equatable {
    var name: String
    /// Parameters as they stand, without their quotes; one without a value is empty.
    var parameters: [String: String] = [:]

    /// A parameter that is a whole number and not negative.
    func count(_ key: String) -> Int? {
        guard let value = parameters[key], let count = Int(value), count >= 0 else { return nil }
        return count
    }

    /// nil when any part of the list is malformed.
    static func list(_ text: String) -> [StructuredItem]? {
        var scanner = Scanner(rest: Array(text.utf8)[...])
        var items: [StructuredItem] = []
        repeat {
            guard let item = scanner.item() else { return nil }
            items.append(item)
        } while scanner.skip(UInt8(ascii: ","))
        return scanner.rest.isEmpty ? items : nil
    }

    /// Reads from the front of a header's value.
    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func item() -> StructuredItem? {
            guard let name = value() else { return nil }
            var item = StructuredItem(name: name)
            while skip(UInt8(ascii: ";")) {
                guard let key = bare(), !key.isEmpty else { return nil }
                guard rest.first == UInt8(ascii: "=") else {
                    item.parameters[key] = ""
                    continue
                }
                rest = rest.dropFirst()
                guard let value = value() else { return nil }
                item.parameters[key] = value
            }
            return item
        }

        /// Skips one byte and the blanks around it.
        mutating func skip(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard rest.first == byte else { return false }
            rest = rest.dropFirst()
            skipBlanks()
            return true
        }

        private mutating func skipBlanks() {
            rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        }

        private mutating func value() -> String? {
            skipBlanks()
            return rest.first == UInt8(ascii: "\"") ? quoted() : bare()
        }

        private mutating func quoted() -> String? {
            rest = rest.dropFirst()
            var text: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escaped = rest.popFirst() else { return nil }
                    text.append(escaped)
                default: text.append(byte)
                }
            }
            return nil
        }

        /// A token, number, boolean or byte sequence, taken as text.
        private mutating func bare() -> String? {
            let text = rest.prefix { byte in
                switch byte {
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "\""):
                    false
                default: true
                }
            }
            rest = rest.dropFirst(text.count)
            return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
        }
    }
}
