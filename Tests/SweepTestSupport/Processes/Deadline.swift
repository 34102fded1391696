/// Something that should have happened by now.
package struct DeadlineError: Error, CustomStringConvertible {
    package let description: String
}

/// Asks again and again until `condition` gives a value, and returns it; throws `DeadlineError` when it takes too long.
///
/// The deadline is generous because it only ends tests that fail: a busy machine is no failure.
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(60), _ condition: () throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try condition() { return value }
        guard ContinuousClock.now < deadline else { throw DeadlineError(description: "waited \(limit) for \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// As above, for a condition that is only true or false.
package func eventually(_ what: String, within limit: Duration = .seconds(60), _ condition: () throws -> Bool) async throws {
    let _: Void = try await eventually(what, within: limit) { try condition() ? () : nil }
}
