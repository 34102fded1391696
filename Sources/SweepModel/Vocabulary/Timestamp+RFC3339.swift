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
        var reader = TimeReader(bytes: Array(text.utf8))
        guard let year = reader.number(4, then: "-"), let month = reader.number(2, then: "-"), let day = reader.number(2),
            reader.pass("T") || reader.pass("t") || reader.pass(" "), let hour = reader.number(2, then: ":"),
            let minute = reader.number(2, then: ":"), let second = reader.number(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60,
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let dayNumber = Timestamp.day(ofYear: year, month: month, day: day)
        // 30 February would come out as a day of March.
        guard Timestamp.date(ofDay: dayNumber).day == day else { return nil }
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

/// Reads the parts of a time from first to last.
private struct TimeReader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func pass(_ wanted: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    /// Exactly so many digits, and what has to follow them.
    mutating func number(_ digits: Int, then separator: Unicode.Scalar? = nil) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        guard let separator else { return value }
        return pass(separator) ? value : nil
    }

    /// Milliseconds; 0 where there is no fraction. What is finer is cut.
    mutating func fraction() -> Int64? {
        guard pass(".") else { return 0 }
        guard var value = digit() else { return nil }
        var count = 1
        while let digit = digit() {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        for _ in count..<max(count, 3) { value *= 10 }
        return value
    }

    /// Minutes that the clock is ahead of UTC.
    mutating func offset() -> Int64? {
        if pass("Z") || pass("z") { return 0 }
        let isAhead = pass("+")
        guard isAhead || pass("-"), let hours = number(2, then: ":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isAhead ? 1 : -1)
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (48...57).contains(bytes[position]) else { return nil }
        position += 1
        return Int64(bytes[position - 1] - 48)
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
