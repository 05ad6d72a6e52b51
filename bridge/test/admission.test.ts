import { signRequest } from '@realtime-phone/protocol/request-signature';
import { BRIDGE_SECRET, PUBLIC_DOMAIN, startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

describe('Admission', () => {
  let model: StandInModel;
  let bridge: TestBridge;

  const open = async (environment: Record<string, string> = {}) => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, environment);
  };

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  it('gives an address that carries the CallSid, a token and a time', async () => {
    await open();
    const grant = await bridge.admit('CA0123456789abcdef0123456789abcdef');
    expect(grant.streamUrl).toBe(
      `wss://${PUBLIC_DOMAIN}/media-stream/CA0123456789abcdef0123456789abcdef`,
    );
    expect(grant.token.length).toBeLessThan(200);
    const leftMs = Date.parse(grant.expiresAt) - Date.now();
    expect(leftMs).toBeGreaterThan(50_000);
    expect(leftMs).toBeLessThanOrEqual(60_000);
  });

  it('opens the model session at once', async () => {
    await open();
    const opened = model.nextSession();
    await bridge.admit('CA1');
    await opened;
    await bridge.waitForLog('model session created');
  });

  it('reuses the warm session for the same call and replaces the token', async () => {
    await open();
    const first = await bridge.admit('CA1');
    const second = await bridge.admit('CA1');
    expect(second.token).not.toBe(first.token);
    expect(bridge.calls.size).toBe(1);
    const late = connectTwilio(bridge.server.port, 'CA1', { token: first.token });
    await late.opened;
    late.start();
    expect((await late.closed).reason).toBe('token_invalid');
    expect(model.sessions).toHaveLength(1);
  });

  it('ends unclaimed when it runs out, and its place is free again', async () => {
    await open({ ADMISSION_S: '1', MAX_CALLS: '1' });
    await bridge.admit('CA1');
    const session = model.sessions[0] ?? (await model.nextSession());
    await new Promise((resolve) => session.socket.on('close', resolve));
    expect((await bridge.operator('/calls/CA1')).body).toMatchObject({
      end: { by: 'bridge', code: 'admission_expired' },
    });
    await bridge.admit('CA2');
  });

  it('ends when Twilio goes on before any stream has started, and its place is free again', async () => {
    await open({ MAX_CALLS: '1' });
    await bridge.admit('CA1');
    const session = model.sessions[0] ?? (await model.nextSession());
    const closed = new Promise((resolve) => session.socket.on('close', resolve));
    expect(await bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 })).toMatchObject({
      body: { action: 'fallback' },
    });
    await closed;
    expect((await bridge.operator('/calls/CA1')).body).toMatchObject({
      end: { by: 'stream', code: 'stream_lost' },
    });
    await bridge.admit('CA2');
  });

  it('is refused with 503, a code and Retry-After when the bridge is full', async () => {
    await open({ MAX_CALLS: '1' });
    await bridge.admit('CA1');
    const body = JSON.stringify({ callSid: 'CA2', from: '', to: '', direction: 'inbound' });
    const authorization = signRequest(
      BRIDGE_SECRET,
      { method: 'POST', path: '/calls', body },
      Date.now() / 1_000,
    );
    const response = await fetch(`${bridge.url}/calls`, {
      method: 'POST',
      body,
      headers: { authorization },
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await response.json()).toMatchObject({ code: 'bridge_full' });
    const ready = await fetch(`${bridge.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      calls: 1,
      capacity: 1,
      accepting: false,
      draining: false,
    });
  });

  it('is refused while draining, and streams of admitted calls still come', async () => {
    await open({ DRAIN_S: '30' });
    const { token } = await bridge.admit('CA1');
    const drained = bridge.calls.drain(30_000);
    expect(await bridge.post('/calls', { callSid: 'CA2' })).toMatchObject({
      status: 503,
      body: { code: 'bridge_draining' },
    });
    expect((await fetch(`${bridge.url}/readyz`)).status).toBe(503);
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await drained;
    expect(bridge.calls.size).toBe(0);
  });

  it('is refused for an agent that there is none of', async () => {
    await open();
    expect(await bridge.post('/calls', { callSid: 'CA1', agent: 'nobody' })).toMatchObject({
      status: 503,
      body: { code: 'agent_unknown' },
    });
  });

  it.each([
    ['without a CallSid', {}, 'call_sid_missing'],
    ['with a CallSid that is none', { callSid: '../../etc' }, 'call_sid_missing'],
    ['with a wrong field', { callSid: 'CA1', from: 5 }, 'body_invalid'],
    ['that is not JSON', '{"callSid":', 'body_not_json'],
    ['that is no object', '[]', 'body_not_json'],
  ])('is refused with 400 %s', async (_what, body, code) => {
    await open();
    expect(await bridge.post('/calls', body)).toMatchObject({ status: 400, body: { code } });
    expect(model.sessions).toHaveLength(0);
  });

  it('is refused unsigned, wrongly signed, for another body, and too old', async () => {
    await open();
    const body = '{"callSid":"CA1"}';
    const signed = { method: 'POST', path: '/calls', body };
    const nowS = Date.now() / 1_000;
    const attempt = async (authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const response = await fetch(`${bridge.url}/calls`, { method: 'POST', body, headers });
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    expect(await attempt()).toEqual([401, 'request_unsigned']);
    expect(await attempt('Bearer x')).toEqual([401, 'request_unsigned']);
    expect(await attempt(signRequest('another secret', signed, nowS))).toEqual([
      401,
      'request_signature_invalid',
    ]);
    expect(await attempt(signRequest(BRIDGE_SECRET, { ...signed, body: '{}' }, nowS))).toEqual([
      401,
      'request_signature_invalid',
    ]);
    expect(await attempt(signRequest(BRIDGE_SECRET, signed, nowS - 90))).toEqual([
      401,
      'request_expired',
    ]);
    expect(await attempt(signRequest(BRIDGE_SECRET, signed, nowS + 90))).toEqual([
      401,
      'request_expired',
    ]);
    expect(model.sessions).toHaveLength(0);
  });
});
