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

    /// Throws for a pattern that is empty, ends in a lone backslash, or has a set that is empty, never closed or runs backwards.
    init(_ text: some Sequence<Element>) throws(TextFlaw) {
        var rest = ArraySlice(Array(text))
        guard !rest.isEmpty else { throw TextFlaw("an empty pattern", at: 1) }
        var parts: [Part] = []
        while let element = rest.popFirst() {
            switch element {
            case "*": if parts.last != .anyRun { parts.append(.anyRun) }
            case "?": parts.append(.anyOne)
            case "[":
                parts.append(try GlobPattern.set(&rest))
            case "\\":
                parts.append(.one(try GlobPattern.escaped(&rest)))
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

    /// What follows an opening bracket, the closing one included.
    private static func set(_ rest: inout ArraySlice<Element>) throws(TextFlaw) -> Part {
        // Positions count from 1: that of the bracket.
        let opening = rest.startIndex
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Element>] = []
        while let first = rest.popFirst() {
            if first == "]" {
                guard !ranges.isEmpty else { throw TextFlaw("an empty set", at: opening) }
                return .set(ranges: ranges, isNegated: isNegated)
            }
            let position = rest.startIndex
            let low = first == "\\" ? try escaped(&rest) : first
            guard rest.first == "-", let end = rest.dropFirst().first, end != "]" else {
                ranges.append(low...low)
                continue
            }
            rest.removeFirst(2)
            let high = end == "\\" ? try escaped(&rest) : end
            guard low <= high else { throw TextFlaw("a range that runs backwards", at: position) }
            ranges.append(low...high)
        }
        throw TextFlaw("a set that is never closed", at: opening)
    }

    /// What follows a backslash.
    private static func escaped(_ rest: inout ArraySlice<Element>) throws(TextFlaw) -> Element {
        guard let element = rest.popFirst() else { throw TextFlaw("a backslash with nothing behind it", at: rest.startIndex) }
        return element
    }
}
