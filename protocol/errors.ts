import type { Fault } from './fault';
import { RECORD_FAULTS } from './record-faults';
import { LIMIT_FAULTS } from './limit-faults';
import { STREAM_FAULTS } from './stream-faults';
import { TOOL_FAULTS } from './tool-faults';

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
  node_other: {
    status: 421,
    message: 'the call is with another bridge',
    remedy:
      'have the proxy lead /media-stream/{node}/ and the header Bridge-Node to the node that they name, as deploy/Caddyfile.nodes does; if it does, that node is not running',
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
  bridge_busy: {
    status: 503,
    retryable: true,
    message: 'the bridge is too busy for another call: those in progress would suffer',
    remedy:
      'add a bridge, or lower MAX_CALLS to what this machine carries; MAX_LOOP_LAG_MS and MAX_LOOP_BUSY_PERCENT are the limits',
  },
  bridge_draining: {
    status: 503,
    retryable: true,
    message: 'the bridge is shutting down and takes no more calls',
    remedy: 'try the bridge that replaces it',
  },
  model_down: {
    status: 503,
    retryable: true,
    message: 'the model is down: the last calls all lost it',
    remedy:
      'see the provider’s status page and the last errors; name a second model in FALLBACK_REALTIME_URL. One call may try again after MODEL_DOWN_S',
  },
  agent_unknown: {
    status: 503,
    message: 'there is no such agent',
    remedy: 'put an agent file of that name into the agents folder, or correct ?agent=',
  },
  agent_variable_missing: {
    status: 400,
    message: 'the agent needs a variable that was not given',
    remedy: 'give it, as in --var name=value, or give it a default in the agent file',
  },
  agent_variable_invalid: {
    status: 400,
    message: 'a variable of the agent has a value that does not fit its type',
    remedy: 'correct the value; the types are in the agent file',
  },
  agent_variable_unknown: {
    status: 400,
    message: 'the agent has no such variable',
    remedy: 'correct the name, or declare it under variables in the agent file',
  },
  admission_expired: {
    status: 403,
    message: 'the stream did not come before the admission ran out',
    remedy: 'keep what is said before <Connect> under a minute',
  },
  stream_not_arrived: {
    message: 'the call was admitted and no stream has come for it',
    remedy:
      'Twilio may have refused the TwiML (31941, 12200; npm run doctor -- --call CA… shows it), or not reach the bridge: DNS, TLS, port 443, a proxy that does not pass upgrades; a long OPENING_SAY before <Connect> takes its time too',
  },
  twilio_stream_error: {
    message: 'Twilio reported an error of the stream, in words that have no code here',
    remedy: 'see Twilio’s words; npm run doctor -- --call CA… shows what its debugger says of it',
  },
  // outbound
  outbound_not_configured: {
    status: 501,
    message: 'this bridge cannot place calls, for a variable is missing',
    remedy: 'set it and start the bridge again; .env.example shows all of them',
  },
  number_invalid: {
    status: 400,
    message: 'a number is not in E.164',
    remedy: 'write + and 7 to 15 digits, the country first, as +15550100100',
  },
  outbound_full: {
    status: 503,
    retryable: true,
    message: 'too many placed calls wait to be connected',
    remedy: 'place calls more slowly; the limit is MAX_WAITING_CALLS',
  },
  twilio_refused: {
    status: 502,
    message: 'Twilio refused to place the call',
    remedy: 'see Twilio’s own code',
  },
  twilio_busy: {
    status: 503,
    retryable: true,
    message: 'Twilio takes no more requests now',
    remedy: 'place calls more slowly; the call was not placed',
  },
  twilio_unreachable: {
    status: 502,
    message: 'Twilio could not be asked to place the call',
    remedy:
      'check TWILIO_API_URL and the network from the bridge; look into the console before you try again, for the call may have been placed',
  },
  outbound_call_unknown: {
    status: 404,
    message: 'no placed call waits under this callId',
    remedy:
      'it was placed by another bridge, before a restart, too long ago (OUTBOUND_WAIT_S), or is connected already; place it again',
  },
  outbound_call_not_answered: {
    message: 'the placed call was not connected',
    remedy: 'see Twilio’s CallStatus; try again later',
  },
  outbound_call_unclaimed: {
    message: 'nothing was heard of the placed call in time',
    remedy:
      'see that FUNCTIONS_URL is where Twilio reaches the Functions; the limit is OUTBOUND_WAIT_S',
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
  ...LIMIT_FAULTS,
  ...STREAM_FAULTS,
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
    remedy: 'check OPENAI_API_KEY, REALTIME_MODEL and REALTIME_PROVIDER',
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
  ...TOOL_FAULTS,
  ...RECORD_FAULTS,
  recording_consent_unheard: {
    message: 'the consent sentence was not heard to its end, so the call is not recorded',
    remedy: 'see what the model said instead, in the turns of the record; shorten the sentence',
  },
  recording_failed: {
    message: 'the recording of a call could not be written; the call went on without it',
    remedy:
      'check that RECORDINGS_FOLDER is there, that the bridge may write to it, and that the disk has room',
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
  /** When to ask again, in seconds, where this case knows better than the table. */
  readonly retryAfterS: number | undefined;

  constructor(
    code: FaultCode,
    detail?: string,
    options?: ErrorOptions & { readonly retryAfterS?: number },
  ) {
    super(
      detail === undefined ? FAULTS[code].message : `${FAULTS[code].message}: ${detail}`,
      options,
    );
    this.name = 'CodedError';
    this.code = code;
    this.detail = detail;
    this.retryAfterS = options?.retryAfterS;
  }

  /** The row of the table. */
  get fault(): Fault {
    return FAULTS[this.code];
  }
}
