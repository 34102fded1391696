import SQLite
import SweepModel

/// An attempt as evidence: one line for what was sent and what came back, and another one where that was the outcome.
///
/// Neither is stored: both follow from the rows of the attempt and its item, so that the evidence of a token costs a few bytes
/// and what the reports say is what is attested.
struct AttemptEvidence {
    /// The id in its 36-character form.
    var token: String
    var scopeKind: String
    var scopeID: String
    var manifest: String
    var line: Int
    /// The credential's fingerprint.
    var credential: String
    var attempt: Attempt
    /// The outcome that the attempt brought; nil where the item is to be tried again.
    var outcome: (state: String, reason: String?)?

    func add(to chain: inout EvidenceChain, _ hasher: LineHasher) throws(SQLiteError) {
        for text in texts(after: chain.length) { try chain.append(text, hasher) }
    }

    /// Its lines in a chain of that length.
    func texts(after length: Int) -> [EvidenceText] {
        var attempt = start("attempt", length + 1)
        attempt.member("manifest", manifest)
        attempt.member("line", line)
        attempt.member("attempt", self.attempt.number)
        attempt.member("credential", credential)
        // A DELETE is what an attempt is when nothing else is said.
        attempt.member("request", self.attempt.request.stored)
        attempt.member("started_at", self.attempt.startedAt)
        add(self.attempt.details, to: &attempt)
        guard let outcome else { return [attempt] }
        var last = start("outcome", length + 2)
        last.member("outcome", outcome.state)
        last.member("reason", outcome.reason)
        return [attempt, last]
    }

    private func start(_ event: String, _ number: Int) -> EvidenceText {
        var text = EvidenceText(line: number, at: attempt.finishedAt, event: event)
        text.member("service_token_id", token)
        text.member("scope", scopeKind)
        text.member("scope_id", scopeID)
        return text
    }

    private func add(_ details: AnswerDetails, to text: inout EvidenceText) {
        text.member("http_status", details.httpStatus)
        text.member("error_code", details.errorCode)
        text.member("error_message", details.errorMessage)
        text.member("documentation_url", details.documentationURL)
        text.member("source_pointer", details.sourcePointer)
        text.member("error_chain", details.errorChain)
        text.member("ray_id", details.rayID)
        text.member("transport_error", details.transportError)
    }
}
