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
  readonly #waiters: (() => void)[] = [];

  constructor(readonly child: ChildProcess) {
    child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    // Only the process above speaks here, and that is its type.
    child.on('message', (said) => {
      this.#said.push(said as Said);
      this.#wake();
    });
    child.on('exit', () => this.#wake());
  }

  #wake(): void {
    for (const go of this.#waiters.splice(0)) go();
  }

  async listening(): Promise<number> {
    return (await this.#find((said) => ('listening' in said ? said : undefined))).listening;
  }

  /** The call of that sid, when it is over. */
  async call(callSid: string): Promise<AgentsCall> {
    const found = await this.#find((said) =>
      'call' in said && said.call.callSid === callSid ? said : undefined,
    );
    return found.call;
  }

  async #find<T>(pick: (said: Said) => T | undefined): Promise<T> {
    for (;;) {
      for (const said of this.#said) {
        const picked = pick(said);
        if (picked !== undefined) return picked;
      }
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
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

/** A whole call, as each of the three saw it. */
async function callThrough(listening: number, interruptAfterMs: number, delayMs: number) {
  const { port } = functions.address() as AddressInfo; // it listens on TCP
  const call = placeCall({
    voiceUrl: `http://127.0.0.1:${port}/voice`,
    authToken: 'a token of the tests',
    hosts: { [STREAM]: `http://127.0.0.1:${listening}` },
    quietMs: 500,
    maxMs: 50_000,
    delayMs,
    jitterMs: delayMs / 2,
    script: [
      { wait: 'agent-finished' },
      { say: clip('caller-book-table').audio },
      { wait: 'agent-speaks' },
      { waitMs: interruptAfterMs },
      { say: clip('caller-interrupt').audio },
      { wait: 'agent-finished' },
    ],
  });
  const report = await call.finished;
  const sdk = await bridge.call(call.callSid);
  const session = model.sessions.find(({ sessionId }) => sessionId === sdk.sessionId);
  const [interruption] = report.stream?.interruptions ?? [];
  if (!session || !report.stream || !interruption) throw new Error('there was no interruption');
  const heard = Buffer.concat(call.heard().map(({ bytes }) => bytes));
  // Of the answer that was cut: what was heard in all, less the greeting before and the answer after.
  const [before, after] = [clip('agent-greeting'), clip('agent-changed')];
  const cutMs = heard.length / 8 - before.durationMs - after.durationMs;
  const { record } = session;
  return { report, stream: report.stream, interruption, cutMs, heard, sdk, record };
}

type WholeCall = Awaited<ReturnType<typeof callThrough>>;

describe("The Twilio transport of OpenAI's Agents SDK, in the bridge's place", () => {
  const cases = [
    ['while it is still generated', 400, 0],
    ['when it is all in the queue, over a slow network', 2_500, 60],
  ] as const;
  let calls: WholeCall[];

  beforeAll(async () => {
    const port = await bridge.listening();
    // Both at a time: a call takes as long as it takes to say it.
    calls = await Promise.all(
      cases.map(([, afterMs, delayMs]) => callThrough(port, afterMs, delayMs)),
    );
  });

  describe.each(cases.map(([when], at) => [when, at] as const))(
    'carries a call whose answer is interrupted %s',
    (_when, at) => {
      let the: WholeCall;
      beforeAll(() => {
        const call = calls[at];
        if (!call) throw new Error('no such call');
        the = call;
      });

      it('and nobody complains: not the phone, not the model, not the SDK', () => {
        expect(the.report.errors).toEqual([]);
        expect(the.report.ok).toBe(true);
        expect(the.record.errors).toEqual([]);
        expect(the.sdk.errors).toEqual([]);
      });

      it('and the caller hears greeting, cut answer and next answer, byte for byte', () => {
        const { heard, cutMs, interruption, record, stream, sdk } = the;
        expect(stream.clears).toBe(1);
        expect(cutMs).toBeGreaterThan(300);
        expect(cutMs).toBeCloseTo(interruption.heardMs - clip('agent-greeting').durationMs, 0);
        const wanted = [
          clip('agent-greeting').audio,
          clip('agent-booked').audio.subarray(0, cutMs * 8),
          clip('agent-changed').audio,
        ];
        expect(heard.equals(Buffer.concat(wanted))).toBe(true);
        for (const name of ['caller-book-table', 'caller-interrupt']) {
          expect(record.appendedBytes.includes(clip(name).audio)).toBe(true);
        }
        expect(sdk.toolCalls).toEqual(['{"people":4}']);
      });

      it('and the model is told of what was heard, never of more than it said', () => {
        const { cutMs, interruption, record, sdk, stream } = the;
        expect(sdk.interruptions).toBe(1);
        const [truncation, ...more] = record.truncations;
        const cut = record.spoken.find(({ itemId }) => itemId === truncation?.itemId);
        expect(more).toEqual([]);
        expect(truncation?.audioEndMs).toBeGreaterThan(0);
        // The SDK goes by its marks, and adds 50 ms for what it cannot know.
        expect(truncation?.audioEndMs).toBeLessThanOrEqual(cutMs + 50);
        expect(truncation?.audioEndMs).toBeLessThanOrEqual((cut?.audio.length ?? 0) / 8);
        expect(interruption.marks.length).toBeGreaterThan(0);
        expect(stream.marks.every(({ echoedAtMs }) => echoedAtMs !== null)).toBe(true);
      });
    },
  );

  it('was cut once before and once after the end of its response', () => {
    const [early, late] = calls.map(({ record }) => record.responses.map(({ status }) => status));
    expect(early).toEqual(['completed', 'completed', 'cancelled', 'completed']);
    expect(late).toEqual(['completed', 'completed', 'completed', 'completed']);
  });

  it('knows the conversation as it was', () => {
    for (const { sdk } of calls) {
      expect(sdk.history).toMatchObject([
        { role: 'assistant', content: [{ transcript: clip('agent-greeting').text }] },
        { role: 'user', content: [{ transcript: clip('caller-book-table').text }] },
        { type: 'function_call', name: 'book_table', output: 'booked' },
        { role: 'assistant' },
        { role: 'user', content: [{ transcript: clip('caller-interrupt').text }] },
        { role: 'assistant', content: [{ transcript: clip('agent-changed').text }] },
      ]);
    }
  });

  it('logged no warning, and connected to the model and to nothing else', () => {
    expect(bridge.stderr).toBe('');
    const { dialled } = calls[0]?.sdk ?? {};
    expect(new Set(dialled)).toEqual(new Set([`127.0.0.1:${model.port}`]));
  });
});
