/* The same in C: what the kernel's sockets cost. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, BYTES = 65536 };

struct end {
  int fd;
  struct end *other;
};

static int epoll;

static struct end *add(int fd) {
  struct end *end = calloc(1, sizeof *end);
  int on = 1;
  if (end == NULL) abort();
  end->fd = fd;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  return end;
}

static void drop(struct end *end) {
  if (end->fd < 0) return;
  close(end->fd);
  close(end->other->fd);
  end->fd = end->other->fd = -1;
}

static void pass(struct end *end) {
  static char bytes[BYTES];
  if (end->fd < 0) return;
  ssize_t got = recv(end->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return drop(end);
  for (ssize_t put = 0, sent; put < got; put += sent) {
    sent = send(end->other->fd, bytes + put, (size_t)(got - put), MSG_NOSIGNAL);
    if (sent <= 0) return drop(end);
  }
}

int main(void) {
  const char *url = getenv("MODEL_URL"), *colon = url == NULL ? NULL : strrchr(url, ':');
  if (colon == NULL) return 1;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in model = here;
  socklen_t length = sizeof here;
  model.sin_port = htons((uint16_t)atoi(colon + 1));
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, 4096) < 0) return 1;
  getsockname(listener, (struct sockaddr *)&here, &length);
  printf("listening %d\n", ntohs(here.sin_port));
  fflush(stdout);
  epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENTS];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr != NULL) {
        pass(events[i].data.ptr);
        continue;
      }
      int phone = accept(listener, NULL, NULL), far = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(far, (struct sockaddr *)&model, sizeof model) < 0) return 1;
      struct end *one = add(phone), *two = add(far);
      one->other = two;
      two->other = one;
    }
  }
}
