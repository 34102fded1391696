import Glibc

/// Network namespaces: worlds in which there is no network.
enum Namespaces {
    /// What starts a program in such a world.
    static let withoutNetwork = ["unshare", "--map-root-user", "--net"]

    static let areAllowed = system((withoutNetwork + ["true"]).joined(separator: " ") + " 2>/dev/null") == 0
}
