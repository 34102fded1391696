import SweepModel

/// CSV by RFC 4180: a header line, CRLF at the end of lines, quotes only where they are needed.
///
/// Values are kept as they are, control characters and line breaks included, with two exceptions: NUL, which many readers
/// take for the end, is left out, and what a spreadsheet would take for a formula gets a `'` in front.
struct CSVEncoder: ReportEncoder {
    static let columns = [
        "manifest", "line", "service_token_id", "scope", "scope_id", "outcome", "reason", "attempts", "http_status", "error_code",
        "error_message", "documentation_url", "ray_id", "name", "client_id", "duration", "expires_at", "first_attempt_at",
        "finished_at", "note",
    ]
    /// Stands behind the others in the report of a job that was verified.
    static let verification = "verified_at"

    private var scopes = ScopeText()
    private var isVerified = false

    mutating func begin(_ job: JobOverview, into bytes: inout [UInt8]) {
        isVerified = job.verifiedAt != nil
        let columns = CSVEncoder.columns + (isVerified ? [CSVEncoder.verification] : [])
        bytes.append(text: columns.joined(separator: ","))
        bytes.endRecord()
    }

    mutating func row(_ row: ReportRow, into bytes: inout [UInt8]) {
        bytes.append(field: row.position.manifest)
        bytes.endField()
        bytes.append(number: row.position.line)
        bytes.endField()
        identity(row, into: &bytes)
        bytes.append(text: row.state.rawValue)
        bytes.endField()
        bytes.append(field: row.reason)
        bytes.endField()
        answer(row, into: &bytes)
        token(row, into: &bytes)
        bytes.append(field: row.note)
        if isVerified {
            bytes.endField()
            bytes.append(time: row.verifiedAt)
        }
        bytes.endRecord()
    }

    mutating func end(into bytes: inout [UInt8]) {}

    /// service_token_id, scope, scope_id
    private mutating func identity(_ row: ReportRow, into bytes: inout [UInt8]) {
        // Only in an invalid row is this anything but a UUID.
        if row.state == .invalid { bytes.append(field: row.tokenText) } else { bytes.append(text: row.tokenText) }
        bytes.endField()
        if let scope = row.scope {
            bytes.append(text: scope.kind.rawValue)
            bytes.endField()
            bytes.append(text: scopes.id(of: scope))
        } else {
            bytes.endField()
        }
        bytes.endField()
    }

    /// attempts, http_status, error_code, error_message, documentation_url, ray_id
    private func answer(_ row: ReportRow, into bytes: inout [UInt8]) {
        bytes.append(number: row.attemptCount)
        bytes.endField()
        bytes.append(number: row.lastDetails?.httpStatus)
        bytes.endField()
        bytes.append(number: row.lastDetails?.errorCode)
        bytes.endField()
        bytes.append(field: row.lastDetails?.errorMessage)
        bytes.endField()
        bytes.append(field: row.lastDetails?.documentationURL)
        bytes.endField()
        bytes.append(field: row.lastDetails?.rayID)
        bytes.endField()
    }

    /// name, client_id, duration, expires_at, first_attempt_at, finished_at
    private func token(_ row: ReportRow, into bytes: inout [UInt8]) {
        bytes.append(field: row.name)
        bytes.endField()
        bytes.append(field: row.clientID)
        bytes.endField()
        bytes.append(field: row.duration)
        bytes.endField()
        bytes.append(time: row.expiresAt)
        bytes.endField()
        bytes.append(time: row.firstAttemptAt)
        bytes.endField()
        bytes.append(time: row.finishedAt)
        bytes.endField()
    }
}
