/// The numbers of JSON5.
enum JSON5Number {
    /// The number as a command line would hold it: whole ones with all of their digits and without a fraction.
    ///
    /// nil for other text, for infinities, and for a number that begins with 0: `010` is ten to some and eight to others.
    static func read(_ word: String) -> String? {
        let text = word.utf8.first == UInt8(ascii: "+") || word.utf8.first == UInt8(ascii: "-") ? word.dropFirst() : word[...]
        let sign = word.hasPrefix("-") ? "-" : ""
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return hexadecimal(text.dropFirst(2)).map { signed(String($0), sign) } }
        guard let (whole, rest) = decimal(text) else { return nil }
        if rest.isEmpty { return signed(whole, sign) }
        // Some digits, a point or an exponent: what is left of it is a form that the standard library reads.
        let padded = "\(sign)\(whole)\(rest.hasPrefix(".") ? "" : ".0")\(rest)"
        guard let value = Double(padded), value.isFinite else { return nil }
        return Int(exactly: value).map(String.init) ?? String(value)
    }

    private static func hexadecimal(_ digits: Substring) -> Int? {
        digits.utf8.allSatisfy(\.isHexDigit) ? Int(digits, radix: 16) : nil
    }

    private static func signed(_ whole: String, _ sign: String) -> String { whole == "0" ? whole : sign + whole }

    /// The digits before the point, `0` where there are none, and the fraction and exponent behind them; nil where it is no number.
    private static func decimal(_ text: Substring) -> (whole: String, rest: String)? {
        var bytes = text.utf8[...]
        let whole = digits(&bytes)
        var fraction = ""
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            fraction = digits(&bytes)
            guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
            fraction = "." + (fraction.isEmpty ? "0" : fraction)
        }
        guard !(whole.isEmpty && fraction.isEmpty), !(whole.count > 1 && whole.hasPrefix("0")) else { return nil }
        guard let exponent = exponent(&bytes), bytes.isEmpty else { return nil }
        return (whole.isEmpty ? "0" : whole, fraction + exponent)
    }

    /// `e5`, `E+5`; empty where there is none, nil where its digits are missing.
    private static func exponent(_ bytes: inout Substring.UTF8View) -> String? {
        guard let mark = bytes.first, mark | 0x20 == UInt8(ascii: "e") else { return "" }
        bytes.removeFirst()
        var sign = ""
        if let byte = bytes.first, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
            sign = byte == UInt8(ascii: "-") ? "-" : ""
            bytes.removeFirst()
        }
        let digits = digits(&bytes)
        return digits.isEmpty ? nil : "e\(sign)\(digits)"
    }

    private static func digits(_ bytes: inout Substring.UTF8View) -> String {
        let digits = bytes.prefix { $0 &- 48 < 10 }
        bytes.removeFirst(digits.count)
        return String(Substring(digits))
    }
}
