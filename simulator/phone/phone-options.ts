import { randomBytes } from 'node:crypto';

/** One thing that the caller does. Steps that need a stream wait until one is open. */
export type CallerStep =
  /** Until the agent was heard since the last step, and then nothing for `quietMs`. */
  | {
      readonly wait: 'agent-finished';
      /** How long the caller bears silence; then the script goes on. Default: the option. */
      readonly patienceMs?: number;
      /** True if an agent that stays silent is no error here. */
      readonly maySayNothing?: boolean;
    }
  /** Until the agent is heard: for a caller who interrupts. */
  | { readonly wait: 'agent-speaks'; readonly patienceMs?: number }
  | { readonly wait: 'stream-started' }
  | { readonly waitMs: number }
  /** Mu-law, 8000 Hz, no header. `name` is for the events. */
  | { readonly say: Buffer; readonly name?: string }
  /** `0`-`9`, `*`, `#`. */
  | { readonly press: string }
  | { readonly hangUp: true };

/** What becomes of a `<Dial>`. */
export interface DialOutcome {
  readonly status: 'completed' | 'busy' | 'no-answer' | 'failed';
  /** How long the phones are connected, or ring, before it is over. */
  readonly lastsMs?: number;
}

/** A call to place. Times are in milliseconds. */
export interface PhoneOptions {
  /** The number's voice URL. */
  readonly voiceUrl: string;
  readonly voiceMethod?: 'GET' | 'POST';
  /** The number's fallback URL: asked when a document fails. */
  readonly fallbackUrl?: string;
  /** The number's call status callback. */
  readonly statusCallback?: string;
  /** How many status callbacks of the call were sent before: those of a placed call that rang. */
  readonly statusCallbacksBefore?: number;
  /** The primary auth token of the account: it signs. */
  readonly authToken: string;
  readonly accountSid?: string;
  readonly callSid?: string;
  readonly from?: string;
  readonly to?: string;
  readonly direction?: 'inbound' | 'outbound-api';
  /**
   * Where public hosts really are, as in `{ 'bridge.example.com': 'http://127.0.0.1:8080' }`. Host
   * header and signature stay those of the public address, the way a tunnel keeps them.
   */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The authority that is trusted over TLS, PEM; otherwise the usual ones. */
  readonly ca?: string;

  readonly script?: readonly CallerStep[];
  /** What the caller does after the script. Default: hear the agent out, then hang up. */
  readonly afterScript?: 'hang-up' | 'stay';
  /** The caller hangs up after this time, whatever happens. Default 120 s. */
  readonly maxMs?: number;
  /** Silence after which the agent has finished. Default 600. */
  readonly quietMs?: number;
  /** How long the caller waits for an agent that says nothing. Default 20 s. */
  readonly patienceMs?: number;

  /** Length of `<Say>` for each character of its text. Default 60. */
  readonly sayMsPerCharacter?: number;
  /** Multiplies the length of Say, Pause, Play, Record and Dial. Default 1. */
  readonly pauseScale?: number;
  /** Default 2000. */
  readonly recordMs?: number;
  /** True if nothing is said into a `<Record>`. */
  readonly recordSilence?: boolean;
  readonly dial?: DialOutcome;
  /** Documents that one call may ask for. Default 50. */
  readonly maxDocuments?: number;
  /** Twilio's limit for a webhook is 15 s. */
  readonly webhookTimeoutMs?: number;
  /** Limit for the stream's handshake. Default 5 s. */
  readonly connectTimeoutMs?: number;

  /** Any form; default `MZ` and 32 hex digits. */
  readonly streamSid?: string;
  /** `timestamp` of the first media message. Default 0. */
  readonly firstTimestampMs?: number;
  /** One-way delay of the network between Twilio and the stream's server, each way. Default 0. */
  readonly delayMs?: number;
  /** Up to this much more, by a seeded random; order is kept. Default 0. */
  readonly jitterMs?: number;
  readonly seed?: number;
}

/** The options with everything filled in. */
export type PhoneSettings = Required<Omit<PhoneOptions, Optional>> & Pick<PhoneOptions, Optional>;
type Optional = 'fallbackUrl' | 'statusCallback' | 'streamSid' | 'ca';

/** Twilio's sids: two letters and 32 hex digits. */
export function makeSid(prefix: string): string {
  return prefix + randomBytes(16).toString('hex');
}

/**
 * Fills in what was left out.
 * @throws TypeError if an address is no http(s) address or the auth token is empty.
 */
export function fillIn(options: PhoneOptions): PhoneSettings {
  const { voiceUrl, fallbackUrl, statusCallback, hosts = {} } = options;
  for (const address of [voiceUrl, fallbackUrl, statusCallback, ...Object.values(hosts)]) {
    if (address === undefined || isHttp(address)) continue;
    throw new TypeError(`not an http or https address: ${address}`);
  }
  if (options.authToken === '') throw new TypeError('the auth token is empty');
  return {
    voiceMethod: 'POST',
    accountSid: 'AC00000000000000000000000000000000',
    callSid: makeSid('CA'),
    from: '+14155550123',
    to: '+14155550100',
    direction: 'inbound',
    statusCallbacksBefore: 0,
    hosts: {},
    script: [],
    afterScript: 'hang-up',
    maxMs: 120_000,
    quietMs: 600,
    patienceMs: 20_000,
    sayMsPerCharacter: 60,
    pauseScale: 1,
    recordMs: 2000,
    recordSilence: false,
    dial: { status: 'completed' },
    maxDocuments: 50,
    webhookTimeoutMs: 15_000,
    connectTimeoutMs: 5000,
    firstTimestampMs: 0,
    delayMs: 0,
    jitterMs: 0,
    seed: 1,
    ...defined(options),
  };
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

function defined(options: PhoneOptions): PhoneOptions {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  // The same object without the keys that were given as undefined.
  return Object.fromEntries(entries) as unknown as PhoneOptions;
}
