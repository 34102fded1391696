package import SweepModel

/// One request to the API.
package struct HTTPRequest: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable {
        case get = "GET"
        case delete = "DELETE"
        case put = "PUT"
        case post = "POST"
    }

    package var method: Method
    /// What follows the base URL, from its slash on: `/accounts/…/access/service_tokens?page=1`. Sent as it stands.
    package var path: String
    /// Whose credential goes along.
    package var lane: LaneID
    /// JSON, or empty where there is a body of no length; nil for none at all.
    package var body: [UInt8]?
    /// Bytes of a body that are read; an answer that is longer is cut off and taken for unreadable.
    package var longestBody: Int

    package init(_ method: Method, path: String, lane: LaneID, body: [UInt8]? = nil, longestBody: Int = 1 << 20) {
        self.method = method
        self.path = path
        self.lane = lane
        self.body = body
        self.longestBody = longestBody
    }
}
