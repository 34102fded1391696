/// An option whose type is erased, so that options of many types stand in one list.
protocol OptionDefinition: Sendable {
    var spec: OptionSpec { get }

    /// The `Slot` of the option's own value type, read from what the layers hold; throws on the first text that it cannot read.
    func slot(reading texts: [SourcedText]) throws(UsageError.Reason) -> any Sendable
}

/// A positional argument whose type is erased.
protocol PositionalDefinition: Sendable {
    var spec: PositionalSpec { get }

    /// As in ``OptionDefinition/slot(reading:)``.
    func slot(reading texts: [SourcedText]) throws(UsageError.Reason) -> any Sendable
}

/// A value on its way from its definition to its key.
///
/// The wrapper keeps the cast honest: `any Sendable` that holds a nil casts to every optional type, `Slot<Int?>` only to itself.
struct Slot<Value: Sendable>: Sendable {
    let value: Value
}
