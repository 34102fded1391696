/// Why a test could not go on: something did not happen in time, or a program said what no test expects.
package struct FixtureFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Asks again and again until `condition` gives a value, and returns it; throws `FixtureFailure` when it takes too long.
///
/// The deadline is generous because it only ends tests that fail: a busy machine is no failure.
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await condition() { return value }
        guard ContinuousClock.now < deadline else { throw FixtureFailure("waited \(limit) for \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// As above, for a condition that is only true or false.
package func eventually(_ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws {
    let _: Void = try await eventually(what, within: limit) { try await condition() ? () : nil }
}
