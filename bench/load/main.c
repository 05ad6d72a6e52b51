/*
 * The load: phones and model in one process, so that both ends have one clock.
 * It prints the port of the model, then obeys its standard input:
 *   target PORT                     where the bridge listens
 *   relay                           what stands between knows nothing of the messages
 *   call PATH HOST SIGNATURE CALLSID STREAMSID TOKEN
 *   room CALLS                      so many calls at most; before the first, if more come while it runs
 *   run WARM_MS MEASURED_MS PART_MS a call that comes after this begins at once; 0 for no parts
 * It prints JSON lines; a run ends with `result` or `failed`. After each part of the measured time comes
 * `part`, with what has been counted so far.
 */
#define _GNU_SOURCE
#include "load.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, MAX_OPENING = 32, INPUT_BYTES = 1 << 16 };
static const int64_t MS = 1000000, OPEN_MS = 30000, DRAIN_MS = 5000, SETTLE_MS = 200;

struct load load;
static int64_t opened_ns, warm_ms, measured_ms, part_ms, part_ends_ns;
static enum { WAITING, OPENING, SETTLING, RUNNING, DRAINING } phase;
static int64_t phase_ns, busy_from_ns;
static uint32_t next_phone, room;

struct timer {
  int64_t due_ns;
  struct call *call;
  enum timer_kind kind;
};
static struct timer *timers;
static size_t timer_count, timer_room;

void set_timer(int64_t due_ns, enum timer_kind kind, struct call *call) {
  if (timer_count == timer_room) {
    timer_room = timer_room ? timer_room * 2 : 4096;
    timers = realloc(timers, timer_room * sizeof *timers);
    if (timers == NULL) abort();
  }
  size_t at = timer_count++;
  for (; at > 0 && timers[(at - 1) / 2].due_ns > due_ns; at = (at - 1) / 2)
    timers[at] = timers[(at - 1) / 2];
  timers[at] = (struct timer){due_ns, call, kind};
}

static struct timer pop_timer(void) {
  struct timer first = timers[0], last = timers[--timer_count];
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= timer_count) break;
    if (child + 1 < timer_count && timers[child + 1].due_ns < timers[child].due_ns) child++;
    if (last.due_ns <= timers[child].due_ns) break;
    timers[at] = timers[child];
    at = child;
  }
  timers[at] = last;
  return first;
}

void fail(const char *format, ...) {
  char text[512], *at;
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  for (at = text; *at; at++)
    if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ') *at = '\'';
  printf("{\"event\":\"failed\",\"what\":\"%s\"}\n", text);
  fflush(stdout);
  _exit(1);
}

int64_t if_measured(int64_t ns) {
  return ns >= load.measured_from_ns && ns < load.measured_to_ns ? ns : 0;
}

char *find_text(char *text, size_t length, const char *before, size_t *found_length) {
  size_t size = strlen(before);
  char *found = memmem(text, length, before, size);
  if (found == NULL) return NULL;
  found += size;
  char *quote = memchr(found, '"', length - (size_t)(found - text));
  *found_length = quote == NULL ? 0 : (size_t)(quote - found);
  return found;
}

static int64_t busy_ns(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000 +
         (int64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
}

static void make_room(uint32_t calls) {
  load.calls = realloc(load.calls, calls * sizeof *load.calls);
  if (load.calls == NULL) abort();
  room = calls;
}

static void obey(char *line) {
  char *word = strtok(line, " ");
  if (word == NULL) return;
  if (strcmp(word, "target") == 0) {
    load.target_port = atoi(strtok(NULL, " "));
  } else if (strcmp(word, "relay") == 0) {
    load.is_relay = 1;
  } else if (strcmp(word, "room") == 0) {
    make_room((uint32_t)atoi(strtok(NULL, " ")));
  } else if (strcmp(word, "call") == 0) {
    if (load.count == room) {
      if (phase != WAITING) return fail("there is no room for call %u", load.count);
      make_room(room ? room * 2 : 256);
    }
    struct call *call = &load.calls[load.count];
    memset(call, 0, sizeof *call);
    call->index = load.count++;
    char **fields[] = {&call->path, &call->host, &call->signature, &call->call_sid, &call->stream_sid, &call->token};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
      char *value = strtok(NULL, " ");
      *fields[i] = strdup(value == NULL ? "" : value);
    }
  } else if (strcmp(word, "run") == 0) {
    warm_ms = atoi(strtok(NULL, " "));
    measured_ms = atoi(strtok(NULL, " "));
    part_ms = atoi(strtok(NULL, " "));
    opened_ns = now_ns();
    phase = OPENING;
  }
}

static void read_input(void) {
  static char input[INPUT_BYTES];
  static size_t length;
  ssize_t got = read(STDIN_FILENO, input + length, sizeof input - 1 - length);
  if (got <= 0) exit(0); /* whoever started it is gone */
  length += (size_t)got;
  input[length] = 0;
  char *line = input, *newline;
  while ((newline = strchr(line, '\n')) != NULL) {
    *newline = 0;
    obey(line);
    line = newline + 1;
  }
  length = strlen(line);
  memmove(input, line, length);
}

