/// RFC 3339 in UTC. The calendar arithmetic is the usual one for the proleptic Gregorian calendar, counted in
/// 400-year eras of 146,097 days that begin on 1 March, so that a leap day is the last day of its year.
extension Timestamp {
    /// `2026-11-23T19:21:57.042Z`
    package var rfc3339: String {
        let (day, time) = milliseconds.flooredDivision(by: 86_400_000)
        let (year, month, dayOfMonth) = Timestamp.date(ofDay: day)
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(clock).\(padded(time % 1000, 3))Z"
    }

    /// The years 0000 to 9999: all that RFC 3339 can write.
    private static let writable = Timestamp(milliseconds: -62_167_219_200_000)...Timestamp(milliseconds: 253_402_300_799_999)

    /// Reads `2014-01-01T05:20:00Z`, with or without a fraction of a second, with `Z` or an offset such as `+02:00`.
    package init?(rfc3339 text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        func number(_ digits: Int, then separators: String = "") -> Int64? {
            guard rest.count >= digits, rest.prefix(digits).allSatisfy({ (48...57).contains($0) }) else { return nil }
            let value = rest.prefix(digits).reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
            rest = rest.dropFirst(digits)
            guard !separators.isEmpty else { return value }
            guard let next = rest.popFirst(), separators.utf8.contains(next) else { return nil }
            return value
        }
        guard let year = number(4, then: "-"), let month = number(2, then: "-"), let day = number(2, then: "Tt "),
            let hour = number(2, then: ":"), let minute = number(2, then: ":"), let second = number(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let digits = rest.prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            fraction = (digits.prefix(3) + [48, 48, 48]).prefix(3).reduce(0) { $0 * 10 + Int64($1 - 48) }
        }
        guard let zone = rest.popFirst() else { return nil }
        var offset: Int64 = 0
        if zone == UInt8(ascii: "+") || zone == UInt8(ascii: "-") {
            guard let hours = number(2, then: ":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * (zone == UInt8(ascii: "+") ? 1 : -1)
        } else if zone | 0x20 != UInt8(ascii: "z") {
            return nil
        }
        let dayNumber = Timestamp.day(ofYear: year, month: month, day: day)
        // 30 February would come out as a day of March.
        guard rest.isEmpty, Timestamp.date(ofDay: dayNumber).day == day else { return nil }
        let minutes = (dayNumber * 24 + hour) * 60 + minute - offset
        let moment = Timestamp(milliseconds: (minutes * 60 + second) * 1000 + fraction)
        // An offset or a leap second can lead out of the years that four digits write.
        guard Timestamp.writable.contains(moment) else { return nil }
        self = moment
    }

    /// Days since 1970-01-01 of a date.
    static func day(ofYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a number of days since 1970-01-01.
    package static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (day + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    /// Quotient and remainder with a remainder that is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
