/// How the column `item.referrers` holds texts: one a line.
enum Referrers {
    /// A name with line breaks would read back as several referrers.
    static func written(_ texts: [String]) -> String {
        texts.map { String($0.map { $0.isNewline ? " " : $0 }) }.joined(separator: "\n")
    }

    static func read(_ column: String) -> [String] { column.split(separator: "\n").map(String.init) }
}
