/// A pattern for names: `*` stands for any text, `?` for any one character, everything else for itself. It has to fit the
/// whole name, and case counts.
package struct Glob: Sendable, Hashable {
    private let pattern: [Character]

    package init(_ pattern: String) { self.pattern = Array(pattern) }

    /// Takes no more than pattern times name steps: only the last `*` is ever tried again.
    package func matches(_ name: String) -> Bool {
        let name = Array(name)
        var (place, at) = (0, 0)
        var star: (place: Int, at: Int)?
        while at < name.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == name[at] {
                place += 1
                at += 1
            } else if let last = star {
                star = (last.place, last.at + 1)
                (place, at) = (last.place + 1, last.at + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
