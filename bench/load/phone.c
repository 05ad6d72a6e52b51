/* Plays Twilio: media up, marks back once the audio before them has been played. */
#define _GNU_SOURCE
#include "load.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_NS = 20 * 1000000, NS_PER_BYTE = 1000000 / BYTES_PER_MS };
/* Long enough for the session of a call that joins to hear its first frame. */
static const int64_t SETTLED_NS = 4000000000;

static void send_start(struct call *call) {
  char text[2048];
  int length = snprintf(text, sizeof text, "{\"event\":\"connected\",\"protocol\":\"Call\",\"version\":\"1.0.0\"}");
  send_text(call->phone, text, (size_t)length);
  length = snprintf(
      text, sizeof text,
      "{\"event\":\"start\",\"sequenceNumber\":\"%u\",\"start\":{\"accountSid\":"
      "\"AC0123456789abcdef0123456789abcdef\",\"streamSid\":\"%s\",\"callSid\":\"%s\",\"tracks\":"
      "[\"inbound\"],\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,"
      "\"channels\":1},\"customParameters\":{\"token\":\"%s\"}},\"streamSid\":\"%s\"}",
      ++call->sequence, call->stream_sid, call->call_sid, call->token, call->stream_sid);
  send_text(call->phone, text, (size_t)length);
}

static void take_head(struct socket *socket, const char *head, size_t length) {
  struct call *call = socket->owner;
  if (head == NULL) { /* connected: now it asks for the upgrade */
    char text[1024];
    int size = snprintf(text, sizeof text,
                        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Twilio.TmeWs/1.0\r\n"
                        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nX-Twilio-Signature: %s\r\n\r\n",
                        call->path, call->host, call->signature);
    return send_raw(socket, text, (size_t)size);
  }
  if (length < 12 || memcmp(head + 9, "101", 3) != 0)
    return fail("the upgrade of call %u was answered with %.*s", call->index,
                (int)(strchrnul(head, '\r') - head), head);
  load.phones_open++;
  load.phones_opening--;
  send_start(call);
  if (!load.is_sending) return;
  int64_t now = now_ns();
  set_timer(now + FRAME_NS, FRAME_DUE, call);
  begin_agent(call, now + SETTLED_NS);
}

static void play(struct call *call, const char *payload, size_t length, int64_t at_ns) {
  static uint8_t bytes[65536];
  long count = length / 4 * 3 > sizeof bytes ? -1 : decode_base64(payload, length, bytes);
  if (count < 0) return fail("call %u got audio that is not base64", call->index);
  for (long i = 0; i < count; i++)
    if (bytes[i] != audio_byte(call->index, DOWN, call->down_arrived + (uint32_t)i))
      return fail("call %u got another byte of the agent than %u in order", call->index,
                  call->down_arrived + (uint32_t)i);
  call->down_arrived += (uint32_t)count;
  if (call->played_until_ns < at_ns) call->played_until_ns = at_ns;
  call->played_until_ns += (int64_t)count * NS_PER_BYTE;
  while (call->first_delta != call->last_delta) {
    struct delta *delta = &call->sent_deltas[call->first_delta % DELTA_RING];
    if (delta->end_offset > call->down_arrived) break;
    if (delta->at_ns > 0) {
      note(&load.down, at_ns - delta->at_ns);
      load.deltas_arrived++;
    }
    call->first_delta++;
  }
}

static void queue_mark(struct call *call, const char *name, size_t length) {
  if (length >= MARK_NAME) return fail("the name of a mark is too long: %.*s", (int)length, name);
  if (call->last_mark - call->first_mark >= MARK_RING) return fail("too many marks wait");
  struct mark *mark = &call->marks[call->last_mark++ % MARK_RING];
  mark->due_ns = call->played_until_ns;
  memcpy(mark->name, name, length);
  mark->name[length] = 0;
  if (call->mark_timer) return;
  call->mark_timer = 1;
  set_timer(mark->due_ns, MARK_DUE, call);
}

