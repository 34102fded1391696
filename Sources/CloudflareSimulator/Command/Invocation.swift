/// What the arguments of `cloudflare-simulator` ask for.
package enum Invocation: Equatable {
    case help
    case printTokens(Arguments)
    case serve(Arguments)

    /// The values of the flags; nil where a flag was not given, so that the world file's own value stands.
    package struct Arguments: Equatable {
        package var world = ""
        package var port: UInt16 = 0
        package var ledger: String?
        package var seed: UInt64?
        package var window: WindowKind?
        package var blockScale: Double?
        /// `.some(nil)` would be no limit: that is `liftsLimits`.
        package var rate: Rate?
        package var liftsLimits = false
        package var addressRate: Int?
        package var latency: Int?
        package var jitter: Int?

        package init() {}

        /// Puts the flags over what the world file says.
        package func apply(to settings: inout Settings) {
            settings.seed = seed ?? settings.seed
            settings.window = window ?? settings.window
            settings.blockScale = blockScale ?? settings.blockScale
            settings.rate = rate ?? settings.rate
            settings.addressRate = addressRate ?? settings.addressRate
            settings.latency = latency ?? settings.latency
            settings.jitter = jitter ?? settings.jitter
            if liftsLimits { settings.liftLimits() }
        }
    }

    /// Reads the arguments after the program's name. Throws `UsageError`.
    package init(_ arguments: [String]) throws(UsageError) {
        if arguments.contains("--help") || arguments.contains("-h") {
            self = .help
            return
        }
        var values = Arguments()
        var printsTokens = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch parts[0] {
            case "--print-tokens": printsTokens = true
            case "--no-rate-limit": values.liftsLimits = true
            default:
                guard Arguments.options.contains(parts[0]) else { throw UsageError("Unknown option \(parts[0]); see --help") }
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else { throw UsageError("\(parts[0]) needs a value") }
                try values.set(parts[0], value)
            }
        }
        guard !values.world.isEmpty else { throw UsageError("--world FILE is missing; see --help") }
        self = printsTokens ? .printTokens(values) : .serve(values)
    }
}

extension Invocation.Arguments {
    static let options: Set<String> = [
        "--port", "--world", "--ledger", "--seed", "--window", "--block-scale", "--rate", "--ip-rate", "--latency", "--jitter",
    ]

    fileprivate mutating func set(_ option: String, _ value: String) throws(UsageError) {
        switch option {
        case "--port": port = try read(option, value, "a number from 0 to 65535") { UInt16($0) }
        case "--world": world = value
        case "--ledger": ledger = value
        case "--seed": seed = try read(option, value, "a whole number") { UInt64($0) }
        case "--window": window = try read(option, value, "fixed or sliding") { WindowKind(rawValue: $0) }
        case "--block-scale":
            blockScale = try read(option, value, "a number of zero or more") { Double($0).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil } }
        case "--rate": rate = try read(option, value, "like 1200/5m") { Rate(text: $0) }
        case "--ip-rate": addressRate = try read(option, value, "a number of one or more") { Int($0).flatMap { $0 > 0 ? $0 : nil } }
        case "--latency": latency = try read(option, value, "a duration such as 100ms") { parseDuration($0) }
        default: jitter = try read(option, value, "a duration such as 50ms") { parseDuration($0) }
        }
    }

    private func read<Value>(
        _ option: String, _ value: String, _ expected: String, _ parse: (String) -> Value?
    ) throws(UsageError) -> Value {
        guard let result = parse(value) else { throw UsageError("\(option) must be \(expected), not \"\(value)\"") }
        return result
    }
}

/// Arguments that cannot be used.
package struct UsageError: Error, Equatable, CustomStringConvertible {
    /// A sentence without its full stop.
    package var problem: String

    init(_ problem: String) { self.problem = problem }

    package var description: String { "\(problem)." }
}
