package import SweepModel

/// A row as an object: the columns of the report by their names, without what is not known.
extension JSONText {
    /// What `run --json` prints for an item: the JSON lines row without its log. One line, no line break.
    package static func item(_ row: ReportRow) -> JSONText {
        var json = JSONText()
        var scopes = ScopeText()
        json.item(row, scopes: &scopes, withLog: false)
        return json
    }

    mutating func item(_ row: ReportRow, scopes: inout ScopeText, withLog: Bool) {
        let scopeID = row.scope.map { scopes.id(of: $0) }
        object { json in
            json.member("manifest", row.position.manifest)
            json.member("line", row.position.line)
            // An invalid row may have nothing where the id is wanted.
            json.member("service_token_id", row.tokenText.isEmpty ? nil : row.tokenText)
            json.member("scope", row.scope?.kind.rawValue)
            json.member("scope_id", scopeID)
            json.member("outcome", row.state.rawValue)
            json.member("reason", row.reason)
            json.member("attempts", row.attemptCount)
            json.answer(row.lastDetails)
            json.token(row)
            if withLog { json.log(row.attempts) }
        }
    }

    private mutating func answer(_ details: AnswerDetails?) {
        guard let details else { return }
        member("http_status", details.httpStatus)
        member("error_code", details.errorCode)
        member("error_message", details.errorMessage)
        member("documentation_url", details.documentationURL)
        member("ray_id", details.rayID)
    }

    private mutating func token(_ row: ReportRow) {
        member("name", row.name)
        member("client_id", row.clientID)
        member("duration", row.duration)
        member("expires_at", row.expiresAt)
        member("first_attempt_at", row.firstAttemptAt)
        member("finished_at", row.finishedAt)
        member("note", row.note)
        member("verified_at", row.verifiedAt)
    }

    private mutating func log(_ attempts: [Attempt]) {
        array("attempt_log") { json in
            for attempt in attempts {
                json.object { json in
                    json.member("request", attempt.request == .delete ? nil : attempt.request.rawValue)
                    json.member("started_at", attempt.startedAt)
                    json.member("finished_at", attempt.finishedAt)
                    json.answer(attempt.details)
                    json.member("source_pointer", attempt.details.sourcePointer)
                    json.member("error_chain", attempt.details.errorChain)
                    json.member("transport_error", attempt.details.transportError)
                }
            }
        }
    }
}
