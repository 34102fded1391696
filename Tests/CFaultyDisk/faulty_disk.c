#include "faulty_disk.h"
#include "image.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct faulty_disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *below;
    // Files may be used by several threads, and a test looks at the counts from another.
    pthread_mutex_t mutex;
    pthread_cond_t closed;
    int open_files;
    image *images;
    int kinds, write_code, is_lying;
    int64_t operations, failures, first_failure, last_failure;
};

typedef struct {
    sqlite3_file base;
    faulty_disk *disk;
    // NULL for temporary files, which nothing outlives.
    image *image;
    // Lies behind this structure.
    sqlite3_file *below;
} faulty_file;

// The number of this operation where it has to fail, otherwise 0.
static int64_t fails(faulty_disk *disk, int kind) {
    if (!(disk->kinds & kind)) return 0;
    int64_t number = ++disk->operations;
    if (number < disk->first_failure || number > disk->last_failure) return 0;
    disk->failures++;
    return number;
}

static int64_t locked_fails(faulty_disk *disk, int kind) {
    pthread_mutex_lock(&disk->mutex);
    int64_t number = fails(disk, kind);
    pthread_mutex_unlock(&disk->mutex);
    return number;
}

// MARK: - Images

static image *find_image(faulty_disk *disk, const char *path) {
    for (image *image = disk->images; image; image = image->next)
        if (strcmp(image->path, path) == 0) return image;
    return NULL;
}

// A file that was there before is certain.
static int read_certain(image *image, sqlite3_file *file) {
    sqlite3_int64 size = 0;
    if (file->pMethods->xFileSize(file, &size) != SQLITE_OK) return -1;
    image->bytes = malloc(size > 0 ? (size_t)size : 1);
    if (!image->bytes) return -1;
    image->size = size;
    for (sqlite3_int64 offset = 0; offset < size; offset += 1 << 20) {
        int count = size - offset < 1 << 20 ? (int)(size - offset) : 1 << 20;
        if (file->pMethods->xRead(file, image->bytes + offset, count, offset) != SQLITE_OK) return -1;
    }
    image->exists = 1;
    return 0;
}

static image *make_image(faulty_disk *disk, const char *path, int was_there, sqlite3_file *file) {
    image *image = calloc(1, sizeof *image);
    if (!image) return NULL;
    image->path = strdup(path);
    if (!image->path || (was_there && read_certain(image, file))) {
        image_clear(image);
        free(image);
        return NULL;
    }
    image->next = disk->images;
    disk->images = image;
    return image;
}

static image *image_of(faulty_disk *disk, const char *path, int was_there, sqlite3_file *file) {
    image *image = find_image(disk, path);
    if (!image) return make_image(disk, path, was_there, file);
    // The new file takes the place of one whose removal is not certain.
    if (image->is_removed && image_change(image, 0, NULL, 0)) return NULL;
    image->is_removed = 0;
    return image;
}

// MARK: - Files

static int close_below(faulty_file *this) {
    int code = this->below->pMethods->xClose(this->below);
    pthread_mutex_lock(&this->disk->mutex);
    this->disk->open_files--;
    pthread_cond_broadcast(&this->disk->closed);
    pthread_mutex_unlock(&this->disk->mutex);
    return code;
}

static int on_close(sqlite3_file *file) { return close_below((faulty_file *)file); }

static int on_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    faulty_file *this = (faulty_file *)file;
    if (locked_fails(this->disk, FAULTY_READ)) return SQLITE_IOERR_READ;
    return this->below->pMethods->xRead(this->below, bytes, count, offset);
}

static int on_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    faulty_file *this = (faulty_file *)file;
    pthread_mutex_lock(&this->disk->mutex);
    int64_t failure = this->image ? fails(this->disk, FAULTY_WRITE) : 0;
    // Every other write that fails is done in part.
    int written = failure ? (failure % 2 ? 0 : count / 2) : count;
    int code = written > 0 ? this->below->pMethods->xWrite(this->below, bytes, written, offset) : SQLITE_OK;
    if (code == SQLITE_OK && written > 0 && this->image && image_change(this->image, offset, bytes, written)) code = SQLITE_NOMEM;
    pthread_mutex_unlock(&this->disk->mutex);
    return failure ? this->disk->write_code : code;
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size) {
    faulty_file *this = (faulty_file *)file;
    pthread_mutex_lock(&this->disk->mutex);
    int code = this->image && fails(this->disk, FAULTY_TRUNCATE) ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
    if (code == SQLITE_OK) code = this->below->pMethods->xTruncate(this->below, size);
    if (code == SQLITE_OK && this->image && image_change(this->image, size, NULL, 0)) code = SQLITE_NOMEM;
    pthread_mutex_unlock(&this->disk->mutex);
    return code;
}

