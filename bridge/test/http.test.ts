import { signRequest } from '@realtime-phone/protocol/request-signature';
import { WebSocket } from 'ws';
import {
  ADMIN_TOKEN,
  BRIDGE_SECRET,
  startTestBridge,
  TWILIO_AUTH_TOKEN,
  type TestBridge,
} from './stand-in/bridge';
import { ENGINES } from './stand-in/engines';
import { type StandInModel, startStandInModel } from './stand-in/model';

describe.each(ENGINES)('The HTTP side of the bridge, on %s', (engine) => {
  let model: StandInModel;
  let bridge: TestBridge;

  beforeAll(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { BRIDGE_SERVER: engine });
  });

  afterAll(async () => {
    await bridge.stop();
    model.close();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(bridge.url + path, { headers });

  it('is alive and ready', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({
      calls: 0,
      capacity: 100,
      accepting: true,
      draining: false,
    });
  });

  it('answers HEAD as GET without a body', async () => {
    const head = await fetch(`${bridge.url}/healthz`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('shows metrics to this machine, and behind a proxy only to an operator', async () => {
    const direct = await get('/metrics');
    expect(direct.headers.get('content-type')).toContain('text/plain');
    expect(await direct.text()).toContain('bridge_calls 0');
    expect((await get('/metrics', { 'x-forwarded-for': '203.0.113.7' })).status).toBe(401);
    const operator = { 'x-forwarded-for': '203.0.113.7', authorization: `Bearer ${ADMIN_TOKEN}` };
    expect((await get('/metrics', operator)).status).toBe(200);
  });

  it('shows call records to operators only', async () => {
    expect(await (await get('/calls')).json()).toMatchObject({ code: 'operator_token_missing' });
    expect(await (await get('/calls', { authorization: 'Bearer wrong' })).json()).toMatchObject({
      code: 'operator_token_invalid',
    });
    await bridge.admit('CAfirst');
    await bridge.admit('CAsecond');
    const { body } = await bridge.operator('/calls');
    expect((body.calls as { callSid: string }[]).map(({ callSid }) => callSid).sort()).toEqual([
      'CAfirst',
      'CAsecond',
    ]);
    expect((await bridge.operator('/calls/CAfirst')).body).toMatchObject({
      from: '+15*******01',
      agent: 'receptionist',
    });
    expect(await bridge.operator('/calls/CAnobody')).toMatchObject({
      status: 404,
      body: { code: 'call_unknown' },
    });
  });

  it('tells everybody a summary of itself, operators more, and nobody a secret', async () => {
    const summary = await (await get('/diagnostics')).text();
    expect(JSON.parse(summary)).toMatchObject({
      engine: engine === 'uws' ? 'uWebSockets.js' : 'ws',
      accepting: true,
    });
    expect(summary).not.toContain('config');
    const { body } = await bridge.operator('/diagnostics');
    expect(body).toMatchObject({ config: { OPENAI_API_KEY: 'set', MAX_CALLS: 100 } });
    const everything = summary + JSON.stringify(body) + JSON.stringify(bridge.logs);
    for (const secret of [ADMIN_TOKEN, BRIDGE_SECRET, TWILIO_AUTH_TOKEN, 'sk-of-the-tests']) {
      expect(everything).not.toContain(secret);
    }
  });

  it('tells the Functions whether their signature is accepted', async () => {
    const signed = { method: 'GET', path: '/diagnostics', body: '' };
    const authorization = signRequest(BRIDGE_SECRET, signed, Date.now() / 1_000);
    expect(await (await get('/diagnostics', { authorization })).json()).toMatchObject({
      functions: 'accepted',
    });
    const wrong = signRequest('another secret', signed, Date.now() / 1_000);
    expect(await (await get('/diagnostics', { authorization: wrong })).json()).toMatchObject({
      code: 'request_signature_invalid',
    });
  });

  it('knows no other address or method, and says when an address is a WebSocket', async () => {
    expect((await get('/nothing')).status).toBe(404);
    expect((await fetch(`${bridge.url}/healthz`, { method: 'DELETE' })).status).toBe(405);
    expect((await get('/media-stream/CA1')).status).toBe(426);
    const socket = new WebSocket(`${bridge.url.replace('http', 'ws')}/elsewhere`);
    await expect(new Promise((_resolve, reject) => socket.on('error', reject))).rejects.toThrow(
      '404',
    );
  });

  it('refuses a body over the limit', async () => {
    const response = await fetch(`${bridge.url}/calls`, {
      method: 'POST',
      body: 'x'.repeat(70_000),
    });
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { code: 'body_too_large' },
    ]);
  });

  it('echoes on /ws-test', async () => {
    const socket = new WebSocket(`${bridge.url.replace('http', 'ws')}/ws-test`);
    await new Promise((resolve) => socket.on('open', resolve));
    const echo = new Promise((resolve) =>
      socket.on('message', (data: Buffer) => resolve(data.toString())),
    );
    socket.send('ping 1');
    expect(await echo).toBe('ping 1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.send('x'.repeat(1_000_001));
    expect(await closed).toBe(1009);
  });

  it('answers a call that it does not know with 404', async () => {
    expect(
      await bridge.post('/calls/CAnobody/next', { reason: 'stream-ended', try: 0 }),
    ).toMatchObject({
      status: 404,
      body: { code: 'call_unknown' },
    });
  });
});
