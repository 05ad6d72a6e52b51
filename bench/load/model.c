/* Plays the Realtime API: confirms the session, hears the caller, speaks half of the time. */
#define _GNU_SOURCE
#include "load.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
  AUDIO_RATE = 4, /* audio comes so many times faster than it is played */
  NS_PER_MS = 1000000,
  LEAST_DELTA_MS = 100,
  LEAST_RESPONSE_MS = 2000,
  MOST_RESPONSE_MS = 6000,
  FIRST_AUDIO_MS = 5000,
  LOOK_MS = 20,
};

/* One session; which call it is shows in the first frame that it hears. */
struct session {
  uint32_t number;
  struct call *call;
  int confirmed;
  uint32_t heard_bytes;
};

/* xorshift32: the same traffic for every bridge. */
static uint32_t draw(struct call *call, uint32_t least, uint32_t most) {
  call->random ^= call->random << 13;
  call->random ^= call->random >> 17;
  call->random ^= call->random << 5;
  return least + call->random % (most - least + 1);
}

static void send_event(struct socket *socket, const char *format, ...) {
  static char text[16384];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  if (length >= (int)sizeof text) return fail("an event of the model is too long");
  send_text(socket, text, (size_t)length);
}

static void send_session(struct socket *socket, const char *type, const char *turn_detection) {
  struct session *session = socket->owner;
  send_event(socket,
             "{\"type\":\"%s\",\"event_id\":\"event_s%u\",\"session\":{\"type\":\"realtime\",\"object\":"
             "\"realtime.session\",\"id\":\"sess_%u\",\"model\":\"gpt-realtime-2.1\","
             "\"output_modalities\":[\"audio\"],\"instructions\":\"\",\"tools\":[],\"tool_choice\":"
             "\"auto\",\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"},\"transcription\":null,"
             "\"noise_reduction\":null,\"turn_detection\":%s},\"output\":{\"format\":{\"type\":"
             "\"audio/pcmu\"},\"voice\":\"marin\",\"speed\":1}}}}",
             type, session->number, session->number, turn_detection);
}

/* Copies the object, or null, that follows "turn_detection": in an update. */
static void copy_turn_detection(const char *text, size_t length, char *copy, size_t room) {
  static const char KEY[] = "\"turn_detection\":";
  const char *at = memmem(text, length, KEY, sizeof KEY - 1);
  size_t size = 0;
  snprintf(copy, room, "null");
  if (at == NULL) return;
  at += sizeof KEY - 1;
  if (*at != '{') return;
  int depth = 0;
  do {
    if (at[size] == '{') depth++;
    if (at[size] == '}') depth--;
    size++;
  } while (depth > 0 && at + size < text + length);
  if (depth == 0 && size < room) snprintf(copy, size + 1, "%s", at);
}

static void hear(struct socket *socket, const char *payload, size_t length) {
  static uint8_t bytes[1 << 20];
  struct session *session = socket->owner;
  int64_t at_ns = now_ns();
  long count = length / 4 * 3 > sizeof bytes ? -1 : decode_base64(payload, length, bytes);
  if (count < 0) return fail("a session got audio that is not base64");
  if (session->call == NULL) {
    uint32_t index = 0;
    if (count < FRAME_BYTES) return fail("a session got %ld bytes first", count);
    for (int i = 3; i >= 0; i--) index = index << 8 | bytes[i];
    if (index >= load.count) return fail("a session got audio of no call first");
    if (load.calls[index].model != NULL) return fail("call %u has a second session", index);
    session->call = &load.calls[index];
    session->call->model = socket;
  }
  struct call *call = session->call;
  for (long i = 0; i < count; i++) {
    uint32_t offset = session->heard_bytes + (uint32_t)i, place = offset % FRAME_BYTES;
    uint8_t wanted = place < 4 ? (uint8_t)(call->index >> 8 * place)
                               : audio_byte(call->index, UP, offset);
    if (bytes[i] != wanted)
      return fail("call %u: the model got another byte than %u in order", call->index, offset);
  }
  session->heard_bytes += (uint32_t)count;
  for (; call->frames_arrived < session->heard_bytes / FRAME_BYTES; call->frames_arrived++) {
    int64_t sent_ns = call->frame_sent_ns[call->frames_arrived % FRAME_RING];
    if (sent_ns == 0) continue;
    note(&load.up, at_ns - sent_ns);
    load.arrived++;
  }
}

