/* One WebSocket over TCP or TLS, on either end, with what the generator needs of RFC 6455. */
#ifndef SOCKET_H
#define SOCKET_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
  char *bytes;
  size_t length, capacity;
};

enum socket_state { CONNECTING, SECURING, GREETING, OPEN, CLOSED };

struct socket {
  int fd;
  enum socket_state state;
  int is_client; /* a client masks what it sends */
  int wants_write;
  void *tls;
  void *owner;
  struct buffer in, out;
  /* Told when the head of the other side has come; a client gets its status. */
  void (*on_head)(struct socket *, const char *head, size_t length);
  void (*on_text)(struct socket *, char *text, size_t length);
  /* Why the socket is gone, in words. */
  void (*on_close)(struct socket *, const char *why);
};

/* Nanoseconds of the monotonic clock. */
int64_t now_ns(void);

/* Prepares TLS for the accepting side; NULL, or why it cannot be. */
const char *prepare_tls(const char *certificate_path, const char *key_path);

/* Listens on a free port of loopback; gives the descriptor. */
int listen_on_loopback(int *port);

/* Takes over a descriptor: accepted (with TLS if it is prepared), or connecting. */
struct socket *open_socket(int epoll, int fd, int is_client);
struct socket *connect_to_loopback(int epoll, int port);

/* Reads, writes or goes on with the handshake, as epoll says. */
void advance(struct socket *socket, uint32_t events);

void send_raw(struct socket *socket, const char *bytes, size_t length);
void send_text(struct socket *socket, const char *text, size_t length);

/* Bytes that the kernel has not taken yet. */
size_t waiting_bytes(const struct socket *socket);

#endif
