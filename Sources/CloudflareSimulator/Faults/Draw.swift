/// Chance without a state: the same ingredients always give the same number, whatever else was drawn before.
package struct Draw: Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = Draw.scramble(seed) }

    package func mixing(_ value: UInt64) -> Draw {
        var next = self
        next.state = Draw.scramble(state ^ Draw.scramble(value))
        return next
    }

    package func mixing(_ text: String) -> Draw {
        // FNV-1a: short, and the same on every run, which `Hasher` is not.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return mixing(hash)
    }

    /// 64 random bits.
    package var bits: UInt64 { state }

    /// From 0 up to, not including, 1.
    package var unit: Double { Double(state >> 11) * 0x1p-53 }

    /// The finalizer of SplitMix64.
    private static func scramble(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
