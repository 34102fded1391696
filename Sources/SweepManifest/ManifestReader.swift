package import SweepModel

/// Reads a manifest row by row, in constant memory: CSV with a header line, or JSON lines, told apart by the first byte.
///
///     var reader = try ManifestReader(path: "leaked.csv", defaultScope: scope)
///     while case let rows = try reader.nextBatch(of: 1000), !rows.isEmpty { … }
package struct ManifestReader: ~Copyable, Sendable {
    private var window: ByteWindow
    private var rows: any RowFormat
    private let validator: RowValidator

    /// Reads the beginning: the format, and the header line of a CSV file.
    ///
    /// `name` is what positions and errors call the manifest; `defaultScope` serves rows that name none.
    package init(
        name: String, source: any ByteSource, defaultScope: Scope?, limits: ManifestLimits = ManifestLimits()
    ) throws(ManifestError) {
        var window = ByteWindow(source, capacity: limits.chunkBytes)
        let preamble = try Preamble(&window, file: name, limit: limits.rowBytes)
        switch preamble.format {
        case .csv: rows = try CSVRows(&window, file: name, line: preamble.line, limits: limits)
        case .jsonLines: rows = JSONRows(line: preamble.line, limits: limits)
        }
        self.window = window
        validator = RowValidator(manifest: name, defaultScope: defaultScope)
    }

    /// Opens a file; `-` is standard input.
    package init(path: String, defaultScope: Scope?, limits: ManifestLimits = ManifestLimits()) throws(ManifestError) {
        try self.init(name: path, source: try FileSource(path: path), defaultScope: defaultScope, limits: limits)
    }

    /// The next rows in their order, at most `count`; fewer only at the end, where there are none.
    package mutating func nextBatch(of count: Int) throws(ManifestError) -> [ManifestRow] {
        var batch: [ManifestRow] = []
        batch.reserveCapacity(min(count, 16_384))
        while batch.count < count, let row = try rows.next(in: &window, validator) { batch.append(row) }
        return batch
    }

    /// The names of the fields that were ignored so far, fit to be shown; at most 100.
    package var ignoredFields: [String] { rows.ignored.names }
}
