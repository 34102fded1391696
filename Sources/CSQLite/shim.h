#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast to a function pointer, which Swift does not import. Empty text may have no address, which
// SQLite would take for NULL.
static inline int tokensweep_bind_text(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_text(statement, index, bytes ? (const char *)bytes : "", count, SQLITE_TRANSIENT);
}

// As above, for blobs.
static inline int tokensweep_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

// sqlite3_config is variadic, which Swift does not import. To count every byte costs a lock for every allocation.
static inline int tokensweep_stop_counting_memory(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// A statement that may fail half-way keeps the pages that it changes, to take them back; from so many bytes on in a file.
static inline int tokensweep_keep_undo_in_memory(int bytes) {
    return sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, bytes);
}

// sqlite3_db_config is variadic, which Swift does not import.
static inline int tokensweep_db_config_flag(sqlite3 *database, int option, int value, int *result) {
    return sqlite3_db_config(database, option, value, result);
}
