import SweepModel

/// A way to write rows into bytes; a further format is a further type of this protocol.
protocol RowFormat: Sendable {
    /// The next row that is not blank; nil at the end. Consumes the rows that it returns.
    mutating func next(in window: inout ByteWindow, _ validator: RowValidator) throws(ManifestError) -> ManifestRow?
    var ignored: IgnoredFields { get }
}

/// How much of a manifest is looked at at a time.
package struct ManifestLimits: Sendable, Hashable {
    /// The longest row, in bytes; a longer one is invalid.
    package var rowBytes = 1 << 20
    /// Arrays and objects within each other in an ignored JSON field.
    package var jsonDepth = 64
    /// How many bytes are read at once.
    package var chunkBytes = 1 << 17

    package init() {}

    var tooLong: RowProblem {
        RowProblem(nil, "the row is too long", hint: "a row has at most \(rowBytes) bytes")
    }
}
