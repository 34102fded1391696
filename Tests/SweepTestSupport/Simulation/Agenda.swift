import SweepModel

/// What is to happen at later moments, in the order of the moments and then of their entry.
struct Agenda<Entry> {
    /// Names an entry, so that it can be taken back.
    typealias Ticket = Int

    private var heap: [(moment: Timestamp, ticket: Ticket)] = []
    private var entries: [Ticket: Entry] = [:]
    private var nextTicket = 0

    mutating func ticket() -> Ticket {
        nextTicket += 1
        return nextTicket
    }

    mutating func add(_ entry: Entry, at moment: Timestamp, as ticket: Ticket) {
        entries[ticket] = entry
        heap.append((moment, ticket))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes an entry back; nil when it is not there (any more).
    mutating func remove(_ ticket: Ticket) -> Entry? { entries.removeValue(forKey: ticket) }

    /// Takes the next entry out.
    mutating func next() -> (moment: Timestamp, entry: Entry)? {
        while let first = heap.first {
            removeFirst()
            if let entry = entries.removeValue(forKey: first.ticket) { return (first.moment, entry) }
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] { least = child }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
