import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { Report } from '../src/diagnostics/diagnostics';
import { LastErrors } from '../src/diagnostics/last-errors';
import { checkPublicDomain } from '../src/diagnostics/public-domain-check';
import { type AgentsFolder, makeAgentsFolder } from './stand-in/agents';
import {
  ADMIN_TOKEN,
  BRIDGE_SECRET,
  startTestBridge,
  TWILIO_AUTH_TOKEN,
  type TestBridge,
} from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const SECRETS = [ADMIN_TOKEN, BRIDGE_SECRET, TWILIO_AUTH_TOKEN, 'sk-of-the-tests'];
const basic = (password: string) =>
  `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`;

describe('/diagnostics of the bridge', () => {
  let model: StandInModel;
  let bridge: TestBridge;
  let folder: AgentsFolder | undefined;

  const open = async (environment: Record<string, string> = {}) => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, environment);
  };
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(bridge.url + path, { headers });
  const report = async () => (await bridge.operator('/diagnostics')).body as unknown as Report; // the shape is what is tested
  const checkNamed = async (name: string) =>
    (await report()).checks.find((check) => check.name === name);

  afterEach(async () => {
    await bridge.stop();
    model.close();
    folder?.remove();
    folder = undefined;
  });

  it('judges a bridge at rest, and shows the operator no secret and no number', async () => {
    await open({ PUBLIC_DOMAIN: 'phone.harbour.kitchen', TWILIO_PHONE_NUMBER: '+15550100100' });
    const { body } = await bridge.operator('/diagnostics');
    expect(body).toMatchObject({
      status: 'warning', // the records of a test are in memory
      counters: { admitted: 0, refused: 0, ended: 0, failed: 0, streamsArrived: 0 },
      lastErrors: [],
      versions: { node: process.version },
      config: {
        OPENAI_API_KEY: 'set',
        TWILIO_AUTH_TOKEN: 'set',
        BRIDGE_SECRET: 'set',
        ADMIN_TOKEN: 'set',
        TWILIO_PHONE_NUMBER: '+15*******00',
      },
    });
    const { checks } = await report();
    const notHolding = checks.filter(({ state }) => state !== 'holds').map(({ name }) => name);
    // Where the native server cannot load, that is told too.
    const engine = bridge.server.engine === 'ws' ? ['server engine'] : [];
    expect(notHolding).toEqual([...engine, 'call records']);
    for (const hidden of [...SECRETS, '+15550100100'])
      expect(JSON.stringify(body)).not.toContain(hidden);
  });

  it('gives a program JSON and a browser a page, and a stranger the summary of either', async () => {
    await open();
    const plain = await get('/diagnostics', { accept: '*/*' });
    expect(plain.headers.get('content-type')).toContain('application/json');
    expect(Object.keys((await plain.json()) as object)).not.toContain('checks');
    const page = await get('/diagnostics', { accept: BROWSER });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('www-authenticate')).toBeNull();
    const html = await page.text();
    expect(html).toContain('The bridge is up and takes calls');
    expect(html).not.toContain('<h2>Configuration</h2>');
  });

  it('asks a browser for a password at ?operator alone, and takes the token for it', async () => {
    await open();
    const asked = await get('/diagnostics?operator', { accept: BROWSER });
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toBe('Basic realm="bridge", charset="UTF-8"');
    expect((await report()).counters.refused).toBe(0);
    const wrong = await get('/diagnostics?operator', { authorization: basic('wrong') });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      401,
      { code: 'operator_token_invalid' },
    ]);
    expect((await report()).counters.refused).toBe(1);
    const authorization = basic(ADMIN_TOKEN);
    const page = await get('/diagnostics?operator', { accept: BROWSER, authorization });
    const html = await page.text();
    expect([page.status, html]).toEqual([200, expect.stringContaining('<h2>Configuration</h2>')]);
    for (const secret of SECRETS) expect(html).not.toContain(secret);
    // Nowhere else: what a browser sends by itself opens nothing that can change something.
    expect((await get('/calls', { authorization })).status).toBe(401);
  });

  it('asks for no password where none would fit', async () => {
    await open({ ADMIN_TOKEN: '' });
    const closed = await get('/diagnostics?operator', { accept: BROWSER });
    expect(closed.status).toBe(403);
    expect(closed.headers.get('www-authenticate')).toBeNull();
    expect(await closed.text()).toContain('set ADMIN_TOKEN on the bridge');
  });

  it('keeps the last errors of calls with their remedy, once each', async () => {
    await open({ STREAM_ARRIVAL_S: '1', MAX_CALLS: '1' });
    await bridge.admit('CA1');
    await bridge.post('/calls', { callSid: 'CA2' });
    await expect(
      connectTwilio(bridge.server.port, 'CA1', { signature: 'wrong' }).opened,
    ).rejects.toThrow('403');
    await bridge.waitForLog(
      'the call was admitted and no stream has come for it: 1 s after the admission',
    );
    const parameters = { StreamEvent: 'stream-error', StreamError: '31920 handshake' };
    await bridge.post('/calls/CA1/events', { source: 'stream-status', parameters });
    const { lastErrors, counters, checks } = await report();
    expect(lastErrors.map(({ code, callSid, times }) => [code, callSid, times])).toEqual([
      ['31920', 'CA1', 1],
      ['stream_not_arrived', 'CA1', 1],
      ['twilio_signature_invalid', 'CA1', 1],
      ['bridge_full', 'CA2', 1],
    ]);
    for (const { at, message, remedy } of lastErrors) {
      expect(Date.parse(at)).not.toBeNaN();
      expect([message, remedy]).not.toContain('');
    }
    expect(counters).toMatchObject({ admitted: 1, refused: 2, streamsNotArrived: 1 });
    expect(checks.find(({ name }) => name === 'streams of Twilio')).toMatchObject({
      state: 'fault',
      remedy: expect.stringContaining('31941') as unknown,
    });
    expect(await (await get('/diagnostics')).text()).not.toContain('31920');
  });

  it('tells how the model was at the last call', async () => {
    await open();
    model.refuseWith = 401;
    await bridge.admit('CA1');
    await bridge.waitForLog('model session lost');
    expect(await checkNamed('the model at the last call')).toMatchObject({
      state: 'fault',
      found: expect.stringMatching(/^model_refused at /) as unknown,
      remedy: 'check OPENAI_API_KEY, REALTIME_MODEL and REALTIME_PROVIDER',
    });
    model.refuseWith = undefined;
    const { token } = await bridge.admit('CA2');
    const phone = connectTwilio(bridge.server.port, 'CA2', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    expect(await checkNamed('the model at the last call')).toMatchObject({ state: 'holds' });
    expect((await report()).counters.streamsArrived).toBe(1);
  });

  it('tells of an edit of an agent that cannot be used', async () => {
    folder = makeAgentsFolder();
    await open(folder.environment);
    expect(await checkNamed('agents')).toMatchObject({ state: 'holds', found: 'good: tested' });
    folder.write('tested', 'voise: alloy\n');
    expect(await checkNamed('agent tested')).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('voise') as unknown,
    });
    folder.write('tested', '');
    expect(await checkNamed('agents')).toMatchObject({ state: 'holds' });
  });

  it('tells when the file of the records is gone, and how much room its disk has', async () => {
    const records = mkdtempSync(join(tmpdir(), 'records-'));
    await open({ CALL_STORE: join(records, 'calls.db') });
    expect(await checkNamed('call records')).toMatchObject({ state: 'holds' });
    expect((await checkNamed('disk of the records'))?.found).toMatch(/^\d+ MiB free$/);
    rmSync(records, { recursive: true });
    expect(await checkNamed('call records')).toMatchObject({ state: 'fault' });
    expect(await checkNamed('disk of the records')).toMatchObject({ state: 'fault' });
  });
});

