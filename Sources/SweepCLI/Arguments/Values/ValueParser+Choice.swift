extension ValueParser where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One case of an enum, written as its raw value.
    static var choice: ValueParser {
        let names = Value.allCases.map(\.rawValue)
        let expected = "one of \(names.joined(separator: ", "))"
        return ValueParser(expected: expected, completion: .choices(names)) { text throws(ArgumentProblem) in
            guard let value = Value(rawValue: text) else {
                throw ArgumentProblem(value: text, expected: expected, nearest: nearest(to: text, among: names))
            }
            return value
        }
    }
}

extension ValueParser {
    /// Cases of an enum joined by commas, in the order given, each once: `deleted,failed`. A problem names the one that is wrong.
    static func list<Element: CaseIterable & RawRepresentable & Equatable & Sendable>(of: Element.Type) -> ValueParser
    where Value == [Element], Element.RawValue == String {
        let names = Element.allCases.map(\.rawValue)
        let element = ValueParser<Element>.choice
        let expected = "\(element.expected), or several joined by commas"
        return ValueParser(expected: expected, completion: .list(names)) { text throws(ArgumentProblem) in
            var values: [Element] = []
            for name in text.split(separator: ",", omittingEmptySubsequences: false) {
                let value = try element.parse(String(name))
                if !values.contains(value) { values.append(value) }
            }
            return values
        }
    }
}
