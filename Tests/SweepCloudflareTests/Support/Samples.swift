import SweepModel

@testable import SweepCloudflare

/// Values that many tests share.
enum Sample {
    static let tokenText = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"
    static let tokenID = id(tokenText)
    static let account = Scope(.account, scopeID("023e105f4ecef8ad9ca31a8372d0c353"))
    static let zone = Scope(.zone, scopeID("699d98642c564d2e855e9661899b7252"))
    static let secret = "cfut_SampleSampleSampleSampleSampleSample01"
    static let credential = Credential.token(Secret(secret))
    static let success = #"{"success":true,"errors":[],"messages":[],"result":{"id":"\#(tokenText)"}}"#

    static func id(_ text: String) -> TokenID {
        guard let id = TokenID(text) else { preconditionFailure("not a UUID: \(text)") }
        return id
    }

    static func scopeID(_ text: String) -> ScopeID {
        guard let id = ScopeID(text) else { preconditionFailure("not an id: \(text)") }
        return id
    }

    /// An envelope with one error; without a code when `code` is nil.
    static func refusal(_ code: Int?, _ message: String = "") -> String {
        let code = code.map { "\"code\":\($0)," } ?? ""
        return #"{"success":false,"errors":[{\#(code)"message":"\#(message)"}],"messages":[],"result":null}"#
    }

    /// What the answer to the DELETE of `tokenID` means.
    static func answer(_ status: Int, _ body: String, headers: AnswerHeaders = AnswerHeaders()) -> Answer {
        answer(status, .complete(Array(body.utf8)), headers: headers)
    }

    static func answer(_ status: Int, _ body: HTTPResponse.Body, headers: AnswerHeaders = AnswerHeaders()) -> Answer {
        Answer(to: tokenID, .response(HTTPResponse(status: status, headers: headers, body: body)))
    }
}
