/* What the bytes of a call are: base64, and a pattern that shows a lost or moved byte. */
#ifndef AUDIO_H
#define AUDIO_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_BYTES = 160, BYTES_PER_MS = 8, UP = 0, DOWN = 1 };

/* The byte at an offset of a call's audio in one direction. */
static inline uint8_t audio_byte(uint32_t call, int direction, uint32_t offset) {
  return (uint8_t)((offset * 2654435761u + call * 40503u + (uint32_t)direction * 97u) >> 24);
}

/* Writes base64 without a zero at the end, and gives its length. */
size_t encode_base64(const uint8_t *bytes, size_t length, char *text);

/* Reads base64, and gives the number of bytes, or -1 where it is none. */
long decode_base64(const char *text, size_t length, uint8_t *bytes);

/* The answer to a Sec-WebSocket-Key, 28 characters (RFC 6455, section 4.2.2). */
void accept_key(const char *key, size_t length, char *answer);

#endif
