import CCrypto
import SQLite

/// SHA-256 of many short texts, one after the other: to look the digest up in the library costs more than to compute it.
final class LineHasher {
    private let context: OpaquePointer

    init() throws(SQLiteError) {
        guard let context = EVP_MD_CTX_new() else { throw LineHasher.failure }
        self.context = context
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw LineHasher.failure }
    }

    deinit { EVP_MD_CTX_free(context) }

    /// The 32 bytes of the digest.
    func hash(_ bytes: [UInt8]) throws(SQLiteError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        // Without a name it begins again with the digest it has.
        guard EVP_DigestInit_ex(context, nil, nil) == 1, EVP_DigestUpdate(context, bytes, bytes.count) == 1,
            EVP_DigestFinal_ex(context, &digest, &count) == 1, count == 32
        else { throw LineHasher.failure }
        return digest
    }

    private static var failure: SQLiteError { SQLiteError(.other, "libcrypto cannot compute SHA-256") }
}
