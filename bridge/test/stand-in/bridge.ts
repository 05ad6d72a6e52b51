import { signRequest } from '@realtime-phone/protocol/request-signature';
import { type Bridge, startBridge } from '../../src/bridge';
import { readConfig } from '../../src/config';
import { listSecrets } from '../../src/diagnostics/shown-config';
import { createLog } from '../../src/log';

export const BRIDGE_SECRET = 'a secret of the tests';
export const ADMIN_TOKEN = 'an operator token of the tests';
export const TWILIO_AUTH_TOKEN = '12345678901234567890123456789012';
export const PUBLIC_DOMAIN = 'bridge.example.com';

/** A log line, as written. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A bridge under test. */
export interface TestBridge extends Bridge {
  readonly url: string;
  readonly logs: LogLine[];
  /** Waits for the next log line with this message, past ones included. */
  waitForLog(msg: string): Promise<LogLine>;
  /** A signed request, as the Functions make it. */
  post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  admit(
    callSid: string,
    more?: object,
  ): Promise<{ streamUrl: string; token: string; expiresAt: string }>;
  /** A request of the operator's; with a body it is a POST. */
  operator(
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
}

/** Starts a real bridge on a free port, with its log kept and its records in memory. */
export async function startTestBridge(
  modelUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestBridge> {
  const logs: LogLine[] = [];
  const watchers = new Set<() => void>();
  const config = readConfig({
    REALTIME_URL: modelUrl,
    OPENAI_API_KEY: 'sk-of-the-tests',
    TWILIO_AUTH_TOKEN,
    PUBLIC_DOMAIN,
    BRIDGE_SECRET,
    ADMIN_TOKEN,
    PORT: '0',
    CALL_STORE: ':memory:',
    DRAIN_S: '0',
    // What else this machine does is no reason to refuse a call.
    MAX_LOOP_LAG_MS: '60000',
    // Nor to play a clip into what is counted byte by byte; a test that wants one says so.
    MODEL_WAIT_MS: '0',
    MODEL_SLOW_MS: '0',
    // Phones and models work in the same loop here.
    MAX_LOOP_BUSY_PERCENT: '100',
    // One number makes all calls of a test.
    MAX_CALLS_PER_CALLER: '1000',
    MAX_CALLS_PER_CALLER_PER_MINUTE: '1000',
    ...environment,
  });
  const log = createLog({ LOG_LEVEL: 'debug', LOG_FORMAT: 'json' }, false, listSecrets(config), {
    write: (line: string) => {
      logs.push(JSON.parse(line) as LogLine);
      for (const look of [...watchers]) look();
    },
  });
  const bridge = await startBridge(config, log, environment);
  const url = `http://127.0.0.1:${bridge.server.port}`;
  const read = async (response: Response) => ({
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
  });
  const post: TestBridge['post'] = async (path, content) => {
    const body = typeof content === 'string' ? content : JSON.stringify(content);
    const authorization = signRequest(
      BRIDGE_SECRET,
      { method: 'POST', path, body },
      Date.now() / 1_000,
    );
    return read(await fetch(url + path, { method: 'POST', body, headers: { authorization } }));
  };
  return {
    ...bridge,
    url,
    logs,
    post,
    waitForLog: (msg) =>
      new Promise((resolve) => {
        const look = () => {
          const found = logs.find((line) => line.msg === msg);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
    admit: async (callSid, more = {}) => {
      const { status, body } = await post('/calls', {
        callSid,
        from: '+15550100001',
        to: '+15550100002',
        direction: 'inbound',
        ...more,
      });
      if (status !== 201) throw new Error(`not admitted: ${status} ${JSON.stringify(body)}`);
      return body as { streamUrl: string; token: string; expiresAt: string };
    },
    operator: async (path, body) =>
      read(
        await fetch(url + path, {
          headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
          ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        }),
      ),
  };
}
