import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallReport } from '../phone/call-report';
import { runCallCommand } from '../phone/command/run-call';
import { closedPort, startBridge, startWebhooks, TOKEN, tone, twiml } from './phone-stand-ins';

async function command(args: string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runCallCommand(args, {
    environment: { TWILIO_AUTH_TOKEN: TOKEN, PORT: '1', ...environment },
    print: (line) => out.push(line),
    tell: (line) => err.push(line),
  });
  return { exitCode, out, err, json: () => JSON.parse(out.join('\n')) as CallReport };
}

describe('npm run call', () => {
  it('prints one JSON object, and exits 0 when the call went well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'phone-'));
    const clip = join(folder, 'hello.ulaw');
    writeFileSync(clip, tone(60));
    const bridge = await startBridge(async (stream) => {
      await stream.nth('start');
      stream.media(tone(40));
      while (!stream.audio().includes(tone(60))) {
        await stream.nth('media', stream.all('media').length + 1);
      }
      stream.media(tone(80, 1));
    });
    const connect = '<Connect><Stream url="wss://bridge.example.com/s"/></Connect>';
    const functions = await startWebhooks({
      '/stream-mode': ({ query }) => twiml(`<Say>${query.agent ?? ''}</Say>${connect}<Hangup/>`),
      '/call-status': { status: 204 },
    });
    const { exitCode, json, err } = await command(
      [
        ['--json', '--agent', 'concierge', '--clip', clip, '--wav', join(folder, 'wav')],
        ['--host', `bridge.example.com=${bridge.place}`],
      ].flat(),
      { FUNCTIONS_URL: functions.place, PUBLIC_DOMAIN: 'bridge.example.com' },
    );
    const report = json();
    expect(report).toMatchObject({ ok: true, transcript: [{ who: 'twilio', text: 'concierge' }] });
    expect(report.stream).toMatchObject({ accepted: true, heardMs: 120, clears: 0 });
    expect(report.statusEvents).toMatchObject([{ event: 'completed', status: 204 }]);
    expect(exitCode).toBe(0);
    expect(err.some((line) => line.includes('first agent audio'))).toBe(true);
    expect(existsSync(join(folder, 'wav', `${report.callSid}-agent.wav`))).toBe(true);
    expect(existsSync(join(folder, 'wav', `${report.callSid}-caller.wav`))).toBe(true);
  });

  it('takes what was said from the record of the bridge', async () => {
    const functions = await startWebhooks({ '/test-mode': '<Say>it works</Say>' });
    const turns = [{ who: 'agent', text: 'hello', atMs: 60_000 }, { who: 'nobody' }, 7];
    const record = { admittedAt: new Date().toISOString(), endedAt: 'now', turns };
    const bridge = createServer((request, response) => {
      const allowed = request.headers.authorization === 'Bearer secret';
      response.writeHead(allowed ? 200 : 401).end(JSON.stringify(record));
    });
    await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve));
    const { json } = await command(['--json', '--route', 'test-mode'], {
      FUNCTIONS_URL: functions.place,
      PORT: String((bridge.address() as AddressInfo).port),
      ADMIN_TOKEN: 'secret',
    });
    expect(json().transcript).toMatchObject([
      { who: 'twilio', text: 'it works' },
      { who: 'agent', text: 'hello' },
    ]);
    expect(json().transcript[1]?.atMs).toBeGreaterThan(59_000);
    bridge.closeAllConnections();
    bridge.close();
  });

  it('prints a timeline and a summary for a person', async () => {
    const functions = await startWebhooks({ '/test-mode': '<Say>it works</Say>' });
    const { out } = await command(['--route', 'test-mode'], { FUNCTIONS_URL: functions.place });
    expect(out.some((line) => / ms {2}phone {2}Twilio says: it works/.test(line))).toBe(true);
    expect(out.at(-1)).toContain('CA');
  });

  it('says what to do when nothing listens at the Functions’ address', async () => {
    const FUNCTIONS_URL = `http://127.0.0.1:${await closedPort()}`;
    const { exitCode, json } = await command(['--json'], { FUNCTIONS_URL });
    expect(exitCode).toBe(1);
    expect(json().errors[0]).toMatchObject({
      code: 'functions_unreachable',
      message: `nothing listens at ${FUNCTIONS_URL}`,
    });
  });

  it('says what to do without TWILIO_AUTH_TOKEN', async () => {
    const { exitCode, json } = await command(['--json'], { TWILIO_AUTH_TOKEN: '' });
    expect(exitCode).toBe(1);
    expect(json()).toMatchObject({ ok: false, errors: [{ code: 'twilio_auth_token_missing' }] });
  });

  it.each([
    ['--to, which is for real calls', ['--to', '+14155550199'], /--to/],
    ['another route', ['--route', 'elsewhere'], /stream-mode or test-mode/],
    ['a number that is none', ['--max-s', 'soon'], /whole number/],
    ['a host without place', ['--host', 'bridge.example.com'], /--host must be as/],
    ['a clip that is not there', ['--clip', '/no/such/file.ulaw'], /--clip cannot be read/],
    ['an unknown option', ['--loud'], /--loud/],
  ])('exits 2 with one sentence for %s', async (_, args, sentence) => {
    const { exitCode, out, err } = await command(args);
    expect(exitCode).toBe(2);
    expect(out).toEqual([]);
    expect(err).toHaveLength(1);
    expect(err[0]).toMatch(sentence);
  });

  it('explains itself', async () => {
    const { exitCode, out } = await command(['--help']);
    expect(exitCode).toBe(0);
    expect(out[0]).toContain('--jitter-ms');
  });
});
