/// Turns the text of one value into a `Value`, and says in words what it expects.
struct ValueParser<Value: Sendable>: Sendable {
    /// Completes "expected …": `a whole number from 1 to 256`.
    let expected: String
    let completion: Completion
    /// Throws what is wrong with the text; reads nothing but the text.
    let parse: @Sendable (String) throws(ArgumentProblem) -> Value

    init(
        expected: String, completion: Completion = .none,
        parse: @escaping @Sendable (String) throws(ArgumentProblem) -> Value
    ) {
        self.expected = expected
        self.completion = completion
        self.parse = parse
    }

    /// For the many values that either are one or are not: nil from `convert` is a problem with the whole text.
    init(expected: String, completion: Completion = .none, convert: @escaping @Sendable (String) -> Value?) {
        self.init(expected: expected, completion: completion) { text throws(ArgumentProblem) in
            guard let value = convert(text) else { throw ArgumentProblem(value: text, expected: expected) }
            return value
        }
    }

    /// Parses a text of a layer; a problem then names the layer.
    func parse(_ text: SourcedText) throws(UsageError.Reason) -> Value {
        do throws(ArgumentProblem) {
            return try parse(text.text)
        } catch {
            throw .badValue(text.source, error)
        }
    }
}

extension ValueParser {
    /// The same text, read into another type; nil from `convert` is a problem, and so is what this parser refuses.
    func map<Other: Sendable>(_ convert: @escaping @Sendable (Value) -> Other?) -> ValueParser<Other> {
        let (expected, parse) = (expected, parse)
        return ValueParser<Other>(expected: expected, completion: completion) { text throws(ArgumentProblem) in
            guard let value = convert(try parse(text)) else { throw ArgumentProblem(value: text, expected: expected) }
            return value
        }
    }
}
