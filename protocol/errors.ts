/** What a coded error says, and how it is answered on each kind of wire. */
export interface Fault {
  /** What was wrong, without the particulars of one case. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly remedy: string;
  /** HTTP status, where an HTTP request is refused with it. */
  readonly status?: number;
  /** WebSocket close code (RFC 6455 section 7.4), where a socket is closed with it. */
  readonly closeCode?: number;
  /** True where the same thing may work when tried again unchanged. */
  readonly retryable?: boolean;
}

/**
 * Every coded error of the product. A code is part of the contract (it crosses the wire between
 * Functions and bridge, and stands in logs and records): never rename one.
 */
export const FAULTS = {
  // HTTP
  body_too_large: {
    status: 413,
    message: 'the request body is too large',
    remedy: 'send less; the limit is MAX_BODY_BYTES',
  },
  body_not_json: {
    status: 400,
    message: 'the request body is not JSON',
    remedy: 'send one JSON object, UTF-8',
  },
  body_not_form: {
    status: 400,
    message: 'the request body is not a form post',
    remedy: 'post application/x-www-form-urlencoded, as Twilio does',
  },
  body_invalid: {
    status: 400,
    message: 'the request body lacks something or has a wrong value',
    remedy: 'correct the named field',
  },
  call_sid_missing: {
    status: 400,
    message: 'there is no CallSid',
    remedy: 'send the CallSid that Twilio gave the call',
  },
  route_unknown: {
    status: 404,
    message: 'there is nothing at this address',
    remedy: 'see the routes in docs/DESIGN.md',
  },
  method_not_allowed: {
    status: 405,
    message: 'this address does not take that method',
    remedy: 'see the routes in docs/DESIGN.md',
  },
  upgrade_required: {
    status: 426,
    message: 'this address is a WebSocket',
    remedy: 'connect with an upgrade; if you did, the proxy in front drops the Upgrade header',
  },
  request_unsigned: {
    status: 401,
    message: 'the request is not signed',
    remedy: 'send Authorization: Bridge t=…,v1=…; BRIDGE_SECRET must be set on the Functions',
  },
  request_signature_invalid: {
    status: 401,
    message: 'the request signature does not fit',
    remedy: 'set the same BRIDGE_SECRET on the Functions and on the bridge',
  },
  request_expired: {
    status: 401,
    message: 'the request signature is too old or from the future',
    remedy: 'correct the clock on the bridge (NTP); the limit is 60 s',
  },
  operator_token_missing: {
    status: 401,
    message: 'this address is for operators',
    remedy: 'send Authorization: Bearer with ADMIN_TOKEN',
  },
  operator_token_invalid: {
    status: 401,
    message: 'the operator token does not fit',
    remedy: 'send the ADMIN_TOKEN that the bridge was started with',
  },
  operator_routes_closed: {
    status: 403,
    message: 'operator addresses are closed',
    remedy: 'set ADMIN_TOKEN on the bridge',
  },
  call_unknown: {
    status: 404,
    message: 'the bridge knows no such call',
    remedy: 'check the CallSid, and that this is the bridge that had the call',
  },
  internal_error: {
    status: 500,
    message: 'something in the program failed',
    remedy: 'see the log line with the same code; please report it',
  },
  // admission
  bridge_full: {
    status: 503,
    retryable: true,
    message: 'the bridge has no room for another call',
    remedy: 'raise MAX_CALLS if the machine can carry more, or add a bridge',
  },
  bridge_draining: {
    status: 503,
    retryable: true,
    message: 'the bridge is shutting down and takes no more calls',
    remedy: 'try the bridge that replaces it',
  },
  agent_unknown: {
    status: 503,
    message: 'there is no such agent',
    remedy: 'put an agent file of that name into the agents folder, or correct ?agent=',
  },
  admission_expired: {
    status: 403,
    message: 'the stream did not come before the admission ran out',
    remedy: 'keep what is said before <Connect> under a minute',
  },
  // upgrade
  twilio_signature_missing: {
    status: 403,
    message: 'the upgrade has no X-Twilio-Signature',
    remedy: 'only Twilio may connect here; check that the proxy keeps the header',
  },
  twilio_signature_invalid: {
    status: 403,
    message: 'X-Twilio-Signature does not fit',
    remedy:
      'PUBLIC_DOMAIN must be the host in the stream address, letter for letter, and TWILIO_AUTH_TOKEN the primary token',
  },
  call_not_admitted: {
    status: 403,
    message: 'no call with this CallSid was admitted',
    remedy: 'the stream address comes from POST /calls; do not write it by hand',
  },
  call_already_streaming: {
    status: 403,
    message: 'this call has a stream already',
    remedy: 'one <Connect><Stream> a call',
  },
  sockets_full: {
    status: 503,
    retryable: true,
    message: 'too many sockets wait for their start',
    remedy: 'raise MAX_PENDING_SOCKETS if these are real calls',
  },
  sockets_full_for_address: {
    status: 429,
    retryable: true,
    message: 'too many sockets from this address wait for their start',
    remedy: 'raise MAX_PENDING_SOCKETS_PER_ADDRESS if a proxy stands in front',
  },
  // stream
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
  stream_lost: {
    message: 'the stream socket went without a stop',
    remedy: 'look at the network, the proxy and its idle time-outs (Twilio logs 31903 or 31921)',
  },
  bridge_stopped: {
    closeCode: 1001,
    message: 'the bridge was stopped and the call reached the drain limit',
    remedy: 'raise DRAIN_S for longer calls',
  },
  // model
  model_unreachable: {
    closeCode: 1011,
    retryable: true,
    message: 'the model could not be reached',
    remedy: 'check REALTIME_URL and the network from the bridge',
  },
  model_refused: {
    closeCode: 1011,
    message: 'the model refused the connection',
    remedy: 'check OPENAI_API_KEY and REALTIME_MODEL',
  },
  model_not_ready: {
    closeCode: 1011,
    retryable: true,
    message: 'the model was not ready in time',
    remedy: 'look at the latency to the model; the limit is MODEL_READY_MS',
  },
  model_format_wrong: {
    closeCode: 1011,
    message: 'the model did not confirm audio/pcmu both ways',
    remedy: 'use a model and provider that speak audio/pcmu; nothing was played',
  },
  model_session_refused: {
    closeCode: 1011,
    message: 'the model refused the session settings',
    remedy: 'see the model’s own words; correct the agent file',
  },
  model_closed: {
    closeCode: 1011,
    retryable: true,
    message: 'the model closed the session',
    remedy: 'see the close code and reason',
  },
  model_response_failed: {
    closeCode: 1011,
    retryable: true,
    message: 'the model failed to respond',
    remedy: 'see the model’s own words; often quota or rate limit',
  },
  model_silent: {
    closeCode: 1011,
    retryable: true,
    message: 'the model promised a response and sent no audio',
    remedy: 'see the provider’s status; the limit is MODEL_AUDIO_MS',
  },
  model_message_malformed: {
    closeCode: 1011,
    message: 'the model sent something that cannot be read',
    remedy: 'check that REALTIME_URL speaks the Realtime API',
  },
  model_error: {
    message: 'the model reported an error and went on',
    remedy: 'see the model’s own words',
  },
  // functions
  bridge_url_missing: {
    message: 'BRIDGE_URL is not set on the Functions',
    remedy: 'set BRIDGE_URL to the https address of the bridge',
  },
  bridge_url_unsafe: {
    message: 'BRIDGE_URL is neither https nor loopback',
    remedy: 'put TLS in front of the bridge and use its https address',
  },
  bridge_secret_missing: {
    message: 'BRIDGE_SECRET is not set on the Functions',
    remedy: 'set the same BRIDGE_SECRET on the Functions and on the bridge',
  },
  bridge_unreachable: {
    retryable: true,
    message: 'the bridge could not be reached',
    remedy: 'check that the bridge runs and that BRIDGE_URL leads to it',
  },
  bridge_timeout: {
    retryable: true,
    message: 'the bridge did not answer in time',
    remedy: 'look at the load of the bridge and the way to it',
  },
  bridge_refused: { message: 'the bridge refused', remedy: 'see the code that it gave' },
  bridge_answer_invalid: {
    message: 'the answer of the bridge cannot be read',
    remedy:
      'check that BRIDGE_URL leads to the bridge and not to a proxy page; keep both parts at one version',
  },
} as const satisfies Record<string, Fault>;

/** A stable error code. */
export type FaultCode = keyof typeof FAULTS;

/** An error with a stable code; `detail` holds the particulars of this case, without secrets. */
export class CodedError extends Error {
  readonly code: FaultCode;
  readonly detail: string | undefined;

  constructor(code: FaultCode, detail?: string, options?: ErrorOptions) {
    super(
      detail === undefined ? FAULTS[code].message : `${FAULTS[code].message}: ${detail}`,
      options,
    );
    this.name = 'CodedError';
    this.code = code;
    this.detail = detail;
  }

  /** The row of the table. */
  get fault(): Fault {
    return FAULTS[this.code];
  }
}
