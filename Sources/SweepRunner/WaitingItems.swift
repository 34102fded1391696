import SweepModel

/// Items that wait for another try, the earliest first: a binary heap by the moment before which they must not leave.
struct WaitingItems {
    private var heap: [WaitingItem] = []

    var count: Int { heap.count }
    var earliest: Timestamp? { heap.first?.notBefore }

    mutating func insert(_ item: WaitingItem) {
        heap.append(item)
        var child = heap.count - 1
        while child > 0, precedes(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out at most `limit` items whose moment has come.
    mutating func take(_ limit: Int, at now: Timestamp) -> [ItemID] {
        var items: [ItemID] = []
        while items.count < limit, let first = heap.first, first.notBefore <= now {
            items.append(first.item)
            removeFirst()
        }
        return items
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(heap[child], heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func precedes(_ left: WaitingItem, _ right: WaitingItem) -> Bool {
        (left.notBefore, left.item) < (right.notBefore, right.item)
    }
}
