#define _GNU_SOURCE
#include "socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
static SSL_CTX *context;
#endif

enum { READ_BYTES = 65536, TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

/* Any key will do for a program that only talks to this machine, and one that stays is cheap. */
static const uint8_t MASK[4] = {0x37, 0xfa, 0x21, 0x3d};

static int epoll_of_all;

int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void reserve(struct buffer *buffer, size_t more) {
  if (buffer->length + more <= buffer->capacity) return;
  size_t capacity = buffer->capacity ? buffer->capacity : 4096;
  while (capacity < buffer->length + more) capacity *= 2;
  buffer->bytes = realloc(buffer->bytes, capacity);
  if (buffer->bytes == NULL) abort();
  buffer->capacity = capacity;
}

static void drop(struct buffer *buffer, size_t length) {
  buffer->length -= length;
  if (length > 0) memmove(buffer->bytes, buffer->bytes + length, buffer->length);
}

const char *prepare_tls(const char *certificate_path, const char *key_path) {
#ifdef WITH_TLS
  context = SSL_CTX_new(TLS_server_method());
  if (context == NULL) return "no TLS context";
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_file(context, certificate_path, SSL_FILETYPE_PEM) != 1)
    return "the certificate cannot be read";
  if (SSL_CTX_use_PrivateKey_file(context, key_path, SSL_FILETYPE_PEM) != 1)
    return "the key cannot be read";
  return NULL;
#else
  (void)certificate_path, (void)key_path;
  return "built without TLS";
#endif
}

int listen_on_loopback(int *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
      listen(fd, 4096) < 0 || getsockname(fd, (struct sockaddr *)&address, &length) < 0) {
    perror("listen");
    exit(1);
  }
  *port = ntohs(address.sin_port);
  return fd;
}

static void watch(struct socket *socket, int operation) {
  struct epoll_event event = {.events = EPOLLIN | (socket->wants_write ? EPOLLOUT : 0u),
                              .data.ptr = socket};
  epoll_ctl(epoll_of_all, operation, socket->fd, &event);
}

struct socket *open_socket(int epoll, int fd, int is_client) {
  struct socket *socket = calloc(1, sizeof *socket);
  int on = 1;
  if (socket == NULL) abort();
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  epoll_of_all = epoll;
  socket->fd = fd;
  socket->is_client = is_client;
  socket->state = is_client ? CONNECTING : GREETING;
  socket->wants_write = is_client;
#ifdef WITH_TLS
  if (!is_client && context != NULL) {
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, fd);
    SSL_set_accept_state(tls);
    socket->tls = tls;
    socket->state = SECURING;
  }
#endif
  watch(socket, EPOLL_CTL_ADD);
  return socket;
}

struct socket *connect_to_loopback(int epoll, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return NULL;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
    close(fd);
    return NULL;
  }
  return open_socket(epoll, fd, 1);
}

static void end(struct socket *socket, const char *why) {
  if (socket->state == CLOSED) return;
  socket->state = CLOSED;
  epoll_ctl(epoll_of_all, EPOLL_CTL_DEL, socket->fd, NULL);
  close(socket->fd);
  socket->on_close(socket, why);
}

