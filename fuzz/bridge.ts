import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { describeEnvironment, makeSecrets, type Secrets } from '../bench/our-bridge';
import { startPinned } from '../bench/pinned-process';
import { readScrape } from '../protocol/prometheus-text';
import { signRequest } from '../protocol/request-signature';
import { signForTwilio } from '../protocol/twilio-signature';

const HOST = 'bridge.example.com';

/** A call as a phone needs it. */
export interface Ticket {
  readonly callSid: string;
  readonly token: string;
}

/** A bridge in a process of its own, as built. */
export interface FuzzedBridge {
  readonly port: number;
  readonly secrets: Secrets;
  /** A signed request of the Functions; the body as text. */
  post(path: string, body: string): Promise<{ status: number; text: string }>;
  admit(callSid: string): Promise<Ticket>;
  /** Opens a stream as Twilio does; nothing is sent yet. */
  connect(callSid: string, headers?: Readonly<Record<string, string>>): WebSocket;
  /** The counters, by name with labels. */
  readMetrics(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

/** The message with which a stream begins. */
export function writeStart({ callSid, token }: Ticket): string {
  const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8_000, channels: 1 };
  const start = { callSid, streamSid: 'MZ1', mediaFormat, customParameters: { token } };
  return JSON.stringify({ event: 'start', sequenceNumber: '1', streamSid: 'MZ1', start });
}

/**
 * Starts the built bridge.
 * @param main its main.js.
 */
export async function startBridgeProcess(
  main: string,
  modelUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<FuzzedBridge> {
  const secrets = makeSecrets();
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const environment: NodeJS.ProcessEnv = {
    ...describeEnvironment(secrets, modelUrl, 100_000, folder),
    MAX_LOOP_LAG_MS: '60000',
    ...more,
  };
  const child = startPinned(
    undefined,
    [process.execPath, main],
    { environment, folder },
    /"port":(\d+).*bridge listening/,
  );
  const port = await child.listening;
  const url = `http://127.0.0.1:${port}`;
  const post: FuzzedBridge['post'] = async (path, body) => {
    const signed = { method: 'POST', path, body };
    const authorization = signRequest(secrets.bridgeSecret, signed, Date.now() / 1_000);
    const response = await fetch(url + path, { method: 'POST', body, headers: { authorization } });
    return { status: response.status, text: await response.text() };
  };
  return {
    port,
    secrets,
    post,
    admit: async (callSid) => {
      const call = { callSid, from: '+15550100001', to: '+15550100002', direction: 'inbound' };
      const { status, text } = await post('/calls', JSON.stringify(call));
      if (status !== 201) throw new Error(`not admitted: ${status} ${text}`);
      const { token } = JSON.parse(text) as { token: string };
      return { callSid, token };
    },
    connect: (callSid, headers = {}) => {
      const path = `/media-stream/${callSid}`;
      const signature = signForTwilio(secrets.authToken, `wss://${HOST}${path}`);
      return new WebSocket(`ws://127.0.0.1:${port}${path}`, {
        perMessageDeflate: false,
        headers: { host: HOST, 'x-twilio-signature': signature, ...headers },
      });
    },
    readMetrics: async () => {
      return readScrape(await (await fetch(`${url}/metrics`)).text());
    },
    stop: async () => {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const MIB = 1_048_576;

/** The memory of the bridge's process that is in RAM, in MiB. */
export async function readResidentMib(bridge: FuzzedBridge): Promise<number> {
  const bytes = (await bridge.readMetrics()).get('process_resident_memory_bytes') ?? NaN;
  return Math.round(bytes / MIB);
}
