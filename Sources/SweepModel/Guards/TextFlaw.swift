/// Where a short text is not what it should be, and why: `unknown unit at character 2`.
package struct TextFlaw: Error, Sendable, Hashable, CustomStringConvertible {
    /// In Unicode scalars, from 1; one more than there are where something is missing at the end.
    package var position: Int
    /// A short text with no variable parts.
    package var reason: String

    package init(_ reason: String, at position: Int) {
        self.position = position
        self.reason = reason
    }

    package var description: String { "\(reason) at character \(position)" }
}
