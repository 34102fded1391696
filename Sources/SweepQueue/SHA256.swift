import CCrypto

/// A SHA-256 digest in the making, by OpenSSL's libcrypto.
struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// nil when the library cannot provide the digest.
    init?() {
        guard let context = EVP_MD_CTX_new() else { return nil }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            return nil
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes bytes in; false when the library failed.
    mutating func update(_ bytes: [UInt8]) -> Bool { EVP_DigestUpdate(context, bytes, bytes.count) == 1 }

    /// The 32 bytes of the digest; nil when the library failed.
    consuming func finish() -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &count) == 1, count == 32 else { return nil }
        return digest
    }
}
