import SweepModel

/// Turns the values of a row into a request, or says why it cannot: the rules that both formats share.
struct RowValidator: Sendable {
    let manifest: String
    let defaultScope: Scope?

    func row(line: Int, _ values: RowValues, in bytes: Span<UInt8>) -> ManifestRow {
        do throws(RowProblem) {
            guard let clientID = present(values[.clientID], in: bytes), present(values[.tokenID], in: bytes) == nil else {
                return .request(try request(line: line, values, in: bytes))
            }
            return .unresolved(try unresolved(line: line, clientID, values, in: bytes), heldBackFor: nil)
        } catch {
            var row = invalidRow(line: line, error, values, in: bytes)
            row.scope = try? scope(values, in: bytes)
            return .invalid(row)
        }
    }

    /// The row that a problem makes of the values that are known; all of its texts are redacted and capped.
    ///
    /// It names no scope: of a row that could not be read to its end it is not known whether it meant the default one.
    func invalidRow(line: Int, _ problem: RowProblem, _ values: RowValues, in bytes: Span<UInt8>) -> InvalidRow {
        func text(_ field: Field, limit: Int) -> String? {
            values[field].map { Printable.capped(Printable.redacted(bytes.string(in: $0.range)), limit) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        return InvalidRow(
            position: RowPosition(manifest: manifest, line: line), field: problem.field, reason: problem.reason, hint: problem.hint,
            tokenText: values[.tokenID].map { TokenIDRule.printable(bytes.string(in: bytes.trimmed($0.range))) } ?? "",
            clientID: text(.clientID, limit: 200), name: text(.name, limit: 1000),
            note: text(.note, limit: 1000)
        )
    }

    private func request(line: Int, _ values: RowValues, in bytes: Span<UInt8>) throws(RowProblem) -> DeletionRequest {
        let clientID = try clientID(values, in: bytes)
        let tokenID = try tokenID(values, in: bytes)
        return DeletionRequest(
            position: RowPosition(manifest: manifest, line: line), scope: try scope(values, in: bytes), tokenID: tokenID,
            clientID: clientID, name: try text(values[.name], in: bytes), note: try text(values[.note], in: bytes)
        )
    }

    /// A row that names its token by the client id alone.
    private func unresolved(
        line: Int, _ value: FieldValue, _ values: RowValues, in bytes: Span<UInt8>
    ) throws(RowProblem) -> ClientIDRequest {
        let text = try clientID(values, in: bytes) ?? ""
        guard let clientID = ClientID(text) else {
            throw RowProblem(
                value.name, "no service_token_id, and not a client id",
                hint: "a client id is 32 hexadecimal digits with .access behind them")
        }
        let namesScope = present(values[.accountID], in: bytes) != nil || present(values[.zoneID], in: bytes) != nil
        return ClientIDRequest(
            position: RowPosition(manifest: manifest, line: line),
            scope: namesScope || defaultScope != nil ? try scope(values, in: bytes) : nil, clientID: clientID, clientIDText: text,
            name: try self.text(values[.name], in: bytes), note: try self.text(values[.note], in: bytes))
    }

    private func tokenID(_ values: RowValues, in bytes: Span<UInt8>) throws(RowProblem) -> TokenID {
        guard let value = present(values[.tokenID], in: bytes) else {
            throw RowProblem(.serviceTokenID, "no service_token_id")
        }
        guard let id = TokenID(utf8: bytes.extracting(value.range)) else {
            throw TokenIDRule.problem(value.name, text: bytes.string(in: value.range))
        }
        return id
    }

    private func scope(_ values: RowValues, in bytes: Span<UInt8>) throws(RowProblem) -> Scope {
        switch (present(values[.accountID], in: bytes), present(values[.zoneID], in: bytes)) {
        case (let account?, nil): return try scope(.account, account, in: bytes)
        case (nil, let zone?): return try scope(.zone, zone, in: bytes)
        case (.some, .some):
            throw RowProblem(.accountID, "both account_id and zone_id", hint: "keep the one that the token belongs to")
        case (nil, nil):
            guard let defaultScope else {
                throw RowProblem(.accountID, "no account_id and no zone_id", hint: "--account ID or --zone ID serves rows that name none")
            }
            return defaultScope
        }
    }

    private func scope(_ kind: Scope.Kind, _ value: FieldValue, in bytes: Span<UInt8>) throws(RowProblem) -> Scope {
        guard let id = ScopeID(utf8: bytes.extracting(value.range)) else {
            throw ScopeRule.problem(value.name, text: bytes.string(in: value.range))
        }
        return Scope(kind, id)
    }

    private func clientID(_ values: RowValues, in bytes: Span<UInt8>) throws(RowProblem) -> String? {
        guard let value = present(values[.clientID], in: bytes) else { return nil }
        if ClientIDRule.isPlain(bytes.extracting(value.range)) { return bytes.string(in: value.range) }
        guard let text = try text(value, in: bytes) else { return nil }
        guard !ClientIDRule.holdsSecret(bytes.string(in: value.range)) else { throw ClientIDRule.secretProblem(value.name) }
        return text
    }

    /// Free text, redacted and otherwise untouched; nil where there is none.
    private func text(_ value: FieldValue?, in bytes: Span<UInt8>) throws(RowProblem) -> String? {
        guard let value, !value.range.isEmpty else { return nil }
        // NUL bytes that stand in the manifest were found before; escapes can write them too.
        if value.isEscaped, bytes.containsNUL(in: value.range) { throw RowProblem(value.name, "a NUL character") }
        guard let text = bytes.validString(in: value.range) else {
            throw RowProblem(value.name, "not UTF-8", hint: "save the file as UTF-8")
        }
        return Printable.mayHoldSecret(bytes.extracting(value.range)) ? Printable.redacted(text) : text
    }

    /// The value without white space around it, unless nothing is left.
    private func present(_ value: FieldValue?, in bytes: Span<UInt8>) -> FieldValue? {
        guard var value else { return nil }
        value.range = bytes.trimmed(value.range)
        return value.range.isEmpty ? nil : value
    }
}