static void take_text(struct socket *socket, char *text, size_t length) {
  struct session *session = socket->owner;
  size_t size = 0;
  const char *append = load.is_relay ? "\"event\":\"media\"" : "\"input_audio_buffer.append\"";
  const char *audio = load.is_relay ? "\"payload\":\"" : "\"audio\":\"";
  if (find_text(text, length, append, &size) != NULL) {
    char *payload = find_text(text, length, audio, &size);
    if (payload != NULL) hear(socket, payload, size);
    return;
  }
  if (find_text(text, length, "\"session.update\"", &size) == NULL) return;
  char turn_detection[1024];
  copy_turn_detection(text, length, turn_detection, sizeof turn_detection);
  send_session(socket, "session.updated", turn_detection);
  if (session->confirmed) return;
  session->confirmed = 1;
  load.models_ready++;
}

static void take_head(struct socket *socket, const char *head, size_t length) {
  static const char KEY[] = "sec-websocket-key:";
  const char *at = head;
  for (; at + sizeof KEY < head + length; at++)
    if (strncasecmp(at, KEY, sizeof KEY - 1) == 0) break;
  at += sizeof KEY - 1;
  if (at >= head + length) return fail("an upgrade to the model has no Sec-WebSocket-Key");
  while (*at == ' ') at++;
  char answer[29] = {0}, text[256];
  accept_key(at, strcspn(at, "\r"), answer);
  int size = snprintf(text, sizeof text,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                      answer);
  send_raw(socket, text, (size_t)size);
  if (load.is_relay) load.models_ready++;
  else send_session(socket, "session.created", "null");
}

static void take_close(struct socket *socket, const char *why) {
  struct session *session = socket->owner;
  if (session->call != NULL) session->call->model = NULL;
  if (load.is_sending) fail("a session ended while its call went on: %s", why);
}

void accept_model(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    struct session *session = calloc(1, sizeof *session);
    struct socket *socket = open_socket(load.epoll, fd, 0);
    if (session == NULL) abort();
    session->number = load.models_seen++;
    socket->owner = session;
    socket->on_head = take_head;
    socket->on_text = take_text;
    socket->on_close = take_close;
  }
}

void begin_agent(struct call *call, int64_t at_ns) {
  call->random = 2463534242u + call->index * 2654435761u;
  call->response_at_ns = at_ns + (int64_t)draw(call, 0, MOST_RESPONSE_MS) * NS_PER_MS;
  set_timer(call->response_at_ns, DELTA_DUE, call);
}

#define PLACE "\"event_id\":\"event_%u_%u\",\"response_id\":\"resp_%u_%u\",\"item_id\":\"item_%u_%u\",\"output_index\":0,\"content_index\":0"
#define PLACE_OF(call) \
  call->index, ++call->deltas, call->index, call->response, call->index, call->response
#define ITEM "{\"id\":\"item_%u_%u\",\"object\":\"realtime.item\",\"type\":\"message\",\"status\":\"%s\",\"role\":\"assistant\",\"content\":[%s]}"

static void begin_response(struct call *call) {
  struct socket *to = call->model;
  uint32_t c = call->index, r = call->response;
  send_event(to,
             "{\"type\":\"response.created\",\"event_id\":\"event_%u_%u\",\"response\":{\"object\":"
             "\"realtime.response\",\"id\":\"resp_%u_%u\",\"status\":\"in_progress\",\"status_details\":"
             "null,\"output\":[],\"usage\":null}}",
             c, ++call->deltas, c, r);
  send_event(to,
             "{\"type\":\"response.output_item.added\",\"event_id\":\"event_%u_%u\",\"response_id\":"
             "\"resp_%u_%u\",\"output_index\":0,\"item\":" ITEM "}",
             c, ++call->deltas, c, r, c, r, "in_progress", "");
  send_event(to,
             "{\"type\":\"conversation.item.added\",\"event_id\":\"event_%u_%u\",\"previous_item_id\":"
             "null,\"item\":" ITEM "}",
             c, ++call->deltas, c, r, "in_progress", "");
}

