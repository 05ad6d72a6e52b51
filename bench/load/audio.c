#include "audio.h"

#include <string.h>

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t encode_base64(const uint8_t *bytes, size_t length, char *text) {
  char *to = text;
  size_t i = 0;
  for (; i + 2 < length; i += 3) {
    uint32_t three = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
    *to++ = ALPHABET[three >> 18];
    *to++ = ALPHABET[three >> 12 & 63];
    *to++ = ALPHABET[three >> 6 & 63];
    *to++ = ALPHABET[three & 63];
  }
  if (i < length) {
    uint32_t rest = (uint32_t)bytes[i] << 16 | (i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0);
    *to++ = ALPHABET[rest >> 18];
    *to++ = ALPHABET[rest >> 12 & 63];
    *to++ = i + 1 < length ? ALPHABET[rest >> 6 & 63] : '=';
    *to++ = '=';
  }
  return (size_t)(to - text);
}

long decode_base64(const char *text, size_t length, uint8_t *bytes) {
  static int8_t value_of[256];
  static int ready;
  if (!ready) {
    memset(value_of, -1, sizeof value_of);
    for (int i = 0; i < 64; i++) value_of[(uint8_t)ALPHABET[i]] = (int8_t)i;
    ready = 1;
  }
  if (length % 4 != 0) return -1;
  uint8_t *to = bytes;
  for (size_t i = 0; i < length; i += 4) {
    int padding = 0;
    uint32_t four = 0;
    for (int j = 0; j < 4; j++) {
      char c = text[i + (size_t)j];
      int value = value_of[(uint8_t)c];
      if (c == '=' && i + 4 == length && j >= 2) {
        padding++;
        value = 0;
      } else if (value < 0 || padding > 0) {
        return -1;
      }
      four = four << 6 | (uint32_t)value;
    }
    *to++ = (uint8_t)(four >> 16);
    if (padding < 2) *to++ = (uint8_t)(four >> 8);
    if (padding < 1) *to++ = (uint8_t)four;
  }
  return to - bytes;
}

static uint32_t rotate(uint32_t word, int bits) { return word << bits | word >> (32 - bits); }

/* SHA-1 of one or two blocks (FIPS 180-4): only the handshake needs it, so no library does. */
static void sha1(const uint8_t *message, size_t length, uint8_t *digest) {
  uint8_t blocks[128] = {0};
  memcpy(blocks, message, length);
  blocks[length] = 0x80;
  size_t total = length < 56 ? 64 : 128;
  for (int i = 0; i < 8; i++) blocks[total - 1 - (size_t)i] = (uint8_t)((uint64_t)length * 8 >> 8 * i);
  uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (size_t at = 0; at < total; at += 64) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++) {
      const uint8_t *b = blocks + at + 4 * i;
      w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
      uint32_t f, k;
      if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
      else if (i < 40) f = b ^ c ^ d, k = 0x6ed9eba1;
      else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
      else f = b ^ c ^ d, k = 0xca62c1d6;
      uint32_t next = rotate(a, 5) + f + e + k + w[i];
      e = d, d = c, c = rotate(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

void accept_key(const char *key, size_t length, char *answer) {
  static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  uint8_t text[64 + sizeof GUID], digest[20];
  if (length > 64) length = 64;
  memcpy(text, key, length);
  memcpy(text + length, GUID, sizeof GUID - 1);
  sha1(text, length + sizeof GUID - 1, digest);
  encode_base64(digest, sizeof digest, answer);
}
