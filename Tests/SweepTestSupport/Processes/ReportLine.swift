import FoundationEssentials

/// One line of a JSON lines report, or of `run --json`.
package struct ReportLine: Decodable, Sendable, Equatable {
    package var manifest: String
    package var line: Int
    package var serviceTokenId: String?
    package var scope: String?
    package var scopeId: String?
    package var outcome: String
    package var reason: String?
    package var attempts: Int
    package var httpStatus: Int?
    package var errorCode: Int?
    package var errorMessage: String?
    package var documentationUrl: String?
    package var rayId: String?
    package var name: String?
    package var clientId: String?
    package var duration: String?
    package var expiresAt: String?
    package var firstAttemptAt: String?
    package var finishedAt: String?
    package var note: String?
    package var attemptLog: [Attempt]?

    package struct Attempt: Decodable, Sendable, Equatable {
        package var startedAt: String
        package var finishedAt: String
        package var httpStatus: Int?
        package var errorCode: Int?
        package var errorMessage: String?
        package var rayId: String?
        package var transportError: String?
    }

    package var key: TokenKey { TokenKey(scopeId ?? "", serviceTokenId ?? "") }
}

/// What `status --json`, `jobs --json` and the end of `run --json` say of a job.
package struct JobLine: Decodable, Sendable, Equatable {
    package var job: Int
    package var name: String
    package var state: String
    package var stopReason: String?
    package var planId: String?
    package var outcomes: [String: Int]
    package var total: Int
    package var gone: Int
    package var duplicates: Int
    package var running: Bool?
    package var owner: String?
}

/// What `plan --json` prints.
package struct PlanLine: Decodable, Sendable, Equatable {
    package struct Plan: Decodable, Sendable, Equatable {
        package var planId: String
        package var action: String
        package var deletions: Int
        package var duplicates: Int
        package var invalid: Int
    }

    package var plan: Plan
}

/// Reads JSON as the program prints it.
package enum JSONReading {
    package static func value<Value: Decodable>(_ type: Value.Type, _ text: some StringProtocol) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// One value a line.
    package static func lines<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> [Value] {
        try text.split(separator: "\n").map { try value(type, $0) }
    }
}
