import FoundationEssentials
import SweepManifest
import SweepModel
import SweepReport

@testable import SweepCloudflare

private let account = ScopeID("023e105f4ecef8ad9ca31a8372d0c353").map { Scope(.account, $0) }
private let token = TokenID("f174e90a-fafe-4643-bbbc-4a0ed4fc8415")

/// The quick reader and the decoder read a body alike, no body is proof of gone that is not a success of the API, and a list of tokens
/// that is written as a manifest is read back the same. A body that cannot be read is no error with a position, but an answer that says
/// nothing: the token's fate stays unknown.
func fuzzBody(_ bytes: [UInt8]) -> Bool {
    if let plain = Envelope(plainSuccess: bytes.span) {
        let decoded = try? JSONDecoder().decode(Envelope.self, from: Data(bytes))
        promise(decoded == plain, "the quick reader reads \(plain), the decoder \(String(describing: decoded))")
    }
    guard let account, let token else { fatalError("ids that are none") }
    // One reading an input, which is a tenth of the work; over many inputs every body meets all of them.
    let statuses = [200, 202, 400, 404, 500]
    switch bytes.count % 10 {
    case let number where number < statuses.count: checkAnswer(to: token, statuses[number], bytes)
    case 5: _ = EntityPage(bytes, of: .apps)
    case 6: _ = EntityPage(bytes, of: .groups)
    case 7: _ = EntityPage(bytes, of: .policies)
    case 8: _ = DoHBody(bytes)
    default: if let page = TokenPage(bytes, of: account) { roundTrip(page.tokens) }
    }
    return true
}

/// What a success says at least.
private struct Confirmation: Decodable {
    struct Token: Decodable {
        var id: String?
    }

    var success: Bool
    var result: Token?

    private enum Key: CodingKey { case success, result }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        success = try object.decode(Bool.self, forKey: .success)
        // What is no object with an id that is a text names no token.
        result = try? object.decode(Token.self, forKey: .result)
    }
}

private func checkAnswer(to token: TokenID, _ status: Int, _ bytes: [UInt8]) {
    let answer = Answer(to: token, .response(HTTPResponse(status: status, body: .complete(bytes))))
    switch answer.kind {
    case .deleted:
        guard let body = try? JSONDecoder().decode(Confirmation.self, from: Data(bytes)) else { fatalError("deleted, says no success") }
        promise(status == 200 && body.success, "deleted, with status \(status) and \(body)")
        promise(body.result?.id.map { TokenID($0) == token } ?? true, "deleted, but another: \(body)")
    case .absent: promise(status == 404 && JSONTree(success: bytes) == nil, "absent, with status \(status)")
    case .found, .changed: fatalError("\(answer.kind) is no answer to a DELETE")
    default: break
    }
    for text in [answer.details.errorMessage, answer.details.documentationURL, answer.details.errorChain] {
        promise(text.map { $0.unicodeScalars.count <= Excerpt.longest && !$0.utf8.contains(0) } ?? true, "a text that was not cleaned")
    }
}

/// As `discover` writes them and `run -` reads them.
private func roundTrip(_ tokens: [LiveToken]) {
    let list = TokenList(.jsonl)
    let source = MemorySource(list.heading + tokens.flatMap { list.row($0) })
    var limits = ManifestLimits()
    limits.chunkBytes = 512
    do throws(ManifestError) {
        var reader = try ManifestReader(name: "-", source: source, defaultScope: nil, limits: limits)
        for token in tokens {
            guard case .request(let request) = try reader.nextBatch(of: 1).first else { fatalError("no request came of \(token)") }
            promise(request.tokenID == token.id && request.scope == token.scope, "\(request) came of \(token)")
            promise(isSame(request.name, token.name.flatMap { $0.isEmpty ? nil : $0 }), "the name \(token.name ?? "") changed")
        }
        promise(try reader.nextBatch(of: 1).isEmpty, "more rows than tokens")
    } catch {
        promise(tokens.isEmpty, "the list cannot be read: \(error)")
    }
}

/// Header lines as they come off the wire: whatever they are, waits stay within a day and counts are not negative; a list of
/// structured items that is accepted, written and read again is the same. What cannot be read is no error that anybody is told, and has
/// no position: it counts as a header that was not sent.
func fuzzRateLimit(_ bytes: [UInt8]) -> Bool {
    var headers = AnswerHeaders()
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) { line.withUnsafeBytes { headers.take(line: $0) } }
    for value in [headers.rayID, headers.rateLimit, headers.rateLimitPolicy, headers.retryAfter, headers.contentType].compactMap(\.self) {
        promise(value.unicodeScalars.count <= AnswerHeaders.longestValue, "a value that was not cut")
        check(value)
    }
    let day = Milliseconds.seconds(86_400)
    if let hint = RateLimitHint(limit: headers.rateLimit, policy: headers.rateLimitPolicy) {
        let spans = [hint.resetsIn, hint.window ?? day]
        promise(hint.remaining >= 0 && hint.quota ?? 0 >= 0 && spans.allSatisfy { $0 >= Milliseconds(0) && $0 <= day }, "\(hint)")
    }
    if let wait = RetryAfter.parse(headers.retryAfter) { promise(wait >= Milliseconds(0) && wait <= day, "\(wait)") }
    // Without a name in front the whole is one value.
    check(String(decoding: bytes, as: UTF8.self))
    return true
}

private func check(_ value: String) {
    guard let items = StructuredItem.list(value) else { return }
    let text = items.map { item in
        ([quoted(item.name)] + item.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }).joined(separator: ";")
    }.joined(separator: ", ")
    promise(StructuredItem.list(text) == items, "\(value) is written as \(text), which is \(String(describing: StructuredItem.list(text)))")
}

private func quoted(_ text: String) -> String {
    var scalars = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { scalars.append("\\") }
        scalars.append(scalar)
    }
    scalars.append("\"")
    return String(scalars)
}