static void tell(const char *event, int64_t ns) {
  printf("{\"event\":\"%s\",\"ms\":%.3f}\n", event, (double)ns / 1e6);
  fflush(stdout);
}

static void print_counted(const char *event) {
  printf("{\"event\":\"%s\",\"frames\":%llu,\"framesArrived\":%llu,\"deltas\":%llu,"
         "\"deltasArrived\":%llu,\"marks\":%llu,\"clears\":%llu,\"others\":%llu,\"up\":",
         event, (unsigned long long)load.frames, (unsigned long long)load.arrived,
         (unsigned long long)load.deltas, (unsigned long long)load.deltas_arrived,
         (unsigned long long)load.marks_sent, (unsigned long long)load.clears,
         (unsigned long long)load.other_events);
  print_histogram(&load.up);
  printf(",\"down\":");
  print_histogram(&load.down);
  printf(",\"late\":");
  print_histogram(&load.late);
  printf("}\n");
  fflush(stdout);
}

/* Goes from one part of the run to the next. */
static void step(int64_t now) {
  switch (phase) {
    case WAITING:
      return;
    case OPENING:
      while (next_phone < load.count && load.phones_opening < MAX_OPENING)
        open_phone(&load.calls[next_phone++]);
      if (load.phones_open == load.count && load.models_ready >= load.count) {
        phase = SETTLING;
        phase_ns = now + SETTLE_MS * MS;
        tell("opened", now - opened_ns);
      } else if (now - opened_ns > OPEN_MS * MS) {
        fail("after %lld s %u of %u streams are open and %u sessions are ready",
             (long long)OPEN_MS / 1000, load.phones_open, load.count, load.models_ready);
      }
      return;
    case SETTLING:
      if (now < phase_ns) return;
      load.is_sending = 1;
      load.measured_from_ns = now + warm_ms * MS;
      load.measured_to_ns = load.measured_from_ns + measured_ms * MS;
      part_ends_ns = part_ms > 0 ? load.measured_from_ns + part_ms * MS : INT64_MAX;
      /* A call that came since all were open begins when its own stream is open. */
      for (uint32_t i = 0; i < next_phone; i++) {
        set_timer(now + 20 * MS * i / next_phone, FRAME_DUE, &load.calls[i]);
        begin_agent(&load.calls[i], now + 100 * MS);
      }
      phase = RUNNING;
      return;
    case RUNNING:
      while (next_phone < load.count && load.phones_opening < MAX_OPENING)
        open_phone(&load.calls[next_phone++]);
      if (busy_from_ns == 0 && now >= load.measured_from_ns) {
        busy_from_ns = busy_ns();
        tell("measuring", now);
      }
      if (now >= part_ends_ns) {
        part_ends_ns += part_ms * MS;
        print_counted("part");
      }
      if (now < load.measured_to_ns) return;
      tell("measured", busy_ns() - busy_from_ns);
      phase = DRAINING;
      phase_ns = now + DRAIN_MS * MS;
      return;
    case DRAINING:
      if ((load.arrived < load.frames || load.deltas_arrived < load.deltas) && now < phase_ns)
        return;
      load.is_sending = 0;
      for (uint32_t i = 0; i < load.count; i++)
        if (load.calls[i].frames_sent > 0 && load.calls[i].model == NULL)
          fail("call %u: no audio of the caller came", i);
      print_counted("result");
      for (uint32_t i = 0; i < load.count; i++) hang_up(&load.calls[i]);
      usleep(200000); /* the bridge takes what it has been sent */
      exit(0);
  }
}

static void fire(int64_t now) {
  while (timer_count > 0 && timers[0].due_ns <= now) {
    struct timer timer = pop_timer();
    if (timer.kind == MARK_DUE) {
      if (timer.call->phone != NULL) return_marks(timer.call, now);
    } else if (phase == DRAINING) {
      continue; /* the rest of what was sent is waited for, and no more is sent */
    } else if (timer.kind == FRAME_DUE) {
      send_caller_frame(timer.call, timer.due_ns);
    } else {
      speak(timer.call, timer.due_ns);
    }
  }
}

int main(int argc, char **argv) {
  struct rlimit files = {0};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (argc == 3) {
    const char *fault = prepare_tls(argv[1], argv[2]);
    if (fault != NULL) fail("%s", fault);
  }
  int port, listener = listen_on_loopback(&port);
  load.epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listener};
  epoll_ctl(load.epoll, EPOLL_CTL_ADD, listener, &event);
  event.data.ptr = NULL;
  epoll_ctl(load.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  printf("{\"event\":\"listening\",\"port\":%d}\n", port);
  fflush(stdout);
  for (;;) {
    struct epoll_event events[EVENTS];
    int64_t now = now_ns();
    fire(now);
    step(now);
    int64_t wait_ns = 5 * MS;
    if (timer_count > 0 && timers[0].due_ns - now < wait_ns) wait_ns = timers[0].due_ns - now;
    struct timespec wait = {.tv_nsec = wait_ns < 0 ? 0 : wait_ns};
    int count = epoll_pwait2(load.epoll, events, EVENTS, &wait, NULL);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr == NULL) read_input();
      else if (events[i].data.ptr == &listener) accept_model(listener);
      else advance(events[i].data.ptr, events[i].events);
    }
  }
}
