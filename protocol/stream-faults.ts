import type { Fault } from './fault';

/** What can be wrong with a stream: the part of the error table that closes a WebSocket of Twilio's. */
export const STREAM_FAULTS = {
  frame_too_large: {
    closeCode: 1009,
    message: 'a frame is over the limit',
    remedy: 'Twilio sends frames of a few hundred bytes; the limit is MAX_FRAME_BYTES',
  },
  frame_binary: {
    closeCode: 1003,
    message: 'a binary frame came',
    remedy: 'Media Streams are text frames of JSON',
  },
  frame_not_json: {
    closeCode: 1007,
    message: 'a frame is not JSON',
    remedy: 'Media Streams are text frames of JSON',
  },
  frame_malformed: {
    closeCode: 1008,
    message: 'a frame lacks something or has a wrong value',
    remedy: 'see the Media Streams message reference',
  },
  media_not_base64: {
    closeCode: 1007,
    message: 'a media payload is not base64',
    remedy: 'send mu-law bytes as base64',
  },
  start_late: {
    closeCode: 1008,
    message: 'no start came in time',
    remedy: 'Twilio sends start right after connected; the limit is START_MS',
  },
  start_missing: {
    closeCode: 1008,
    message: 'a message came before start',
    remedy: 'send connected, then start, then the rest',
  },
  start_repeated: { closeCode: 1008, message: 'a second start came', remedy: 'one start a stream' },
  stream_format_wrong: {
    closeCode: 1008,
    message: 'the stream is not audio/x-mulaw at 8000 Hz, mono',
    remedy: 'Media Streams have only this format; something else is calling',
  },
  custom_parameters_too_many: {
    closeCode: 1008,
    message: 'too many custom parameters',
    remedy: 'pass few <Parameter>s; the limit is MAX_CUSTOM_PARAMETERS',
  },
  call_sid_mismatch: {
    closeCode: 1008,
    message: 'the CallSid in start is not the one in the address',
    remedy: 'use each stream address for its own call',
  },
  token_missing: {
    closeCode: 1008,
    message: 'start has no token',
    remedy: 'pass <Parameter name="token"> from the admission',
  },
  token_invalid: {
    closeCode: 1008,
    message: 'the token does not fit this call',
    remedy: 'pass the token of the newest admission of this call',
  },
  token_expired: {
    closeCode: 1008,
    message: 'the token has run out',
    remedy: 'keep what is said before <Connect> under a minute',
  },
  caller_audio_overflow: {
    closeCode: 1013,
    message: 'more caller audio waits than may',
    remedy: 'the model is too slow to get ready; see MODEL_READY_MS and MAX_CALLER_AUDIO_BYTES',
  },
  agent_audio_overflow: {
    closeCode: 1013,
    message: 'more agent audio waits than may',
    remedy: 'the phone does not take it; see MAX_AGENT_AUDIO_BYTES',
  },
  call_too_long: {
    closeCode: 1000,
    message: 'the call reached its longest time',
    remedy: 'raise MAX_CALL_S if calls may be longer',
  },
  stream_idle: {
    closeCode: 1001,
    message: 'nothing came from the caller side for a time',
    remedy: 'look at the network between Twilio and the bridge; the limit is STREAM_IDLE_MS',
  },
  stream_stalled: {
    message: 'Twilio takes no more of what the agent says',
    remedy:
      'look at the network between Twilio and the bridge; the limit is MAX_STREAM_QUEUE_BYTES, and the call is gone on with, up to MAX_RESUMPTIONS times',
  },
  stream_lost: {
    message: 'the stream socket went without a stop',
    remedy: 'look at the network, the proxy and its idle time-outs (Twilio logs 31903 or 31921)',
  },
  bridge_fell: {
    message: 'the process of the bridge ended in mid-call, without a word',
    remedy:
      'look in the log of the system for what ended it (out of memory, a kill, an uncaught error); the call is gone on with, up to MAX_RESUMPTIONS times',
  },
  bridge_stopped: {
    closeCode: 1001,
    message: 'the bridge was stopped and the call reached the drain limit',
    remedy: 'raise DRAIN_S for longer calls',
  },
} as const satisfies Record<string, Fault>;
