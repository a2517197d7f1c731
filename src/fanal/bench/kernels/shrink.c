/* The loop `shrink` of media/pdq_kernel.py in C, argument for argument, to compare the two. Never part of Fanal. */
#include <stdint.h>

enum { SIDE = 64 };

void shrink(const uint8_t *pixels, int64_t pitch, const int64_t *rows, const float *weights, int64_t n_rows,
            const int64_t *columns, const float *across, int64_t n_across, const float *channels, int64_t n_channels,
            float *restrict wide, int64_t values, float *restrict turned, int64_t n_columns, float *restrict small)
{
    for (int64_t i = 0; i < SIDE; i++) {
        for (int64_t k = 0; k < n_rows; k += 4) {
            const float *w = weights + i * n_rows + k;
            const int64_t *r = rows + i * n_rows + k;
            float a = w[0], b = w[1], c = w[2], d = w[3];
            const uint8_t *one = pixels + r[0] * pitch, *two = pixels + r[1] * pitch;
            const uint8_t *three = pixels + r[2] * pitch, *four = pixels + r[3] * pitch;
            if (k == 0)
                for (int64_t j = 0; j < values; j++)
                    wide[j] = a * one[j] + b * two[j] + c * three[j] + d * four[j];
            else
                for (int64_t j = 0; j < values; j++)
                    wide[j] += a * one[j] + b * two[j] + c * three[j] + d * four[j];
        }
        if (n_channels == 1)
            for (int64_t j = 0; j < n_columns; j++)
                turned[j * SIDE + i] = wide[j];
        else
            for (int64_t j = 0; j < n_columns; j++)
                turned[j * SIDE + i] =
                    channels[0] * wide[j * 3] + channels[1] * wide[j * 3 + 1] + channels[2] * wide[j * 3 + 2];
    }
    for (int64_t o = 0; o < SIDE; o++) {
        float *row = small + o * SIDE;
        for (int64_t i = 0; i < SIDE; i++)
            row[i] = 0;
        for (int64_t k = 0; k < n_across; k++) {
            float weight = across[o * n_across + k];
            const float *from = turned + columns[o * n_across + k] * SIDE;
            for (int64_t i = 0; i < SIDE; i++)
                row[i] += weight * from[i];
        }
    }
}