static int on_sync(sqlite3_file *file, int flags) {
    (void)flags;
    faulty_file *this = (faulty_file *)file;
    if (!this->image || this->disk->is_lying) return SQLITE_OK;
    pthread_mutex_lock(&this->disk->mutex);
    int64_t failure = fails(this->disk, FAULTY_SYNC);
    int is_done = (failure ? image_settle(this->image, (uint64_t)failure) : image_sync(this->image)) == 0;
    pthread_mutex_unlock(&this->disk->mutex);
    if (!is_done) return SQLITE_NOMEM;
    return failure ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int on_file_size(sqlite3_file *file, sqlite3_int64 *size) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xFileSize(this->below, size);
}

static int on_lock(sqlite3_file *file, int level) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xLock(this->below, level);
}

static int on_unlock(sqlite3_file *file, int level) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xUnlock(this->below, level);
}

static int on_check_reserved_lock(sqlite3_file *file, int *result) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xCheckReservedLock(this->below, result);
}

static int on_file_control(sqlite3_file *file, int operation, void *argument) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xFileControl(this->below, operation, argument);
}

static int on_sector_size(sqlite3_file *file) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xSectorSize(this->below);
}

static int on_device_characteristics(sqlite3_file *file) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xDeviceCharacteristics(this->below);
}

static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **address) {
    faulty_file *this = (faulty_file *)file;
    if (extend && locked_fails(this->disk, FAULTY_SHARE)) return SQLITE_IOERR_SHMSIZE;
    return this->below->pMethods->xShmMap(this->below, page, size, extend, address);
}

static int on_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xShmLock(this->below, offset, count, flags);
}

static void on_shm_barrier(sqlite3_file *file) {
    faulty_file *this = (faulty_file *)file;
    this->below->pMethods->xShmBarrier(this->below);
}

static int on_shm_unmap(sqlite3_file *file, int is_deleted) {
    faulty_file *this = (faulty_file *)file;
    return this->below->pMethods->xShmUnmap(this->below, is_deleted);
}

// Version 2: nothing of a file is mapped, so that every read and write passes here.
static const sqlite3_io_methods methods = {
    2, on_close, on_read, on_write, on_truncate, on_sync, on_file_size, on_lock, on_unlock, on_check_reserved_lock, on_file_control,
    on_sector_size, on_device_characteristics, on_shm_map, on_shm_lock, on_shm_barrier, on_shm_unmap, NULL, NULL,
};

// MARK: - The file system

static faulty_disk *disk_of(sqlite3_vfs *vfs) { return (faulty_disk *)vfs; }

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    faulty_disk *disk = disk_of(vfs);
    faulty_file *this = (faulty_file *)file;
    int is_kept = path && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL);
    int was_there = 0;
    *this = (faulty_file){.disk = disk, .below = (sqlite3_file *)(this + 1)};
    if (is_kept && locked_fails(disk, FAULTY_OPEN)) return SQLITE_CANTOPEN;
    if (is_kept) disk->below->xAccess(disk->below, path, SQLITE_ACCESS_EXISTS, &was_there);
    int code = disk->below->xOpen(disk->below, path, this->below, flags, out_flags);
    if (code != SQLITE_OK) return code;
    pthread_mutex_lock(&disk->mutex);
    disk->open_files++;
    if (is_kept) this->image = image_of(disk, path, was_there, this->below);
    pthread_mutex_unlock(&disk->mutex);
    if (is_kept && !this->image) {
        close_below(this);
        return SQLITE_NOMEM;
    }
    this->base.pMethods = &methods;
    return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int is_synced) {
    faulty_disk *disk = disk_of(vfs);
    if (locked_fails(disk, FAULTY_DELETE)) return SQLITE_IOERR_DELETE;
    int code = disk->below->xDelete(disk->below, path, 0);
    pthread_mutex_lock(&disk->mutex);
    image *image = find_image(disk, path);
    if (image && code == SQLITE_OK) {
        image->is_removed = 1;
        if (is_synced) image->exists = 0;
    }
    pthread_mutex_unlock(&disk->mutex);
    return code;
}

static int on_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    return disk_of(vfs)->below->xAccess(disk_of(vfs)->below, path, flags, result);
}

static int on_full_pathname(sqlite3_vfs *vfs, const char *path, int count, char *result) {
    return disk_of(vfs)->below->xFullPathname(disk_of(vfs)->below, path, count, result);
}

static int on_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    return disk_of(vfs)->below->xRandomness(disk_of(vfs)->below, count, bytes);
}

