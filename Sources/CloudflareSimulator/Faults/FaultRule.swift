/// When something goes wrong, and how. The first rule that applies decides: a token's own first, then the world's.
///
///     { kind: "lost_reply",      // FaultKind, required
///       times: 2,                // attempts 1 and 2 of a token; then normal
///       after: 1,                // spares its first attempt
///       probability: 0.1,        // drawn from (seed, scope, token, attempt, rule): the order of arrival does not matter
///       methods: ["DELETE"],     // this is the default; [] for all
///       tokens: ["f174e90a-…"],  // only these
///       credential: "ci",        // only for this label
///       path: "/access/apps",    // only paths that contain it
///       done: true,              // whether the work is really done; else the kind decides
///       ms: 1000, seconds: 60,   // of slow_body and hang; of retry-after
///       status: 503, headers: { "x-a": "b" }, body: "…" }   // instead of the kind's own; a body that is no string is sent as JSON
///
/// An attempt is a request with this method for this token (or path) that the limits and the credential check let through.
package struct FaultRule: Sendable, Equatable {
    package var kind: FaultKind
    package var times: Int?
    package var after = 0
    package var probability = 1.0
    /// Empty for all.
    package var methods: Set<String> = ["DELETE"]
    /// Token ids in lower case; nil for any request.
    package var tokens: Set<String>?
    package var credential: String?
    package var path: String?
    /// Nil: the kind decides.
    package var done: Bool?
    /// Milliseconds of `slow_body` and `hang`.
    package var milliseconds: Int?
    /// Of `retry-after`.
    package var seconds: Int?
    package var status: Int?
    package var headers: [Header] = []
    package var body: String?

    package init(_ kind: FaultKind) { self.kind = kind }

    /// Whether the request's work is done although the answer is wrong.
    package var isDone: Bool { done ?? kind.isDone }
}

extension FaultRule {
    /// What a rule is asked about.
    struct Subject {
        var method: String
        /// Path without query.
        var path: String
        var token: String?
        var credential: String
        /// From 1.
        var attempt: Int
        /// Chance of this request, made from seed, scope, token and attempt.
        var draw: Draw
    }

    /// Whether this rule, the `index`th of those asked, decides the request.
    func applies(to subject: Subject, index: Int) -> Bool {
        guard methods.isEmpty || methods.contains(subject.method) else { return false }
        guard subject.attempt > after, subject.attempt <= times ?? .max else { return false }
        if let tokens, !(subject.token.map(tokens.contains) ?? false) { return false }
        if let credential, credential != subject.credential { return false }
        if let path, !subject.path.contains(path) { return false }
        return probability >= 1 || subject.draw.mixing(UInt64(index)).unit < probability
    }
}

extension FaultRule {
    init(_ json: JSON, at path: String) throws(WorldError) {
        var reader = try ObjectReader(json, at: path)
        try self.init(from: &reader)
        try reader.finish()
    }

    /// A fault of any request, unless the methods are named.
    init(brownout json: JSON, at path: String) throws(WorldError) {
        try self.init(json, at: path)
        if json["methods"] == nil { methods = [] }
    }

    init(from reader: inout ObjectReader) throws(WorldError) {
        guard let kind: FaultKind = try reader.choice("kind") else { throw reader.error("kind", "is missing") }
        self.init(kind)
        try readConditions(&reader)
        done = try reader.bool("done")
        milliseconds = try reader.count("ms")
        seconds = try reader.count("seconds")
        status = try reader.count("status")
        if let status, !(200...599).contains(status) { throw reader.error("status", "must be from 200 to 599") }
        for member in reader.value("headers")?.members ?? [] {
            guard let value = member.value.string else { throw reader.error("headers", "must have strings as values") }
            headers.append(Header(member.key, value))
        }
        body = reader.value("body").map { $0.string ?? $0.text }
        if kind == .answer, status == nil { throw reader.error("status", "is missing") }
    }

    private mutating func readConditions(_ reader: inout ObjectReader) throws(WorldError) {
        times = try reader.count("times")
        after = try reader.count("after") ?? 0
        probability = try reader.number("probability") ?? 1
        if let names = try reader.strings("methods") { methods = Set(names) }
        tokens = try reader.strings("tokens").map { Set($0.map { $0.lowercased() }) }
        credential = try reader.string("credential")
        path = try reader.string("path")
    }
}
