/// What can go wrong with one request. The comment says what the caller sees.
package enum FaultKind: String, Sendable, CaseIterable {
    /// The connection closes with no answer, after the work was done.
    case lostReply = "lost_reply"
    /// The connection is reset with no answer and nothing done.
    case resetBefore = "reset_before"
    /// The normal answer, cut in the middle of its body; the work is done.
    case truncated
    /// The answer of a success, cut in the middle of its body; nothing is done.
    case truncatedBefore = "truncated_before"
    /// The normal answer with more than 1 MiB of padding in it; the work is done.
    case oversized
    /// The normal answer in small pieces over `ms` (default 1000).
    case slowBody = "slow_body"
    /// No answer for `ms` (default 60,000), then the connection closes; nothing is done.
    case hang
    /// 502 with an HTML page.
    case html502 = "html_502"
    /// 500, code 10001 in the envelope.
    case http500 = "http_500"
    /// 522 with `error code: 522` as plain text.
    case plain522 = "plain_522"
    /// 503 with no body.
    case http503Empty = "http_503_empty"
    /// 409, code 12132.
    case conflict
    /// 400, code 1000 with a message that ends with "timeout".
    case timeout1000 = "timeout_1000"
    /// 429 with a flat body, code 971, and `retry-after` of `seconds` (default 60).
    case rateLimited971 = "rate_limited_971"
    /// 200, code 971 in the envelope.
    case rateLimited200 = "rate_limited_200"
    /// 500, code 971 in the envelope.
    case rateLimited500 = "rate_limited_500"
    /// 200 and success for the id of another token; nothing is done.
    case wrongID = "wrong_id"
    /// The same, and the work is done.
    case wrongIDDone = "wrong_id_done"
    /// Success with `"result":null`; the work is done.
    case successNullResult = "success_null_result"
    /// Success without `messages` and `result`; the work is done.
    case successNoResult = "success_no_result"
    /// 200 with an HTML page; nothing is done unless `done`.
    case notJSON200 = "not_json_200"
    /// 403, code 10000, in the envelope without `messages` and `result`.
    case authBlip = "auth_blip"
    /// 403 with a flat body, code 1010.
    case auth1010 = "auth_1010"
    /// 403, code 9109.
    case auth9109 = "auth_9109"
    /// 403, code 10001 "Method not allowed for token".
    case auth10001 = "auth_10001"
    /// 403, code 1007.
    case auth1007 = "auth_1007"
    /// 405, code 10000.
    case method405 = "method_405"
    /// 302 to another path.
    case redirect
    /// 400, code 12130.
    case invalidRequest12130 = "invalid_request_12130"
    /// 404 with no error at all, if the token is gone; the normal answer otherwise.
    case notFoundNoCode = "not_found_no_code"
    /// 404, codes 7003 and 7000.
    case wrongScope7003 = "wrong_scope_7003"
    /// 400, code 9999.
    case notEnabled9999 = "not_enabled_9999"
    /// Whatever `status`, `headers` and `body` say.
    case answer

    /// Whether the request's work is done although the answer is wrong, where the rule does not say.
    package var isDone: Bool {
        switch self {
        case .lostReply, .truncated, .oversized, .slowBody, .wrongIDDone, .successNullResult, .successNoResult, .notFoundNoCode: true
        default: false
        }
    }
}
