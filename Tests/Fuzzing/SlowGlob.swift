/// A pattern by its definition alone: tries everything, scalar by scalar.
struct SlowGlob {
    private let pattern: [Unicode.Scalar]

    /// nil for a pattern so long, or with so many stars, that trying everything would never end.
    init?(_ text: String) {
        pattern = Array(text.unicodeScalars)
        guard pattern.count <= 40, pattern.count(where: { $0 == "*" }) <= 4 else { return nil }
    }

    func matches(_ name: String) -> Bool { matches(pattern[...], Array(name.unicodeScalars)[...]) }

    private func matches(_ pattern: ArraySlice<Unicode.Scalar>, _ name: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case "*": return matches(rest, name) || (!name.isEmpty && matches(pattern, name.dropFirst()))
        case "?": return !name.isEmpty && matches(rest, name.dropFirst())
        case "[":
            guard let scalar = name.first, let (holds, behind) = set(rest, scalar) else { return false }
            return holds && matches(behind, name.dropFirst())
        case "\\": return name.first == rest.first && matches(rest.dropFirst(), name.dropFirst())
        default: return name.first == first && matches(rest, name.dropFirst())
        }
    }

    /// Whether a set holds a scalar, and what stands behind the set.
    private func set(_ text: ArraySlice<Unicode.Scalar>, _ scalar: Unicode.Scalar) -> (Bool, ArraySlice<Unicode.Scalar>)? {
        var rest = text
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var holds = false
        while let first = rest.popFirst(), first != "]" {
            guard let low = first == "\\" ? rest.popFirst() : first else { return nil }
            var high = low
            if rest.first == "-", let next = rest.dropFirst().first, next != "]" {
                rest.removeFirst(2)
                guard let end = next == "\\" ? rest.popFirst() : next else { return nil }
                high = end
            }
            if low.value <= scalar.value, scalar.value <= high.value { holds = true }
        }
        return (holds != isNegated, rest)
    }

    /// A pattern that stands for the text and nothing else.
    static func escaped(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "*?[]\\!^-".unicodeScalars.contains(scalar) { scalars.append("\\") }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
