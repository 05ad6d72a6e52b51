/* Latencies in whole microseconds; from 128 on in buckets of at most 1.6 percent. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>

enum { STEPS = 64, BUCKETS = STEPS * 26 };

struct histogram {
  uint64_t counts[BUCKETS];
};

static inline void note(struct histogram *histogram, int64_t ns) {
  uint64_t us = ns < 0 ? 0 : (uint64_t)ns / 1000;
  uint64_t bucket = us;
  if (us >= STEPS) {
    int shift = 63 - __builtin_clzll(us) - 6;
    bucket = (uint64_t)STEPS * (uint64_t)shift + (us >> shift);
  }
  histogram->counts[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
}

/* Prints [[upper bound in microseconds, count], …]. */
static inline void print_histogram(const struct histogram *histogram) {
  const char *comma = "";
  putchar('[');
  for (uint64_t bucket = 0; bucket < BUCKETS; bucket++) {
    if (histogram->counts[bucket] == 0) continue;
    uint64_t shift = bucket < STEPS ? 0 : bucket / STEPS - 1;
    uint64_t upper = ((bucket - STEPS * shift + 1) << shift) - 1;
    printf("%s[%llu,%llu]", comma, (unsigned long long)upper,
           (unsigned long long)histogram->counts[bucket]);
    comma = ",";
  }
  putchar(']');
}

#endif