void return_marks(struct call *call, int64_t at_ns) {
  call->mark_timer = 0;
  while (call->first_mark != call->last_mark) {
    struct mark *mark = &call->marks[call->first_mark % MARK_RING];
    if (mark->due_ns > at_ns) {
      call->mark_timer = 1;
      return set_timer(mark->due_ns, MARK_DUE, call);
    }
    char text[256];
    int length = snprintf(text, sizeof text,
                          "{\"event\":\"mark\",\"sequenceNumber\":\"%u\",\"streamSid\":\"%s\",\"mark\":"
                          "{\"name\":\"%s\"}}",
                          ++call->sequence, call->stream_sid, mark->name);
    call->first_mark++;
    load.marks_sent++;
    send_text(call->phone, text, (size_t)length);
  }
}

static void take_text(struct socket *socket, char *text, size_t length) {
  struct call *call = socket->owner;
  int64_t at_ns = now_ns();
  size_t size = 0;
  char *audio = find_text(text, length, load.is_relay ? "\"response.output_audio.delta\"" : "\"event\":\"media\"", &size);
  if (audio != NULL) {
    audio = find_text(text, length, load.is_relay ? "\"delta\":\"" : "\"payload\":\"", &size);
    if (audio != NULL) play(call, audio, size, at_ns);
    return;
  }
  if (find_text(text, length, "\"event\":\"mark\"", &size) != NULL) {
    char *name = find_text(text, length, "\"name\":\"", &size);
    if (name != NULL) queue_mark(call, name, size);
  } else if (find_text(text, length, "\"event\":\"clear\"", &size) != NULL) {
    load.clears++;
  } else if (!load.is_relay) {
    load.other_events++;
  }
}

static void take_close(struct socket *socket, const char *why) {
  struct call *call = socket->owner;
  call->phone = NULL;
  if (load.is_sending || load.phones_open < load.count)
    fail("the stream of call %u ended: %s", call->index, why);
}

void open_phone(struct call *call) {
  struct socket *socket = connect_to_loopback(load.epoll, load.target_port);
  if (socket == NULL) return fail("the bridge on port %d cannot be reached", load.target_port);
  call->phone = socket;
  socket->owner = call;
  socket->on_head = take_head;
  socket->on_text = take_text;
  socket->on_close = take_close;
  load.phones_opening++;
}

void send_caller_frame(struct call *call, int64_t due_ns) {
  if (call->phone == NULL || !load.is_sending) return;
  uint32_t frame = call->frames_sent;
  if (frame - call->frames_arrived >= FRAME_RING)
    return fail("call %u is %u frames behind", call->index, frame - call->frames_arrived);
  uint8_t bytes[FRAME_BYTES];
  for (uint32_t i = 0; i < 4; i++) bytes[i] = (uint8_t)(call->index >> 8 * i);
  for (uint32_t i = 4; i < FRAME_BYTES; i++)
    bytes[i] = audio_byte(call->index, UP, frame * FRAME_BYTES + i);
  char text[512];
  int length = snprintf(text, 256,
                        "{\"event\":\"media\",\"sequenceNumber\":\"%u\",\"media\":{\"track\":"
                        "\"inbound\",\"chunk\":\"%u\",\"timestamp\":\"%u\",\"payload\":\"",
                        ++call->sequence, frame + 1, 5 + 20 * frame);
  length += (int)encode_base64(bytes, sizeof bytes, text + length);
  length += snprintf(text + length, 64, "\"},\"streamSid\":\"%s\"}", call->stream_sid);
  int64_t at_ns = now_ns();
  call->frame_sent_ns[frame % FRAME_RING] = if_measured(at_ns);
  if (if_measured(at_ns) > 0) {
    load.frames++;
    note(&load.late, at_ns - due_ns);
  }
  call->frames_sent++;
  send_text(call->phone, text, (size_t)length);
  set_timer(due_ns + FRAME_NS, FRAME_DUE, call);
}

void hang_up(struct call *call) {
  if (call->phone == NULL) return;
  char text[256];
  int length = snprintf(text, sizeof text,
                        "{\"event\":\"stop\",\"sequenceNumber\":\"%u\",\"streamSid\":\"%s\",\"stop\":"
                        "{\"accountSid\":\"AC0123456789abcdef0123456789abcdef\",\"callSid\":\"%s\"}}",
                        ++call->sequence, call->stream_sid, call->call_sid);
  send_text(call->phone, text, (size_t)length);
}
