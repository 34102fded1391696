import SweepModel

/// Everything that can be asked for.
enum Route: Equatable {
    case file(PageFile)
    case chartStyle
    case health
    case metrics
    case jobs
    case job(String)
    case lanes(String)
    case tokens(String, TokenQuery)
    /// The lines of a job's evidence after a number.
    case log(String, after: Int)
    case chart(String, ChartName)
    /// Everything as it comes.
    case events

    /// What is wrong with a request that was let in.
    enum Problem: Error, Equatable {
        case notFound
        /// The name of the value that cannot be used.
        case badValue(String)
    }

    init(_ request: HTTPRequest) throws(Problem) {
        let path = request.path
        if let file = PageFile.allCases.first(where: { $0.path == path }) {
            self = .file(file)
            return
        }
        switch (path.first, path.count) {
        case ("charts.css", 1): self = .chartStyle
        case ("healthz", 1): self = .health
        case ("metrics", 1): self = .metrics
        case ("api", 2...): self = try Route.api(path.dropFirst(), request.query)
        default: throw .notFound
        }
    }

    private static func api(_ path: ArraySlice<String>, _ query: [String: String]) throws(Problem) -> Route {
        let words = Array(path)
        switch (words[0], words.count) {
        case ("events", 1): return .events
        case ("jobs", 1): return .jobs
        case ("jobs", 2) where !words[1].isEmpty: return .job(words[1])
        case ("jobs", 3) where !words[1].isEmpty: return try part(words[2], of: words[1], query)
        default: throw .notFound
        }
    }

    private static func part(_ part: String, of job: String, _ query: [String: String]) throws(Problem) -> Route {
        switch part {
        case "lanes": return .lanes(job)
        case "tokens": return .tokens(job, try tokenQuery(query))
        case "events": return .log(job, after: try number("after", query, in: 0...Int.max) ?? 0)
        default:
            let words = part.split(separator: ".", omittingEmptySubsequences: false)
            guard words.count == 2, words[1] == "svg", let name = ChartName(rawValue: String(words[0])) else { throw .notFound }
            return .chart(job, name)
        }
    }

    private static func tokenQuery(_ query: [String: String]) throws(Problem) -> TokenQuery {
        var tokens = TokenQuery()
        if let words = query["outcome"] {
            let states = words.split(separator: ",", omittingEmptySubsequences: false).map { ItemState(rawValue: String($0)) }
            guard !states.contains(nil) else { throw .badValue("outcome") }
            tokens.states = Set(states.compactMap(\.self))
        }
        tokens.after = try number("after", query, in: 0...Int.max).map { ItemID(Int64($0)) }
        tokens.limit = try number("limit", query, in: 1...500) ?? tokens.limit
        return tokens
    }

    private static func number(_ name: String, _ query: [String: String], in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = query[name] else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text), range.contains(number) else {
            throw .badValue(name)
        }
        return number
    }
}
