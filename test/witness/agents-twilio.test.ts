import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { clip } from '../../simulator/clips/clips';
import { makeCertificate } from '../../simulator/model/certificate';
import { type Model, startModel } from '../../simulator/model/model-server';
import { placeCall } from '../../simulator/phone/phone-call';
import type { AgentsCall, Said } from './agents-bridge';

jest.setTimeout(60_000);

const ROOT = join(__dirname, '..', '..');
const STREAM = 'agents.example.com';

let model: Model;
let bridge: AgentsBridge;
let functions: Server;
let folder: string;

/** The process that has the Agents SDK, and what it says. */
class AgentsBridge {
  stderr = '';
  readonly #said: Said[] = [];
  #wake: () => void = () => undefined;

  constructor(readonly child: ChildProcess) {
    child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    // Only the process above speaks here, and that is its type.
    child.on('message', (said) => {
      this.#said.push(said as Said);
      this.#wake();
    });
    child.on('exit', () => this.#wake());
  }

  async listening(): Promise<number> {
    const said = await this.#next();
    if ('listening' in said) return said.listening;
    throw new Error('a call came before it listened');
  }

  async call(): Promise<AgentsCall> {
    const said = await this.#next();
    if ('call' in said) return said.call;
    throw new Error('it listens twice');
  }

  async #next(): Promise<Said> {
    for (;;) {
      const said = this.#said.shift();
      if (said !== undefined) return said;
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

beforeAll(async () => {
  const certificate = await makeCertificate();
  model = await startModel({
    tls: certificate,
    apiKey: 'sk-of-the-tests',
    script: {
      greeting: { clip: 'agent-greeting' },
      replies: [
        { tool: 'book_table', arguments: { people: 4 } },
        { clip: 'agent-booked' },
        { clip: 'agent-changed' },
      ],
      heard: [clip('caller-book-table').text, clip('caller-interrupt').text],
    },
  });
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'witness-'));
  const outfile = join(folder, 'agents-bridge.js');
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(__dirname, 'agents-bridge.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
  });
  bridge = new AgentsBridge(
    fork(outfile, {
      cwd: folder,
      silent: true,
      env: {
        NODE_EXTRA_CA_CERTS: certificate.certPath,
        OPENAI_AGENTS_DISABLE_TRACING: '1',
        REALTIME_URL: `${model.url}?model=gpt-realtime-2.1`,
      },
    }),
  );
  functions = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/xml' });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="wss://${STREAM}/"/></Connect></Response>`,
    );
  });
  functions.listen(0, '127.0.0.1');
  await once(functions, 'listening');
});

afterAll(async () => {
  bridge.child.kill('SIGKILL');
  functions.close();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("The Twilio transport of OpenAI's Agents SDK, in the bridge's place", () => {
  it('carries a call with a function and an interruption, and complains of nothing', async () => {
    const port = await bridge.listening();
    const { port: voicePort } = functions.address() as AddressInfo; // it listens on TCP
    const call = placeCall({
      voiceUrl: `http://127.0.0.1:${voicePort}/voice`,
      authToken: 'a token of the tests',
      hosts: { [STREAM]: `http://127.0.0.1:${port}` },
      quietMs: 300,
      maxMs: 50_000,
      script: [
        { wait: 'agent-finished' },
        { say: clip('caller-book-table').audio },
        { wait: 'agent-speaks' },
        { waitMs: 500 },
        { say: clip('caller-interrupt').audio },
        { wait: 'agent-finished' },
      ],
    });
    const report = await call.finished;
    const sdk = await bridge.call();
    const [session] = model.sessions;
    const { stream } = report;
    if (!session || !stream) throw new Error('the call was not connected');

    // The phone has nothing against what the SDK sends, nor the model, nor the SDK against them.
    expect(report.errors).toEqual([]);
    expect(report.ok).toBe(true);
    expect(session.record.errors).toEqual([]);
    expect(sdk.errors).toEqual([]);
    expect(bridge.stderr).toBe('');

    // The greeting whole, the first answer cut where the caller spoke, the second one whole.
    const [interruption] = stream.interruptions;
    expect(stream.clears).toBe(1);
    const playedMs = interruption?.playedMs ?? 0;
    expect(playedMs).toBeGreaterThan(500);
    const heard = Buffer.concat(call.heard().map(({ bytes }) => bytes));
    const wanted = [
      clip('agent-greeting').audio,
      clip('agent-booked').audio.subarray(0, playedMs * 8),
      clip('agent-changed').audio,
    ];
    expect(heard.equals(Buffer.concat(wanted))).toBe(true);
    for (const name of ['caller-book-table', 'caller-interrupt']) {
      expect(session.record.appendedBytes.includes(clip(name).audio)).toBe(true);
    }
    expect(sdk.toolCalls).toEqual(['{"people":4}']);

    // The SDK says what its marks told it was heard, and 50 ms more: never beyond the item.
    expect(sdk.interruptions).toBe(1);
    const [truncation, ...more] = session.record.truncations;
    const cut = session.record.spoken.find(({ itemId }) => itemId === truncation?.itemId);
    expect(more).toEqual([]);
    expect(truncation?.audioEndMs).toBeGreaterThan(0);
    expect(truncation?.audioEndMs).toBeLessThanOrEqual(playedMs + 50);
    expect(truncation?.audioEndMs).toBeLessThanOrEqual((cut?.audio.length ?? 0) / 8);
    expect(interruption?.marks.length).toBeGreaterThan(0);
    expect(stream.marks.every(({ echoedAtMs }) => echoedAtMs !== null)).toBe(true);

    // It connected to the model and to nothing else.
    expect(new Set(sdk.dialled)).toEqual(new Set([`127.0.0.1:${model.port}`]));
  });
});
