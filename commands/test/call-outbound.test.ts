import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { runOutboundCommand } from '../call/run-outbound';

/** A bridge that answers as it is told. */
async function startBridge(answers: Record<string, { status: number; body: object }>) {
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(Buffer.concat(chunks).toString());
      const { status, body } = answers[request.url ?? ''] ?? { status: 404, body: {} };
      response.writeHead(status).end(JSON.stringify(body));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function command(args: string[], BRIDGE_URL: string) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runOutboundCommand(args, {
    environment: { BRIDGE_URL, ADMIN_TOKEN: 'secret' },
    print: (line) => out.push(line),
    tell: (line) => err.push(line),
  });
  return { exitCode, out, err };
}

const PLACED = { status: 202, body: { callId: 'out_1', callSid: 'CA1', status: 'queued' } };
const RECORD = {
  callSid: 'CA1',
  endedAt: 'now',
  course: [],
  turns: [],
  statusEvents: [],
  errors: [],
};
const TO = ['--to', '+15550100123', '--agent', 'concierge', '--var', 'party_size=4', '--json'];

describe('npm run call with --to', () => {
  let bridge: Awaited<ReturnType<typeof startBridge>>;
  afterEach(() => bridge.server.close());

  it.each([
    ['an outcome', { outcome: { result: 'booked' } }, 0],
    ['none', {}, 1],
  ])('waits for the end of the call, and exits by whether there is %s', async (_, more, code) => {
    bridge = await startBridge({
      '/calls/outbound': PLACED,
      '/calls/out_1': { status: 200, body: { ...RECORD, ...more } },
    });
    const { exitCode, out } = await command([...TO, '--wait'], bridge.url);
    expect(exitCode).toBe(code);
    expect(JSON.parse(out.join(''))).toMatchObject({ ok: code === 0, callSid: 'CA1', ...more });
    expect(JSON.parse(bridge.bodies[0] ?? '')).toEqual({
      to: '+15550100123',
      agent: 'concierge',
      variables: { party_size: '4' },
      machineDetection: false,
    });
  });

  it('says in the words of the bridge why a call was not placed', async () => {
    const body = { code: 'twilio_refused', message: '21219 trial', remedy: 'verify it' };
    bridge = await startBridge({ '/calls/outbound': { status: 502, body } });
    const { exitCode, out } = await command(TO, bridge.url);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out.join(''))).toMatchObject({ ok: false, errors: [body] });
  });

  it('exits 2 with one sentence for a variable without a value', async () => {
    bridge = await startBridge({});
    const { exitCode, err } = await command(['--to', '+15550100123', '--var', 'x'], bridge.url);
    expect([exitCode, err.length]).toEqual([2, 1]);
    expect(err[0]).toContain('--var must be as party_size=4');
  });
});
