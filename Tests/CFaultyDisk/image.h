#pragma once
#include <stdint.h>

// What a file is for certain, and what was written to it since and may be lost.
typedef struct image image;

struct image {
    image *next;
    char *path;
    uint8_t *bytes;
    int64_t size;
    // Whether the file is there for certain, and whether its removal may be lost.
    int exists, is_removed;
    struct change *first, *last;
    int64_t unsynced;
};

// Truncates when `bytes` is NULL. All of these give 0, or -1 without memory.
int image_change(image *image, int64_t offset, const void *bytes, int64_t count);
// All changes are certain now.
int image_sync(image *image);
// Each change is certain, or lost, or, sector by sector, either.
int image_settle(image *image, uint64_t seed);
// A copy without its path.
int image_copy(const image *from, image *to);
// Gives back everything but the image itself.
void image_clear(image *image);
