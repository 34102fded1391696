/// A text that came from outside, fit for one line of a terminal.
///
/// Control characters would move the cursor or recolour the screen, and invisible format characters would reorder what is read: both are
/// left out. What is longer than `limit` Unicode scalars is cut and ends with `…`; scalars and not characters are counted, because one
/// character can be made of thousands.
func printable(_ text: String, limit: Int = 160) -> String {
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where isVisible(scalar) {
        guard kept.count < limit else { return String(kept) + "…" }
        kept.append(scalar)
    }
    return String(kept)
}

/// A printable text of at most 60 scalars in single quotes.
func quoted(_ text: String) -> String {
    "'\(printable(text, limit: 60))'"
}

private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
}
