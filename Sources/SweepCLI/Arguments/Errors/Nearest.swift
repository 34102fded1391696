/// The known word that a mistyped one most likely stands for; nil when nothing is near enough, so that nonsense suggests nothing.
///
/// Near is one edit for every three letters, at least one and at most three; or the first three or more letters of a known word. Case does
/// not count. Of two words equally near, the first one wins.
///
/// - `concurency` → `concurrency` (one edit)
/// - `conc` → `concurrency` (beginning)
/// - `frobnicate` → nil
func nearest(to word: String, among known: [String]) -> String? {
    // A long text is no slip of the finger, and the distance takes the product of both lengths.
    guard word.unicodeScalars.count <= 64 else { return nil }
    let typed = Array(word.lowercased())
    let candidates = known.map { (word: $0, distance: editDistance(typed, Array($0.lowercased()))) }
    let near = candidates.filter { $0.distance <= tolerance(max(typed.count, $0.word.count)) }
    if let best = near.min(by: { $0.distance < $1.distance }) { return best.word }
    return typed.count < 3 ? nil : known.first { $0.lowercased().hasPrefix(word.lowercased()) }
}

private func tolerance(_ length: Int) -> Int {
    min(3, max(1, length / 3))
}

/// The Damerau-Levenshtein distance in its restricted form: letters put in, left out, replaced, or two neighbours swapped and then left
/// alone.
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforePrevious[j - 1] + 1) }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[b.count]
}
