import { signForTwilio } from '../../../protocol/twilio-signature';
import { checkTwiml } from '../../../protocol/twiml/check';
import type { TwimlElement } from '../../../protocol/twiml/document';
import { type RunningFunctions, startFunctions } from '../../local/start';
import { type BuiltFunctions, ROOT } from './built-functions';
import { join } from 'node:path';

export const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
export const CALL_SID = 'CA0123456789abcdef0123456789abcdef';

/** No caller waits longer for a Function, whatever the bridge does, in milliseconds. */
export const PATIENCE_MS = 2000;

export interface Fetched {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly tookMs: number;
  /** The verbs of the TwiML; it has been checked, and had no finding. */
  readonly verbs: readonly TwimlElement[];
}

/** Twilio, as far as the Functions see it. */
export interface TwilioClient {
  readonly url: string;
  /** Posts as Twilio does for the call, signed. */
  readonly post: (path: string, parameters?: Record<string, string>) => Promise<Fetched>;
  readonly close: () => Promise<void>;
}

/** Starts built Functions with this environment, behind the gate. */
export async function startTwilioClient(
  built: BuiltFunctions,
  env: Record<string, string>,
): Promise<TwilioClient> {
  const running: RunningFunctions = await startFunctions({
    baseDir: built.root,
    functionsFolder: built.functions,
    assetsFolder: join(ROOT, 'assets'),
    authToken: AUTH_TOKEN,
    env,
  });
  return {
    url: running.url,
    post: async (path, parameters = {}) => {
      const form = { CallSid: CALL_SID, From: '+15550100100', To: '+15550100199', ...parameters };
      const startedAt = performance.now();
      const response = await fetch(running.url + path, {
        method: 'POST',
        headers: { 'x-twilio-signature': signForTwilio(AUTH_TOKEN, running.url + path, form) },
        body: new URLSearchParams(form),
      });
      const body = await response.text();
      const tookMs = performance.now() - startedAt;
      const contentType = response.headers.get('content-type') ?? '';
      return {
        status: response.status,
        body,
        contentType,
        tookMs,
        verbs: contentType.startsWith('text/xml') ? readTwiml(body, contentType) : [],
      };
    },
    close: () => running.close(),
  };
}

function readTwiml(body: string, contentType: string): readonly TwimlElement[] {
  const { findings, root } = checkTwiml({ body, contentType });
  expect(findings).toEqual([]);
  return root?.children ?? [];
}

/** Collects the log lines of the Functions in this process. */
export function collectLog(): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => {
    const parsed: unknown = JSON.parse(String(line));
    if (typeof parsed === 'object') lines.push({ ...parsed });
  });
  return lines;
}
