/// A pattern for names: `*` stands for any characters, `?` for one, `[a-z]` for one of a set and `[!a-z]` for one outside of it;
/// a backslash takes the next character as it is. Case counts, and the whole name must match.
///
/// Matching takes time in proportion to both lengths at worst: a hostile name cannot make it explode.
package struct Glob: Sendable, Hashable, CustomStringConvertible {
    private enum Part: Sendable, Hashable {
        case anyRun
        case anyOne
        case one(Character)
        case set(ranges: [ClosedRange<Character>], isNegated: Bool)

        func matches(_ character: Character) -> Bool {
            switch self {
            case .anyRun, .anyOne: true
            case .one(let wanted): character == wanted
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
            }
        }
    }

    /// As it was written.
    package let description: String
    private let parts: [Part]

    /// nil for a pattern that is empty, ends in a lone backslash, or has a set that is empty, never closed or runs backwards.
    package init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        var rest = text[...]
        var parts: [Part] = []
        while let character = rest.popFirst() {
            switch character {
            case "*": if parts.last != .anyRun { parts.append(.anyRun) }
            case "?": parts.append(.anyOne)
            case "[":
                guard let set = Glob.set(&rest) else { return nil }
                parts.append(set)
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                parts.append(.one(escaped))
            default: parts.append(.one(character))
            }
        }
        description = text
        self.parts = parts
    }

    /// Whether the whole of a name matches.
    package func matches(_ name: String) -> Bool {
        let name = Array(name)
        var (part, place) = (0, 0)
        // Where to go on when what follows the last `*` fits badly: that `*` then takes one character more.
        var retry: (part: Int, place: Int)?
        while place < name.count {
            if part < parts.count, parts[part] == .anyRun {
                part += 1
                retry = (part, place)
            } else if part < parts.count, parts[part].matches(name[place]) {
                part += 1
                place += 1
            } else if let last = retry {
                retry = (last.part, last.place + 1)
                (part, place) = (last.part, last.place + 1)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .anyRun }
    }

    /// What follows an opening bracket, the closing one included; nil where that is no set.
    private static func set(_ rest: inout Substring) -> Part? {
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let first = rest.popFirst(), first != "]" {
            guard let low = first == "\\" ? rest.popFirst() : first else { return nil }
            guard rest.first == "-", rest.dropFirst().first.map({ $0 != "]" }) ?? false else {
                ranges.append(low...low)
                continue
            }
            rest.removeFirst()
            guard let next = rest.popFirst(), let high = next == "\\" ? rest.popFirst() : next, low <= high else { return nil }
            ranges.append(low...high)
        }
        // An unclosed set has taken everything up to the end.
        guard !ranges.isEmpty, rest.base.dropLast(rest.count).last == "]" else { return nil }
        return .set(ranges: ranges, isNegated: isNegated)
    }
}
