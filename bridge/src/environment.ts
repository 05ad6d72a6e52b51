import { isNodeName } from '@realtime-phone/protocol/bridge-node';
import { z } from 'zod';
import { e164 } from './outbound/phone-number';
import { readTrustedProxies } from './server/trusted-proxies';

const count = (standard: number, least = 1) =>
  z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(least, `is less than ${least}`)
    .default(standard);

const port = (standard: number) =>
  z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(0, 'is less than 0')
    .max(65_535, 'is over 65535')
    .default(standard);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `is none of ${values.join(', ')}` });

const needed = () => z.string({ error: 'is missing' }).min(1, 'is empty');
const secret = () => needed().min(8, 'is too short to be a secret');

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An address that credentials and call data may go to; without a slash at the end. */
const safeUrl = () =>
  z
    .url({ error: 'is not an address', protocol: /^https?$/ })
    .refine((value) => {
      if (!URL.canParse(value)) return true; // said already
      const { protocol, hostname } = new URL(value);
      return protocol === 'https:' || LOOPBACK_HOST.test(hostname);
    }, 'is neither https nor this machine')
    .transform((value) => value.replace(/\/+$/, ''));

const proxies = () =>
  z
    .string()
    .default('127.0.0.0/8,::1/128')
    .transform((text, context) => {
      try {
        return readTrustedProxies(text);
      } catch (error) {
        const part = error instanceof RangeError ? error.message : text;
        context.addIssue(`has ${part}, which is neither an address nor a network`);
        return z.NEVER;
      }
    });

