/* The calls of a run: what the phone, the model and the clock share. */
#ifndef LOAD_H
#define LOAD_H

#include "audio.h"
#include "histogram.h"
#include "socket.h"

enum { FRAME_RING = 1024, DELTA_RING = 256, MARK_RING = 256, MARK_NAME = 64, MAX_DELTA_MS = 400 };

/* A moment at which bytes were written; 0 where it is outside of the measured time. */
struct delta {
  uint32_t end_offset;
  int64_t at_ns;
};

struct mark {
  int64_t due_ns;
  char name[MARK_NAME];
};

struct call {
  uint32_t index;
  char *path, *host, *signature, *call_sid, *stream_sid, *token;

  /* the phone: what it has sent, and what it plays */
  struct socket *phone;
  uint32_t sequence, frames_sent, frames_arrived;
  int64_t frame_sent_ns[FRAME_RING];
  int64_t played_until_ns;
  struct mark marks[MARK_RING];
  uint32_t first_mark, last_mark;
  int mark_timer;

  /* the model: what it says */
  struct socket *model;
  uint32_t random, response, response_bytes, said_bytes, deltas;
  int64_t response_at_ns;
  int waited_ms; /* for the caller's first audio */
  uint32_t down_sent, down_arrived;
  struct delta sent_deltas[DELTA_RING];
  uint32_t first_delta, last_delta;
};

enum timer_kind { FRAME_DUE, DELTA_DUE, MARK_DUE };

struct load {
  int epoll, target_port, is_relay;
  struct call *calls;
  uint32_t count, phones_open, phones_opening, models_ready, models_seen;
  int64_t measured_from_ns, measured_to_ns;
  int is_sending;
  uint64_t frames, arrived, deltas, deltas_arrived, marks_sent, clears, other_events;
  struct histogram up, down, late;
};

extern struct load load;

/* Asks for a call of `fire` at that time; each kind is pending once a call. */
void set_timer(int64_t due_ns, enum timer_kind kind, struct call *call);

/* Notes what makes the run worthless; the first is told. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The time if it lies in the measured part of the run, else 0. */
int64_t if_measured(int64_t ns);

/* The text between `before` and the next quote. */
char *find_text(char *text, size_t length, const char *before, size_t *found_length);

void open_phone(struct call *call);
void send_caller_frame(struct call *call, int64_t due_ns);
void return_marks(struct call *call, int64_t at_ns);
void hang_up(struct call *call);

void accept_model(int listener);
void begin_agent(struct call *call, int64_t at_ns);
void speak(struct call *call, int64_t due_ns);

#endif
