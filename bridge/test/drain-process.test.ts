import { signRequest } from '@realtime-phone/protocol/request-signature';
import { ADMIN_TOKEN, BRIDGE_SECRET, PUBLIC_DOMAIN, TWILIO_AUTH_TOKEN } from './stand-in/bridge';
import { startStandInModel, type StandInModel } from './stand-in/model';
import { type BridgeProcess, buildMain, type BuiltMain, startMain } from './stand-in/process';
import { connectTwilio, type StandInTwilio } from './stand-in/twilio';

describe('A bridge that is told to stop', () => {
  let main: BuiltMain;
  let model: StandInModel;
  let bridge: BridgeProcess;
  let port: number;

  beforeAll(() => (main = buildMain()));
  afterAll(() => main.remove());
  beforeEach(async () => (model = await startStandInModel()));
  afterEach(async () => {
    bridge.kill('SIGKILL');
    await bridge.ended;
    model.close();
  });

  const start = async (environment: Readonly<Record<string, string>> = {}) => {
    bridge = startMain(main, {
      PATH: process.env.PATH,
      OPENAI_API_KEY: 'sk-of-the-tests',
      REALTIME_URL: model.url,
      TWILIO_AUTH_TOKEN,
      PUBLIC_DOMAIN,
      BRIDGE_SECRET,
      ADMIN_TOKEN,
      CALL_STORE: ':memory:',
      PORT: '0',
      MAX_LOOP_LAG_MS: '60000',
      ...environment,
    });
    port = Number((await bridge.waitForLog('bridge listening')).port);
  };
  const post = async (path: string, content: object) => {
    const body = JSON.stringify(content);
    const request = { method: 'POST', path, body };
    const headers = { authorization: signRequest(BRIDGE_SECRET, request, Date.now() / 1_000) };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...request, headers });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const readiness = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
  const admit = async (callSid: string) => (await post('/calls', { callSid })).body.token ?? '';
  const stream = async (callSid: string, token: string): Promise<StandInTwilio> => {
    const phone = connectTwilio(port, callSid, { token });
    await phone.opened;
    phone.start();
    return phone;
  };
  const hangUp = (phone: StandInTwilio, callSid: string) =>
    phone.send({ event: 'stop', stop: { callSid } });
  const next = async (callSid: string) =>
    (await post(`/calls/${callSid}/next`, { reason: 'stream-ended', try: 0 })).body.action;

  it('admits nobody, is not ready, takes the streams of those it has admitted, and ends with the last', async () => {
    await start();
    const phone = await stream('CA1', await admit('CA1'));
    const token = await admit('CA2');
    await bridge.waitForLog('agent started');
    bridge.kill('SIGTERM');
    await bridge.waitForLog('draining: no more calls are admitted');
    expect(await post('/calls', { callSid: 'CA3' })).toMatchObject({
      status: 503,
      body: { code: 'bridge_draining' },
    });
    expect(await readiness()).toBe(503);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    // Twilio asks once more about a call that is admitted, and its stream comes only now.
    const late = await stream(
      'CA2',
      (await post('/calls', { callSid: 'CA2' })).body.token ?? token,
    );
    await model.sessions[1]?.waitFor('session.update');
    // The call in progress is relayed as ever.
    phone.media(Buffer.alloc(160, 0x11));
    await model.sessions[0]?.waitFor('input_audio_buffer.append');
    hangUp(phone, 'CA1');
    await phone.closed;
    expect(await next('CA1')).toBe('hangup');
    hangUp(late, 'CA2');
    await late.closed;
    // It lingers, so that the last one gets its answer too.
    expect(await next('CA2')).toBe('hangup');
    expect(await bridge.ended).toBe(0);
  });

  it('has the agents say goodbye after DRAIN_S, and hangs up once that is heard', async () => {
    await start({ DRAIN_S: '1' });
    const phone = await stream('CA1', await admit('CA1'));
    await bridge.waitForLog('agent started');
    const session = model.sessions[0] ?? (await model.nextSession());
    await session.waitFor('response.create');
    session.send({ type: 'response.created', response: { id: 'r1' } });
    session.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    bridge.kill('SIGTERM');
    const told = await session.waitFor('conversation.item.create');
    expect(JSON.stringify(told)).toContain('goodbye');
    const { id } = told.item as { id: string };
    session.send({ type: 'conversation.item.added', item: { id } });
    await session.waitFor('response.create', 2);
    session.send({ type: 'response.created', response: { id: 'r2' } });
    session.send({
      type: 'response.output_audio.delta',
      response_id: 'r2',
      item_id: 'i2',
      content_index: 0,
      delta: Buffer.alloc(1_600, 7).toString('base64'),
    });
    session.send({ type: 'response.done', response: { id: 'r2', status: 'completed' } });
    const { mark } = await phone.waitFor('mark');
    phone.send({ event: 'mark', mark });
    expect(await phone.closed).toMatchObject({ code: 1000 });
    expect(phone.audio()).toHaveLength(1_600);
    expect(await next('CA1')).toBe('hangup');
    expect(await bridge.ended).toBe(0);
  });

  it('cuts the calls at once at a second signal, and their callers get the fallback', async () => {
    await start();
    const phone = await stream('CA1', await admit('CA1'));
    await bridge.waitForLog('agent started');
    bridge.kill('SIGTERM');
    await bridge.waitForLog('draining: no more calls are admitted');
    bridge.kill('SIGTERM');
    expect(await phone.closed).toEqual({ code: 1001, reason: 'bridge_stopped' });
    expect(await bridge.ended).toBe(0);
    expect(bridge.logs.at(-1)).toMatchObject({ msg: 'call ended', code: 'bridge_stopped' });
  });
});