describe('The last errors', () => {
  it('are bounded, and strangers push out nothing of a call', () => {
    const errors = new LastErrors([]);
    for (let at = 0; at < 100; at += 1) errors.note(`code-${at}`, 'm', 'r', `CA${at}`);
    for (let at = 0; at < 100; at += 1) errors.note(`knock-${at}`, 'm', 'r');
    const codes = errors.list().map(({ code }) => code);
    expect(codes.filter((code) => code.startsWith('code'))).toHaveLength(20);
    expect(codes).toContain('code-99');
    expect(codes.filter((code) => code.startsWith('knock'))).toHaveLength(10);
  });

  it('count what repeats, and take one error for one, wherever it passes', () => {
    const errors = new LastErrors([]);
    const full = new CodedError('bridge_full');
    errors.noteFault(full, 'CA1');
    errors.noteFault(full);
    errors.noteFault(new CodedError('bridge_full'), 'CA1');
    expect(errors.list()).toMatchObject([{ code: 'bridge_full', callSid: 'CA1', times: 2 }]);
  });

  it('hide phone numbers and secrets, and leave SIDs and addresses whole', () => {
    const errors = new LastErrors(['sk-very-secret']);
    const sid = 'CA01234567890123456789012345678901';
    errors.note('x', `+15550100199 or 15550100199 with sk-very-secret, ${sid}`, 'r');
    expect(errors.list()[0]?.message).toBe(`+15*******99 or 15*******99 with ***, ${sid}`);
  });
});

test.each([
  ['phone.harbour.kitchen', 'holds'],
  ['phone.harbour.kitchen:443', 'holds'],
  ['phone.harbour.kitchen:8443', 'warning'],
  ['bridge.example.com', 'warning'],
  ['203.0.113.7', 'warning'],
  ['localhost:8080', 'warning'],
])('PUBLIC_DOMAIN %s: %s', (domain, state) => {
  expect(checkPublicDomain(domain).state).toBe(state);
});
