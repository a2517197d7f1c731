/* The loop `join` of media/hamming_kernel.py in C, argument for argument, to compare the two. Never part of Fanal. */
#include <stdint.h>

#define ONES(x) ((int64_t)__builtin_popcountll(x))

/* Returns the place to go on from; `*written_out` is how many pairs were written. */
int64_t join(const uint64_t *queries, const uint32_t *order, int64_t n_order, const uint32_t *keys, int64_t at,
             const uint32_t *flips, int64_t n_flips, const uint32_t *starts, const uint32_t *ids, const uint64_t *words,
             int64_t n_words, int in_order, int64_t radius, const uint64_t *earlier, const int64_t *reach,
             int64_t n_earlier, int itself, int64_t limit, uint32_t *counts, uint32_t *out_query, uint32_t *out_entry,
             uint8_t *out_distance, int64_t room, int64_t *written_out)
{
    const uint64_t *w0 = words, *w1 = words + n_words, *w2 = words + 2 * n_words, *w3 = words + 3 * n_words;
    int64_t written = 0;
    for (; at < n_order; at++) {
        uint32_t q = order[at];
        int64_t had = counts[q];
        if (had > limit)
            continue;
        if (written + limit - had + 1 > room)
            break;
        uint64_t a = queries[4 * (int64_t)q], b = queries[4 * (int64_t)q + 1];
        uint64_t c = queries[4 * (int64_t)q + 2], d = queries[4 * (int64_t)q + 3];
        for (int64_t f = 0; f < n_flips && had <= limit; f++) {
            uint32_t bucket = keys[q] ^ flips[f];
            int64_t first = starts[bucket], end = starts[bucket + 1];
            if (in_order) {
                uint64_t least = 256;
                for (int64_t p = first; p < end; p++) {
                    uint64_t half = __builtin_popcountll(a ^ w0[p]) + __builtin_popcountll(b ^ w1[p]);
                    least = half < least ? half : least;
                }
                if (least > (uint64_t)radius)
                    continue;
            }
            for (int64_t p = first; p < end; p++) {
                uint32_t e = ids[p];
                int64_t row = in_order ? p : (int64_t)e;
                uint64_t x = a ^ w0[row], y = b ^ w1[row];
                int64_t distance = ONES(x) + ONES(y);
                if (distance > radius)
                    continue;
                uint64_t z = c ^ w2[row], w = d ^ w3[row];
                distance += ONES(z) + ONES(w);
                if (distance > radius || (itself && e == q))
                    continue;
                int told = 0;
                for (int64_t k = 0; k < n_earlier && !told; k++) {
                    const uint64_t *m = earlier + 4 * k;
                    told = ONES(x & m[0]) + ONES(y & m[1]) + ONES(z & m[2]) + ONES(w & m[3]) <= reach[k];
                }
                if (told)
                    continue;
                if (++had > limit)
                    break;
                if (!itself || e > q) {
                    out_query[written] = q;
                    out_entry[written] = e;
                    out_distance[written++] = (uint8_t)distance;
                }
            }
        }
        counts[q] = (uint32_t)had;
    }
    *written_out = written;
    return at;
}
