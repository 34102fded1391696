/// What a fault makes of an answer.
enum FaultAnswer {
    /// The answer that the caller gets. `normal` is what the API would have said, `rate` the budget that a 429 speaks of.
    static func make(_ rule: FaultRule, normal: Answer, request: Request, rate: Rate) -> Answer {
        var answer = kinds(rule, normal, request, rate)
        if let status = rule.status { answer.status = status }
        if let body = rule.body {
            answer.body = Array(body.utf8)
            answer.code = code(in: answer.body)
        }
        answer.headers += rule.headers
        return answer
    }

    /// The first error code of a body of any shape; nil when it has none.
    private static func code(in body: [UInt8]) -> Int? {
        // A body that is no JSON, such as a page of HTML, has no code: that is all that is asked here.
        guard let json = try? JSON.parse(body) else { return nil }
        return json["code"]?.int ?? json["errors"]?.array?.first?["code"]?.int
    }

    private static func kinds(_ rule: FaultRule, _ normal: Answer, _ request: Request, _ rate: Rate) -> Answer {
        switch rule.kind {
        case .lostReply, .resetBefore, .truncated, .truncatedBefore, .oversized, .slowBody, .hang: delivery(rule, normal)
        case .wrongID, .wrongIDDone, .successNullResult, .successNoResult, .notJSON200, .notFoundNoCode: misleading(rule, normal, request)
        case .rateLimited971, .rateLimited200, .rateLimited500: limited(rule, rate)
        case .authBlip, .auth1010, .auth9109, .auth10001, .auth1007, .method405: refused(rule, request)
        default: failed(rule, request)
        }
    }

    private static func delivery(_ rule: FaultRule, _ normal: Answer) -> Answer {
        var answer = normal
        switch rule.kind {
        case .lostReply: answer.delivery = .closed(after: 0)
        case .resetBefore: answer.delivery = .reset
        case .truncated, .truncatedBefore: answer.delivery = .cut
        case .slowBody: answer.delivery = .dribbled(milliseconds: rule.milliseconds ?? 1000)
        case .hang: answer.delivery = .closed(after: rule.milliseconds ?? 60_000)
        case .oversized: answer.body = padded(normal.body)
        default: break
        }
        return answer
    }

    /// The same JSON with white space before it: still valid, and too long.
    private static func padded(_ body: [UInt8]) -> [UInt8] {
        [UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) + 1) + body
    }

    private static func misleading(_ rule: FaultRule, _ normal: Answer, _ request: Request) -> Answer {
        switch rule.kind {
        case .wrongID, .wrongIDDone: return .success(["id": .string(otherID(than: request.path))])
        // Another shape of a success: what was refused stays refused, or the answer would be a lie that the API does not tell.
        case .successNullResult where normal.status != 200, .successNoResult where normal.status != 200: return normal
        case .successNullResult: return .success(.null)
        case .successNoResult: return Answer(status: 200, json: ["success": true, "errors": []])
        case .notFoundNoCode where normal.status == 404: return .failure(404, [])
        case .notFoundNoCode: return normal
        default: return .page(200, "Just a moment...")
        }
    }

    /// A UUID that is not the last part of the path.
    private static func otherID(than path: String) -> String {
        let id = "deadbeef-0000-4000-8000-000000000000"
        return path.hasSuffix(id) ? "deadbeef-0000-4000-8000-000000000001" : id
    }

    private static func limited(_ rule: FaultRule, _ rate: Rate) -> Answer {
        switch rule.kind {
        case .rateLimited200: return .tooMany(200, .envelope, rate)
        case .rateLimited500: return .tooMany(500, .envelope, rate)
        default:
            var answer = Answer.tooMany(429, .flat, rate)
            answer.headers.append(Header("retry-after", String(rule.seconds ?? 60)))
            return answer
        }
    }

    private static func refused(_ rule: FaultRule, _ request: Request) -> Answer {
        switch rule.kind {
        case .auth1010: .readOnly
        case .auth9109: .revoked
        case .auth10001: .notForToken
        case .auth1007: .notInClaims
        case .method405: .needsKey(request.method)
        default: .authentication
        }
    }

    private static func failed(_ rule: FaultRule, _ request: Request) -> Answer {
        switch rule.kind {
        case .html502: return .page(502, "502 Bad Gateway")
        case .http500: return .internalError
        case .plain522: return .originUnreachable
        case .conflict: return .conflict
        case .timeout1000: return .timeout
        case .redirect:
            var answer = Answer.page(302, "302 Found")
            answer.headers.append(Header("Location", "/client/v4/moved" + request.path.dropFirst("/client/v4".count)))
            return answer
        case .invalidRequest12130: return .invalidRequest("the request cannot be processed")
        case .wrongScope7003: return .noRoute(request.path)
        case .notEnabled9999: return .notEnabled
        case .answer: return Answer(status: 200, text: "", type: "application/json")
        default: return Answer(status: 503, text: "", type: "text/plain")
        }
    }
}
