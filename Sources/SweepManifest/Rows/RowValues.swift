/// A field's value as it stands in the window: its bytes without quotes, and under which name it was given.
struct FieldValue: Sendable {
    var range: Range<Int>
    var name: FieldName
    /// The value was written with escapes, so that it may hold bytes that its row does not.
    var isEscaped = false
}

/// The known fields of one row, whatever format it was written in.
struct RowValues: Sendable {
    private var values = InlineArray<6, FieldValue?>(repeating: nil)

    subscript(field: Field) -> FieldValue? {
        get { values[field.rawValue] }
        set { values[field.rawValue] = newValue }
    }
}

/// Why a row cannot be used.
struct RowProblem: Error, Sendable, Hashable {
    /// By its name in the manifest; nil where the row as a whole is at fault.
    var field: String?
    /// No variable parts, so that reports can group by it.
    var reason: String
    var hint: String?

    init(_ field: FieldName? = nil, _ reason: String, hint: String? = nil) {
        self.field = field?.rawValue
        self.reason = reason
        self.hint = hint
    }
}
