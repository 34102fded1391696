#include "image.h"
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512 };

struct change {
    struct change *next;
    int64_t offset, count;
    // Shorter than `offset + count` from here on.
    int is_truncation;
    uint8_t bytes[];
};

// SplitMix64.
static uint64_t draw(uint64_t *state) {
    uint64_t word = *state += 0x9E3779B97F4A7C15u;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
    return word ^ (word >> 31);
}

static int resize(image *image, int64_t size) {
    uint8_t *bytes = realloc(image->bytes, size > 0 ? (size_t)size : 1);
    if (!bytes) return -1;
    if (size > image->size) memset(bytes + image->size, 0, (size_t)(size - image->size));
    image->bytes = bytes;
    image->size = size;
    return 0;
}

static int write_part(image *image, const struct change *change, int64_t from, int64_t to) {
    if (change->offset + to > image->size && resize(image, change->offset + to)) return -1;
    memcpy(image->bytes + change->offset + from, change->bytes + from, (size_t)(to - from));
    return 0;
}

static int apply(image *image, const struct change *change) {
    if (!change->is_truncation) return write_part(image, change, 0, change->count);
    return change->offset < image->size ? resize(image, change->offset) : 0;
}

static int apply_sectors(image *image, const struct change *change, uint64_t *random) {
    for (int64_t from = 0; from < change->count;) {
        int64_t end = (change->offset + from) / SECTOR * SECTOR + SECTOR - change->offset;
        int64_t to = end < change->count ? end : change->count;
        if (draw(random) % 2 && write_part(image, change, from, to)) return -1;
        from = to;
    }
    return 0;
}

static void forget_changes(image *image) {
    for (struct change *change = image->first, *next; change; change = next) {
        next = change->next;
        free(change);
    }
    image->first = image->last = NULL;
    image->unsynced = 0;
}

int image_change(image *image, int64_t offset, const void *bytes, int64_t count) {
    struct change *change = malloc(sizeof *change + (bytes ? (size_t)count : 0));
    if (!change) return -1;
    *change = (struct change){.offset = offset, .count = count, .is_truncation = !bytes};
    if (bytes) memcpy(change->bytes, bytes, (size_t)count);
    if (image->last) image->last->next = change;
    else image->first = change;
    image->last = change;
    if (bytes) image->unsynced += count;
    return 0;
}

int image_sync(image *image) {
    for (const struct change *change = image->first; change; change = change->next)
        if (apply(image, change)) return -1;
    forget_changes(image);
    image->exists = 1;
    return 0;
}

int image_settle(image *image, uint64_t seed) {
    uint64_t random = seed;
    // Now and then nothing or everything gets there, otherwise anything.
    uint64_t mode = draw(&random) % 4;
    if (image->is_removed && draw(&random) % 2) image->exists = 0;
    if (image->first && !image->exists && !image->is_removed) image->exists = mode == 1 || (mode > 1 && draw(&random) % 2);
    for (const struct change *change = image->first; change && mode > 0; change = change->next) {
        int is_whole = mode == 1 || (mode == 2 && draw(&random) % 2);
        int is_torn = mode == 3 && !change->is_truncation;
        if (is_whole || (mode == 3 && change->is_truncation && draw(&random) % 2)) {
            if (apply(image, change)) return -1;
        } else if (is_torn && apply_sectors(image, change, &random)) {
            return -1;
        }
    }
    forget_changes(image);
    return 0;
}

int image_copy(const image *from, image *to) {
    *to = (image){.exists = from->exists, .is_removed = from->is_removed};
    if (resize(to, from->size)) return -1;
    memcpy(to->bytes, from->bytes, (size_t)from->size);
    for (const struct change *change = from->first; change; change = change->next)
        if (image_change(to, change->offset, change->is_truncation ? NULL : change->bytes, change->count)) return -1;
    return 0;
}

void image_clear(image *image) {
    forget_changes(image);
    free(image->bytes);
    free(image->path);
    image->bytes = NULL;
    image->path = NULL;
}
