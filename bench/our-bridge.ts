import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readAdmissionGrant } from '../protocol/admission';
import { signRequest } from '../protocol/request-signature';
import { signForTwilio } from '../protocol/twilio-signature';
import type { AdmittedCall } from './load/generator';

const PUBLIC_DOMAIN = 'bridge.example.com';
const AT_ONCE = 16;

/** Secrets of one start of the bridge. */
export interface Secrets {
  readonly authToken: string;
  readonly bridgeSecret: string;
}

export function makeSecrets(): Secrets {
  return {
    authToken: randomBytes(16).toString('hex'),
    bridgeSecret: randomBytes(24).toString('hex'),
  };
}

/**
 * The environment of a bridge that does all that it does in production: signatures, tokens, the
 * log at info, metrics, records in a file. Only the limits on numbers of calls are raised.
 * @param folder an empty one, for the records.
 */
export function describeEnvironment(
  { authToken, bridgeSecret }: Secrets,
  modelUrl: string,
  calls: number,
  folder: string,
): NodeJS.ProcessEnv {
  return {
    REALTIME_URL: modelUrl,
    OPENAI_API_KEY: 'simulated',
    TWILIO_AUTH_TOKEN: authToken,
    BRIDGE_SECRET: bridgeSecret,
    ADMIN_TOKEN: randomBytes(24).toString('hex'),
    PUBLIC_DOMAIN,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
    CALL_STORE: join(folder, 'calls.db'),
    MAX_CALLS: String(calls),
    MAX_CALLS_PER_CALLER: String(calls),
    MAX_CALLS_PER_CALLER_PER_MINUTE: String(calls),
    MAX_PENDING_SOCKETS: String(calls),
    MAX_PENDING_SOCKETS_PER_ADDRESS: String(calls),
    DRAIN_S: '0',
    // The model of the bench speaks when it likes, and leaves a greeting unanswered for a while.
    MODEL_AUDIO_MS: '60000',
    // Nor shall a clip play meanwhile: every byte is compared.
    MODEL_SLOW_MS: '0',
  };
}

/** Calls as phones without an admission have them: for what asks for none. */
export function makeCalls(count: number): readonly AdmittedCall[] {
  return Array.from({ length: count }, (_, at) => {
    const hex = (at + 1).toString(16).padStart(32, '0');
    return {
      path: `/media-stream/CA${hex}`,
      host: PUBLIC_DOMAIN,
      signature: 'none',
      callSid: `CA${hex}`,
      streamSid: `MZ${hex}`,
      token: 'none',
    };
  });
}

/**
 * Has the bridge admit the calls, as the Functions do; it then opens their model sessions.
 * @throws Error with the answer where one is not admitted.
 */
export async function admitCalls(
  port: number,
  secrets: Secrets,
  count: number,
): Promise<readonly AdmittedCall[]> {
  const waiting = makeCalls(count).entries();
  const admitted: AdmittedCall[] = [];
  const work = async () => {
    for (const [at, call] of waiting) admitted[at] = await admit(port, secrets, call);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return admitted;
}

/** The bridge does not take this call; the caller would hear the fallback. */
export class NotAdmitted extends Error {
  /** Of the refusal. */
  readonly code: string;

  constructor(status: number, answer: unknown) {
    super(`not admitted: ${status} ${JSON.stringify(answer)}`);
    const { code } = answer as { code?: unknown }; // an answer of the bridge is an object
    this.code = typeof code === 'string' ? code : String(status);
  }
}

/**
 * Has the bridge admit one call.
 * @throws NotAdmitted where it does not.
 */
export async function admit(
  port: number,
  secrets: Secrets,
  call: AdmittedCall,
): Promise<AdmittedCall> {
  const body = JSON.stringify({
    callSid: call.callSid,
    from: '+15550100001',
    to: '+15550100002',
    direction: 'inbound',
  });
  const request = { method: 'POST', path: '/calls', body };
  const authorization = signRequest(secrets.bridgeSecret, request, Date.now() / 1_000);
  const response = await fetch(`http://127.0.0.1:${port}/calls`, {
    method: 'POST',
    body,
    headers: { authorization },
  });
  const answer: unknown = await response.json();
  const grant = readAdmissionGrant(answer);
  if (grant === undefined) throw new NotAdmitted(response.status, answer);
  return {
    ...call,
    path: new URL(grant.streamUrl).pathname,
    signature: signForTwilio(secrets.authToken, grant.streamUrl),
    token: grant.token,
  };
}