/** Every variable that the bridge reads: its form, its default, and what it is for. */
export const ENVIRONMENT = z.object({
  OPENAI_API_KEY: z
    .string()
    .optional()
    .describe(
      'Key of the Realtime API, with azure that of the resource; needed unless REALTIME_URL is on this machine',
    ),
  REALTIME_PROVIDER: oneOf(['openai', 'azure'])
    .default('openai')
    .describe('Whose Realtime API: openai or azure'),
  REALTIME_URL: z
    .url({ error: 'is not an address', protocol: /^wss?$/ })
    .default('wss://api.openai.com/v1/realtime')
    .describe(
      'Where the model is; with azure wss://RESOURCE.openai.azure.com/openai/v1/realtime; ws:// only on this machine',
    ),
  REALTIME_MODEL: z
    .string()
    .min(1)
    .default('gpt-realtime-2.1')
    .describe('Which model; with azure the name of the deployment'),
  FALLBACK_REALTIME_PROVIDER: oneOf(['openai', 'azure'])
    .default('openai')
    .describe('The same for a second model, which is taken where the first fails'),
  FALLBACK_REALTIME_URL: z
    .url({ error: 'is not an address', protocol: /^wss?$/ })
    .optional()
    .describe('Where the second model is; without it there is none'),
  FALLBACK_REALTIME_MODEL: z
    .string()
    .min(1)
    .default('gpt-realtime-2.1')
    .describe('Which model there; that of an agent file counts only for the first'),
  FALLBACK_REALTIME_API_KEY: z.string().optional().describe('Its key'),
  TWILIO_AUTH_TOKEN: needed().describe(
    'The primary auth token of the Twilio account: it signs every media stream',
  ),
  TWILIO_AUTH_TOKEN_PREVIOUS: secret()
    .optional()
    .describe('While it is being changed: the one that is taken beside it'),
  PUBLIC_DOMAIN: needed()
    .regex(
      /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
      'is not a bare host: no scheme, no path, no trailing slash',
    )
    .describe('The public host of the bridge, as it stands in the stream address'),
  BRIDGE_SECRET: secret().describe('Shared with the Functions: they sign with it'),
  BRIDGE_SECRET_PREVIOUS: secret()
    .optional()
    .describe('While it is being changed: the one that is taken beside it'),
  ADMIN_TOKEN: secret()
    .optional()
    .describe('For /calls, /metrics and the details of /diagnostics; without it they are closed'),
  ADMIN_TOKEN_PREVIOUS: secret()
    .optional()
    .describe('While it is being changed: the one that is taken beside it'),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'is no account SID')
    .optional()
    .describe('The Twilio account; needed to place calls'),
  TWILIO_PHONE_NUMBER: e164('is not in E.164')
    .optional()
    .describe('The number that placed calls come from; needed to place calls'),
  FUNCTIONS_URL: safeUrl()
    .optional()
    .describe('Where Twilio reaches the Functions; needed to place calls'),
  TWILIO_API_URL: safeUrl()
    .default('https://api.twilio.com')
    .describe('Where Twilio’s REST API is'),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on'),
  PORT: port(8080).describe('The port to listen on'),
  BRIDGE_NODE: z
    .string()
    .refine(isNodeName, 'is not 1 to 32 of a-z, 0-9 and -')
    .optional()
    .describe('The name of this bridge where several share PUBLIC_DOMAIN: a proxy routes by it'),
  TRUSTED_PROXIES: proxies().describe(
    'Addresses and networks of the proxies in front, by commas, whose X-Forwarded-For counts; none for no proxy at all',
  ),
  AGENT: z.string().default('receptionist').describe('The agent that answers if none is named'),
  AGENTS_FOLDER: z
    .string()
    .optional()
    .describe('Where the agent files are; otherwise bridge/agents, agents, or beside the program'),
  CALL_STORE: z
    .string()
    .default('data/calls.db')
    .refine(
      (value) => !/^rediss?:/.test(value) || URL.canParse(value.replace(/^redis/, 'http')),
      'is no address of a Redis, as in redis://127.0.0.1:6379/0',
    )
    .describe(
      'What keeps the call records: a file, or a Redis (redis:// or rediss://) that several bridges may share',
    ),
  MAX_WAITING_RECORDS: count(2_000).describe(
    'Calls whose records wait while CALL_STORE is down; those of others are lost',
  ),
  RECORDS_DAYS: count(0, 0).describe(
    'After so many days a call record is deleted, with its recordings; 0 keeps them',
  ),
  RECORD_WEBHOOK_URL: safeUrl()
    .optional()
    .describe('Gets the record of each call at its end, as signed JSON; https, or this machine'),
  RECORD_WEBHOOK_SECRET: secret()
    .optional()
    .describe('Signs what RECORD_WEBHOOK_URL gets; needed with it'),
  MAX_WAITING_DELIVERIES: count(1_000).describe(
    'Records that wait for RECORD_WEBHOOK_URL; of more the oldest are given up',
  ),
  RECORDINGS_FOLDER: z
    .string()
    .optional()
    .describe(
      'Where calls are recorded whose agent file has recording.consent; without it nothing is recorded',
    ),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged'),
  LOG_FORMAT: oneOf(['json', 'pretty'])
    .optional()
    .describe('json or pretty; otherwise pretty in a terminal, json elsewhere'),
  LOG_PHONE_NUMBERS: oneOf(['masked', 'full'])
    .default('masked')
    .describe('How phone numbers stand in logs and records'),
  BRIDGE_SERVER: oneOf(['uws', 'ws'])
    .default('uws')
    .describe('The server engine; ws is taken by itself where uWebSockets.js cannot load'),
  MAX_CALLS: count(100).describe('Calls at once; more are refused and hear the fallback'),
  MAX_CALLS_PER_CALLER: count(5).describe('Calls at once from one number'),
  MAX_CALLS_PER_CALLER_PER_MINUTE: count(10).describe('Calls from one number in 60 s'),
  MAX_WITHHELD_CALLS: count(25).describe(
    'Calls at once of all who withhold their number, since they cannot be told apart',
  ),
  MAX_WITHHELD_CALLS_PER_MINUTE: count(60).describe('Their calls in 60 s'),
  MAX_LOOP_LAG_MS: count(100).describe(
    'How late the event loop may be before another call is refused, for those in progress',
  ),
  MAX_LOOP_BUSY_PERCENT: count(85).describe(
    'How much of a second the event loop may work before another call is refused; from 20 calls on',
  ),
  LOOP_PACE_MS: count(2, 0).describe(
    'With 50 calls or more, the shortest time between two turns of the event loop: less CPU, more delay; 0 for none',
  ),
  MAX_CALL_S: count(14_400).describe(
    'The longest call; Twilio’s own limit is 4 hours, and a session of the model is renewed before its end',
  ),
  MAX_RESUMPTIONS: count(3, 0).describe(
    'How often a call is gone on with after its stream broke or its bridge fell; then it hears the fallback',
  ),
  ADMISSION_S: count(60).describe('How long an admitted call may take to open its stream'),
  STREAM_ARRIVAL_S: count(15).describe(
    'After so long without its stream an admitted call is reported (stream_not_arrived)',
  ),
  DRAIN_S: count(300, 0).describe(
    'How long calls may go on after SIGTERM; the agent then says goodbye, except with 0',
  ),
  START_MS: count(5_000).describe('How long an open stream may take to send start'),
  MODEL_READY_MS: count(4_000).describe('How long after start the model may take to get ready'),
  MODEL_AUDIO_MS: count(10_000).describe(
    'How long the model may owe a response, or more of one that it has begun',
  ),
  MODEL_RECONNECT_TRIES: count(6, 0).describe(
    'How often a lost model session is tried again until the model speaks; 0 ends the call at once',
  ),
  MODEL_RECONNECT_MS: count(15_000).describe('How long a call may be without a model'),
  MODEL_RENEW_S: count(300).describe(
    'How long before a model session expires another is got ready, to take over at a quiet moment',
  ),
  MODEL_WAIT_MS: count(1_000, 0).describe(
    'After so much silence without a model session the caller hears a clip; 0 for never',
  ),
  MODEL_SLOW_MS: count(2_500, 0).describe(
    'After so much silence in which the model owes an answer the caller hears the clip too; 0 for never',
  ),
  MODEL_DOWN_CALLS: count(5).describe(
    'So many calls that lose a model within 30 s, with none that it serves, and it counts as down',
  ),
  MODEL_DOWN_S: count(15).describe('How long no call is then admitted before one may try it'),
  STREAM_IDLE_MS: count(15_000).describe('How long a stream may send nothing'),
  MAX_PENDING_SOCKETS: count(128).describe('Streams at once that have not sent start'),
  MAX_PENDING_SOCKETS_PER_ADDRESS: count(64).describe('The same, from one address'),
  MAX_WRONG_TOKENS_PER_MINUTE: count(100).describe(
    'Wrong operator tokens in 60 s; more are answered with 429 and not logged',
  ),
  MAX_WRONG_TOKENS_PER_ADDRESS_PER_MINUTE: count(10).describe('The same, from one address'),
  MAX_FRAME_BYTES: count(65_536, 1_024).describe('The largest frame of a stream'),
  MAX_BODY_BYTES: count(65_536, 1_024).describe('The largest HTTP body'),
  MAX_CALLER_AUDIO_BYTES: count(160_000, 1_600).describe(
    'Caller audio kept until the model is ready, 8,000 bytes a second',
  ),
  MAX_AGENT_AUDIO_BYTES: count(4_800_000, 1_600).describe(
    'Agent audio sent and not heard yet; Twilio itself drops what is over 10 minutes',
  ),
  MAX_STREAM_QUEUE_BYTES: count(1_048_576, 1_024).describe(
    'What Twilio has not taken of a stream yet; beyond it the stream ends, and Twilio comes again',
  ),
  OUTBOUND_WAIT_S: count(600).describe(
    'How long a placed call may take until Twilio asks what to do with it',
  ),
  MAX_WAITING_CALLS: count(200).describe('Placed calls that wait for that at once'),
  MAX_CUSTOM_PARAMETERS: count(16).describe('Custom parameters of a stream'),
});
