/// A JSON string that escapes no more than JSON demands.
func jsonString(_ text: String) -> String {
    var scalars = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x22, 0x5C: scalars.append(contentsOf: ["\\", scalar])
        case 0..<0x20: scalars.append(contentsOf: "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))".unicodeScalars)
        default: scalars.append(scalar)
        }
    }
    scalars.append("\"")
    return String(scalars)
}

/// Whether a hint can be printed as it is: nothing in it acts on a terminal.
func isShowable(_ text: String?) -> Bool {
    text?.unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: false
        default: true
        }
    } ?? true
}