static int on_sleep(sqlite3_vfs *vfs, int microseconds) {
    return disk_of(vfs)->below->xSleep(disk_of(vfs)->below, microseconds);
}

static int on_current_time(sqlite3_vfs *vfs, double *time) {
    return disk_of(vfs)->below->xCurrentTime(disk_of(vfs)->below, time);
}

static int on_last_error(sqlite3_vfs *vfs, int count, char *text) {
    return disk_of(vfs)->below->xGetLastError(disk_of(vfs)->below, count, text);
}

faulty_disk *faulty_disk_make(const char *name) {
    faulty_disk *disk = calloc(1, sizeof *disk);
    char *copy = strdup(name);
    if (!disk || !copy || pthread_mutex_init(&disk->mutex, NULL) || pthread_cond_init(&disk->closed, NULL)) {
        free(copy);
        free(disk);
        return NULL;
    }
    disk->below = sqlite3_vfs_find(NULL);
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(faulty_file) + disk->below->szOsFile,
        .mxPathname = disk->below->mxPathname,
        .zName = copy,
        .xOpen = on_open,
        .xDelete = on_delete,
        .xAccess = on_access,
        .xFullPathname = on_full_pathname,
        .xRandomness = on_randomness,
        .xSleep = on_sleep,
        .xCurrentTime = on_current_time,
        .xGetLastError = on_last_error,
    };
    if (sqlite3_vfs_register(&disk->vfs, 0) == SQLITE_OK) return disk;
    pthread_cond_destroy(&disk->closed);
    pthread_mutex_destroy(&disk->mutex);
    free(copy);
    free(disk);
    return NULL;
}

void faulty_disk_wait_until_closed(faulty_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    while (disk->open_files > 0) pthread_cond_wait(&disk->closed, &disk->mutex);
    pthread_mutex_unlock(&disk->mutex);
}

void faulty_disk_free(faulty_disk *disk) {
    faulty_disk_wait_until_closed(disk);
    sqlite3_vfs_unregister(&disk->vfs);
    for (image *image = disk->images, *next; image; image = next) {
        next = image->next;
        image_clear(image);
        free(image);
    }
    pthread_cond_destroy(&disk->closed);
    pthread_mutex_destroy(&disk->mutex);
    free((char *)disk->vfs.zName);
    free(disk);
}

// MARK: - For the tests

void faulty_disk_fail(faulty_disk *disk, int kinds, int64_t first, int64_t count, int write_code) {
    pthread_mutex_lock(&disk->mutex);
    disk->kinds = kinds;
    disk->write_code = write_code;
    disk->operations = disk->failures = 0;
    disk->first_failure = first;
    disk->last_failure = count > INT64_MAX - first ? INT64_MAX : first + count - 1;
    pthread_mutex_unlock(&disk->mutex);
}

void faulty_disk_lie(faulty_disk *disk) { disk->is_lying = 1; }

static int64_t look(faulty_disk *disk, const int64_t *value) {
    pthread_mutex_lock(&disk->mutex);
    int64_t result = *value;
    pthread_mutex_unlock(&disk->mutex);
    return result;
}

int64_t faulty_disk_operations(faulty_disk *disk) { return look(disk, &disk->operations); }

int64_t faulty_disk_failures(faulty_disk *disk) { return look(disk, &disk->failures); }

int64_t faulty_disk_unsynced(faulty_disk *disk) {
    int64_t bytes = 0;
    pthread_mutex_lock(&disk->mutex);
    for (const image *image = disk->images; image; image = image->next) {
        size_t length = strlen(image->path);
        if (length > 4 && strcmp(image->path + length - 4, "-wal") == 0 && !image->is_removed) bytes += image->unsynced;
    }
    pthread_mutex_unlock(&disk->mutex);
    return bytes;
}

static int write_file(const char *path, const image *image) {
    FILE *file = fopen(path, "w");
    if (!file) return -1;
    int is_written = fwrite(image->bytes, 1, (size_t)image->size, file) == (size_t)image->size;
    return fclose(file) == 0 && is_written ? 0 : -1;
}

int faulty_disk_cut_power(faulty_disk *disk, const char *path, const char *target, uint64_t seed) {
    image left = {0};
    int result = 0;
    pthread_mutex_lock(&disk->mutex);
    const image *image = find_image(disk, path);
    if (image) result = image_copy(image, &left) || image_settle(&left, seed) ? -1 : left.exists;
    pthread_mutex_unlock(&disk->mutex);
    if (result == 1 && write_file(target, &left)) result = -1;
    image_clear(&left);
    return result;
}
