import FoundationEssentials
import SweepModel

extension HTTPRequest {
    /// The request that a call asks for. Only validated ids become part of its path.
    init(_ call: DeletionCall) {
        let path = CloudflareAPI.path(call.scope, call.tokenID)
        switch call.request {
        case .delete: self.init(.delete, path: path, lane: call.lane)
        case .read: self.init(.get, path: path, lane: call.lane)
        case .disable(let name): self.init(.put, path: path, lane: call.lane, body: TokenUpdate(name: name, enabled: false).bytes)
        case .enable(let name): self.init(.put, path: path, lane: call.lane, body: TokenUpdate(name: name, enabled: true).bytes)
        case .rotate: self.init(.post, path: path + "/rotate", lane: call.lane, body: [])
        }
    }
}

/// `{"enabled":false,"name":"ci"}`
private struct TokenUpdate: Encodable {
    var name: String
    var enabled: Bool

    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A text and a truth value: nothing here can fail to be encoded, and an empty body would be refused by the API.
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }
}
