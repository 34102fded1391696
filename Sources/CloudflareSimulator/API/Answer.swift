/// One header of an answer.
package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What goes back to the caller, and how.
package struct Answer: Sendable, Equatable {
    package var status: Int
    package var headers: [Header] = []
    package var body: [UInt8] = []
    /// The code of the first error in the body.
    package var code: Int?
    package var delivery: Delivery = .whole

    package enum Delivery: Sendable, Equatable {
        case whole
        /// The head with the whole length, half of the body, then the connection closes.
        case cut
        /// The body in pieces over so many milliseconds.
        case dribbled(milliseconds: Int)
        /// Nothing; the connection closes after so many milliseconds.
        case closed(after: Int)
        /// Nothing; the connection is reset.
        case reset
    }

    package init(status: Int, json: JSON, code: Int? = nil) {
        self.status = status
        body = json.bytes
        self.code = code
        headers = [Header("Content-Type", "application/json")]
    }

    package init(status: Int, text: String, type: String) {
        self.status = status
        body = Array(text.utf8)
        headers = [Header("Content-Type", type)]
    }

    /// Whether the caller gets at least a status line.
    package var isSent: Bool {
        switch delivery {
        case .whole, .cut, .dribbled: true
        case .closed, .reset: false
        }
    }
}

extension Answer {
    /// A success in the envelope.
    package static func success(_ result: JSON, info: JSON? = nil, messages: JSON = []) -> Answer {
        var members: [JSON.Member] = [
            .init(key: "result", value: result), .init(key: "success", value: true), .init(key: "errors", value: []),
            .init(key: "messages", value: messages),
        ]
        if let info { members.append(.init(key: "result_info", value: info)) }
        return Answer(status: 200, json: .object(members))
    }

    /// One page of a list. `elements` are those of the page, `total` counts all.
    package static func list(_ elements: [JSON], page: Int, perPage: Int, total: Int) -> Answer {
        let info: JSON = [
            "page": .int(page), "per_page": .int(perPage), "count": .int(elements.count), "total_count": .int(total),
            "total_pages": .int((total + perPage - 1) / perPage),
        ]
        return success(.array(elements), info: info)
    }

    /// A failure in the envelope, with the given `errors`. `short` leaves out `messages` and `result`.
    package static func failure(_ status: Int, _ errors: [Problem], short: Bool = false) -> Answer {
        var members: [JSON.Member] = [
            .init(key: "success", value: false), .init(key: "errors", value: .array(errors.map(\.json))),
        ]
        if !short { members += [.init(key: "messages", value: []), .init(key: "result", value: .null)] }
        return Answer(status: status, json: .object(members), code: errors.first?.code)
    }

    /// A failure in the envelope with one error.
    package static func failure(_ status: Int, _ code: Int, _ message: String) -> Answer {
        failure(status, [Problem(code, message)])
    }

    /// One element of `errors`.
    package struct Problem: Sendable, Equatable {
        package var code: Int
        package var message: String
        package var chain: [Problem] = []

        package init(_ code: Int, _ message: String, chain: [Problem] = []) {
            self.code = code
            self.message = message
            self.chain = chain
        }

        var json: JSON {
            let plain: JSON = ["code": .int(code), "message": .string(message)]
            guard !chain.isEmpty, let members = plain.members else { return plain }
            return .object(members + [JSON.Member(key: "error_chain", value: .array(chain.map(\.json)))])
        }
    }
}