static void end_response(struct call *call) {
  static const char CONTENT[] = "{\"type\":\"output_audio\",\"transcript\":\"words of the agent\"}";
  struct socket *to = call->model;
  uint32_t c = call->index, r = call->response;
  send_event(to, "{\"type\":\"response.output_audio.done\"," PLACE "}", PLACE_OF(call));
  send_event(to,
             "{\"type\":\"response.output_audio_transcript.done\"," PLACE
             ",\"transcript\":\"words of the agent\"}",
             PLACE_OF(call));
  send_event(to,
             "{\"type\":\"response.output_item.done\",\"event_id\":\"event_%u_%u\",\"response_id\":"
             "\"resp_%u_%u\",\"output_index\":0,\"item\":" ITEM "}",
             c, ++call->deltas, c, r, c, r, "completed", CONTENT);
  send_event(to,
             "{\"type\":\"response.done\",\"event_id\":\"event_%u_%u\",\"response\":{\"object\":"
             "\"realtime.response\",\"id\":\"resp_%u_%u\",\"status\":\"completed\",\"status_details\":"
             "null,\"output\":[" ITEM "],\"usage\":{\"total_tokens\":120,\"input_tokens\":70,"
             "\"output_tokens\":50}}}",
             c, ++call->deltas, c, r, c, r, "completed", CONTENT);
}

static void send_delta(struct call *call, uint32_t ms) {
  static uint8_t bytes[MAX_DELTA_MS * BYTES_PER_MS];
  static char text[MAX_DELTA_MS * BYTES_PER_MS * 4 / 3 + 8];
  uint32_t count = ms * BYTES_PER_MS;
  for (uint32_t i = 0; i < count; i++)
    bytes[i] = audio_byte(call->index, DOWN, call->down_sent + i);
  text[encode_base64(bytes, count, text)] = 0;
  if (call->last_delta - call->first_delta >= DELTA_RING)
    return fail("call %u is %d deltas behind", call->index, DELTA_RING);
  call->down_sent += count;
  call->said_bytes += count;
  int64_t measured = if_measured(now_ns());
  call->sent_deltas[call->last_delta++ % DELTA_RING] =
      (struct delta){.end_offset = call->down_sent, .at_ns = measured};
  if (measured > 0) load.deltas++;
  send_event(call->model, "{\"type\":\"response.output_audio.delta\"," PLACE ",\"delta\":\"%s\"}",
             PLACE_OF(call), text);
  if (load.is_relay) /* where nothing between sends a mark, the traffic has it from here */
    send_event(call->model, "{\"event\":\"mark\",\"streamSid\":\"%s\",\"mark\":{\"name\":\"0:%u\"}}",
               call->stream_sid, call->down_sent);
  send_event(call->model,
             "{\"type\":\"response.output_audio_transcript.delta\"," PLACE ",\"delta\":\" words\"}",
             PLACE_OF(call));
}

void speak(struct call *call, int64_t due_ns) {
  if (!load.is_sending) return;
  if (call->model == NULL) {
    /* The caller's audio tells whose session it is. A bridge that just got all its calls may be late. */
    if (call->waited_ms >= FIRST_AUDIO_MS)
      return fail("call %u: no audio of the caller came", call->index);
    call->waited_ms += LOOK_MS;
    call->response_at_ns += LOOK_MS * NS_PER_MS;
    return set_timer(due_ns + LOOK_MS * NS_PER_MS, DELTA_DUE, call);
  }
  if (call->response_bytes == 0) {
    call->response++;
    call->response_bytes = draw(call, LEAST_RESPONSE_MS, MOST_RESPONSE_MS) * BYTES_PER_MS;
    call->said_bytes = 0;
    begin_response(call);
  }
  uint32_t left_ms = (call->response_bytes - call->said_bytes) / BYTES_PER_MS;
  uint32_t ms = draw(call, LEAST_DELTA_MS, MAX_DELTA_MS);
  if (ms > left_ms) ms = left_ms;
  send_delta(call, ms);
  if (ms < left_ms)
    return set_timer(due_ns + (int64_t)ms * NS_PER_MS / AUDIO_RATE, DELTA_DUE, call);
  end_response(call);
  /* It has been silent as long as it spoke before it speaks again. */
  call->response_at_ns += (int64_t)call->response_bytes / BYTES_PER_MS * 2 * NS_PER_MS;
  call->response_bytes = 0;
  set_timer(call->response_at_ns, DELTA_DUE, call);
}
