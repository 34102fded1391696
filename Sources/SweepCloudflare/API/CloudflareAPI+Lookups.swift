package import SweepModel

extension CloudflareAPI: LookupAPI {
    package func look(_ call: LookupCall) async -> LookupAnswer {
        let path = Self.path(call)
        let reply = await transport.perform(HTTPRequest(.get, path: path, lane: call.lane, longestBody: Self.longestList))
        return LookupAnswer(to: call, reply)
    }

    /// A page of 1,000 tokens whose names are as long as they may be takes less than a megabyte; sixteen leave room for
    /// fields that are not known yet.
    private static let longestList = 16 << 20

    /// Only validated ids become part of it.
    static func path(_ call: LookupCall) -> String {
        let access = accessPath(call.scope)
        return switch call.question {
        case .tokens(let page): "\(access)/service_tokens?page=\(page)&per_page=1000"
        // An application that nobody has: whoever may read Access is told so, whoever may not is refused.
        case .mayRead: "\(access)/apps/00000000-0000-4000-8000-000000000000/policies?per_page=1"
        case .userToken: "/user/tokens/verify"
        case .accountToken: "\(scopePath(call.scope))/tokens/verify"
        case .references(.doh, _): "\(access)/organizations/doh"
        case .references(.apps, let page): "\(access)/apps?page=\(page)&per_page=1000"
        case .references(.groups, let page): "\(access)/groups?page=\(page)&per_page=1000"
        case .references(.policies, let page): "\(access)/policies?page=\(page)&per_page=1000"
        }
    }
}