/* What read or write came to: a length, 0 for "not now", or -1 for the end. */
static long try_read(struct socket *socket, char *bytes, size_t length) {
#ifdef WITH_TLS
  if (socket->tls != NULL) {
    int got = SSL_read(socket->tls, bytes, (int)length);
    if (got > 0) return got;
    int error = SSL_get_error(socket->tls, got);
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
  }
#endif
  ssize_t got = read(socket->fd, bytes, length);
  if (got > 0) return got;
  return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static long try_write(struct socket *socket, const char *bytes, size_t length) {
#ifdef WITH_TLS
  if (socket->tls != NULL) {
    int put = SSL_write(socket->tls, bytes, (int)length);
    if (put > 0) return put;
    int error = SSL_get_error(socket->tls, put);
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
  }
#endif
  ssize_t put = send(socket->fd, bytes, length, MSG_NOSIGNAL);
  if (put > 0) return put;
  return put < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static void flush(struct socket *socket) {
  while (socket->out.length > 0) {
    long put = try_write(socket, socket->out.bytes, socket->out.length);
    if (put < 0) return end(socket, "it was lost while writing");
    if (put == 0) break;
    drop(&socket->out, (size_t)put);
  }
  int wants_write = socket->out.length > 0;
  if (wants_write == socket->wants_write) return;
  socket->wants_write = wants_write;
  watch(socket, EPOLL_CTL_MOD);
}

void send_raw(struct socket *socket, const char *bytes, size_t length) {
  if (socket->state == CLOSED) return;
  long put = 0;
  if (socket->out.length == 0) {
    put = try_write(socket, bytes, length);
    if (put < 0) return end(socket, "it was lost while writing");
  }
  if ((size_t)put == length) return;
  reserve(&socket->out, length - (size_t)put);
  memcpy(socket->out.bytes + socket->out.length, bytes + put, length - (size_t)put);
  socket->out.length += length - (size_t)put;
  flush(socket);
}

static void send_frame(struct socket *socket, int opcode, const char *bytes, size_t length) {
  static char frame[READ_BYTES + 16];
  if (length > READ_BYTES) return end(socket, "a frame of the generator is too long");
  size_t at = 2;
  frame[0] = (char)(0x80 | opcode);
  if (length < 126) {
    frame[1] = (char)length;
  } else {
    frame[1] = 126;
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
    at = 4;
  }
  if (socket->is_client) {
    frame[1] |= (char)0x80;
    memcpy(frame + at, MASK, sizeof MASK);
    at += sizeof MASK;
    for (size_t i = 0; i < length; i++) frame[at + i] = (char)(bytes[i] ^ MASK[i & 3]);
  } else {
    memcpy(frame + at, bytes, length);
  }
  send_raw(socket, frame, at + length);
}

void send_text(struct socket *socket, const char *text, size_t length) {
  send_frame(socket, TEXT, text, length);
}

size_t waiting_bytes(const struct socket *socket) { return socket->out.length; }

/* Takes one frame from the bytes given; gives how many it was, or 0 where it is not whole. */
static size_t take_frame(struct socket *socket, char *bytes, size_t length) {
  const uint8_t *head = (const uint8_t *)bytes;
  if (length < 2) return 0;
  size_t at = 2, size = head[1] & 0x7f;
  int masked = head[1] >> 7, opcode = head[0] & 0x0f;
  size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (length < at + more + (masked ? 4 : 0)) return 0;
  if (more > 0) {
    size = 0;
    for (size_t i = 0; i < more; i++) size = size << 8 | head[at + i];
    at += more;
  }
  const uint8_t *mask = head + at;
  if (masked) at += 4;
  if (length < at + size) return 0;
  char *content = bytes + at;
  if (masked)
    for (size_t i = 0; i < size; i++) content[i] = (char)(content[i] ^ mask[i & 3]);
  if ((head[0] & 0x80) == 0) {
    end(socket, "it sent a fragmented message");
  } else if (opcode == TEXT) {
    socket->on_text(socket, content, size);
  } else if (opcode == PING) {
    send_frame(socket, PONG, content, size);
  } else if (opcode == CLOSE) {
    static char why[160];
    int code = size >= 2 ? (uint8_t)content[0] << 8 | (uint8_t)content[1] : 1005;
    snprintf(why, sizeof why, "it was closed with %d %.*s", code, (int)(size > 2 ? size - 2 : 0),
             content + 2);
    end(socket, why);
  }
  return at + size;
}

static void take(struct socket *socket) {
  size_t at = 0;
  if (socket->state == GREETING) {
    char *end_of_head = memmem(socket->in.bytes, socket->in.length, "\r\n\r\n", 4);
    if (end_of_head == NULL) return;
    at = (size_t)(end_of_head - socket->in.bytes) + 4;
    socket->state = OPEN;
    socket->on_head(socket, socket->in.bytes, at);
  }
  while (socket->state == OPEN) {
    size_t used = take_frame(socket, socket->in.bytes + at, socket->in.length - at);
    if (used == 0) break;
    at += used;
  }
  drop(&socket->in, at);
}

void advance(struct socket *socket, uint32_t events) {
  if (socket->state == CLOSED) return;
  if (socket->state == CONNECTING) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return end(socket, strerror(error));
    if ((events & EPOLLOUT) == 0) return;
    socket->state = GREETING;
    socket->on_head(socket, NULL, 0);
  }
#ifdef WITH_TLS
  if (socket->state == SECURING) {
    int done = SSL_accept(socket->tls);
    if (done != 1) {
      int error = SSL_get_error(socket->tls, done);
      ERR_clear_error();
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        end(socket, "the TLS handshake failed");
      return;
    }
    socket->state = GREETING;
  }
#endif
  if (events & EPOLLOUT) flush(socket);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  for (;;) {
    if (socket->state == CLOSED) return;
    reserve(&socket->in, READ_BYTES);
    long got = try_read(socket, socket->in.bytes + socket->in.length, READ_BYTES);
    if (got < 0) return end(socket, "it was cut without a close");
    if (got == 0) return;
    socket->in.length += (size_t)got;
    take(socket);
    if (socket->tls == NULL && got < READ_BYTES) return; /* epoll tells of what is left */
  }
}
