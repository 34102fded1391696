/// A glob over one way of cutting text into pieces.
struct GlobPattern<Element: Comparable & Hashable & Sendable & ExpressibleByUnicodeScalarLiteral>: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case anyRun
        case anyOne
        case one(Element)
        case set(ranges: [ClosedRange<Element>], isNegated: Bool)

        func matches(_ element: Element) -> Bool {
            switch self {
            case .anyRun, .anyOne: true
            case .one(let wanted): element == wanted
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(element) } != isNegated
            }
        }
    }

    private let parts: [Part]

    /// nil for a pattern that is empty, ends in a lone backslash, or has a set that is empty, never closed or runs backwards.
    init?(_ text: some Sequence<Element>) {
        var rest = ArraySlice(Array(text))
        guard !rest.isEmpty else { return nil }
        var parts: [Part] = []
        while let element = rest.popFirst() {
            switch element {
            case "*": if parts.last != .anyRun { parts.append(.anyRun) }
            case "?": parts.append(.anyOne)
            case "[":
                guard let set = GlobPattern.set(&rest) else { return nil }
                parts.append(set)
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                parts.append(.one(escaped))
            default: parts.append(.one(element))
            }
        }
        self.parts = parts
    }

    /// Whether the whole of a name matches.
    func matches(_ name: [Element]) -> Bool {
        var (part, place) = (0, 0)
        // Where to go on when what follows the last `*` fits badly: that `*` then takes one element more.
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
    private static func set(_ rest: inout ArraySlice<Element>) -> Part? {
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Element>] = []
        while let first = rest.popFirst() {
            if first == "]" { return ranges.isEmpty ? nil : .set(ranges: ranges, isNegated: isNegated) }
            guard let low = first == "\\" ? rest.popFirst() : first else { return nil }
            guard rest.first == "-", rest.dropFirst().first.map({ $0 != "]" }) ?? false else {
                ranges.append(low...low)
                continue
            }
            rest.removeFirst()
            guard let next = rest.popFirst(), let high = next == "\\" ? rest.popFirst() : next, low <= high else { return nil }
            ranges.append(low...high)
        }
        // Never closed.
        return nil
    }
}
