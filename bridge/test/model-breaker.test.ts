import { signRequest } from '@realtime-phone/protocol/request-signature';
import { Breaker } from '../src/model/breaker';
import { BRIDGE_SECRET, startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

describe('The breaker of a model', () => {
  let nowMs = 0;
  let breaker: Breaker;

  beforeEach(() => {
    nowMs = 0;
    breaker = new Breaker(3, 10_000, () => nowMs);
  });
  const fail = (...calls: string[]) => {
    for (const call of calls) breaker.noteFailure(call);
  };

  it('opens when several calls have lost it, and not when one has lost it often', () => {
    fail('CA1', 'CA1', 'CA1', 'CA2');
    expect(breaker.admits('CA9')).toBe(true);
    fail('CA3');
    expect(breaker.state).toBe('open');
    expect(breaker.admits('CA9')).toBe(false);
  });

  it('forgets what was long ago, and all once a call was served', () => {
    fail('CA1', 'CA2');
    nowMs = 31_000;
    fail('CA3');
    expect(breaker.state).toBe('closed');
    fail('CA4');
    breaker.noteSuccess();
    fail('CA5');
    expect(breaker.state).toBe('closed');
  });

  it('lets one call try after a time, and another when that one has failed or said nothing', () => {
    fail('CA1', 'CA2', 'CA3');
    nowMs = 9_999;
    expect(breaker.admits('CA4')).toBe(false);
    nowMs = 10_000;
    expect(breaker.admits('CA4')).toBe(true);
    expect(breaker.state).toBe('half-open');
    expect([breaker.admits('CA5'), breaker.isOpenFor('CA4')]).toEqual([false, false]);
    fail('CA4');
    expect([breaker.state, breaker.waitMs]).toEqual(['open', 10_000]);
    nowMs = 20_000;
    expect(breaker.admits('CA6')).toBe(true);
    nowMs = 30_000;
    expect(breaker.admits('CA7')).toBe(true);
    breaker.noteSuccess();
    expect(breaker.admits('CA8')).toBe(true);
  });
});

describe('A bridge whose model is down', () => {
  let model: StandInModel;
  let second: StandInModel;
  let bridge: TestBridge;

  const open = async (environment: Record<string, string> = {}, hasSecond = false) => {
    model = await startStandInModel();
    second = await startStandInModel();
    bridge = await startTestBridge(model.url, {
      MODEL_DOWN_CALLS: '2',
      MODEL_DOWN_S: '1',
      MODEL_RECONNECT_TRIES: '0',
      ...(hasSecond ? { FALLBACK_REALTIME_URL: second.url } : {}),
      ...environment,
    });
    model.refuseWith = 503;
  };
  afterEach(async () => {
    await bridge.stop();
    model.close();
    second.close();
  });

  const admit = (callSid: string) =>
    bridge.post('/calls', { callSid, from: '+1', to: '+2', direction: 'inbound' });
  const askAgainAfterS = async (callSid: string) => {
    const body = JSON.stringify({ callSid, from: '+1', to: '+2', direction: 'inbound' });
    const asked = { method: 'POST', path: '/calls', body };
    const authorization = signRequest(BRIDGE_SECRET, asked, Date.now() / 1_000);
    const { headers } = await fetch(`${bridge.url}/calls`, {
      ...asked,
      headers: { authorization },
    });
    return Number(headers.get('retry-after'));
  };
  const loseModel = async (callSid: string) => {
    const { token } = await bridge.admit(callSid);
    const phone = connectTwilio(bridge.server.port, callSid, { token });
    await phone.opened;
    phone.start();
    await phone.closed;
  };

  it('says so at the door, and lets one call try later', async () => {
    await open();
    await loseModel('CA1');
    await loseModel('CA2');
    expect(await admit('CA3')).toMatchObject({ status: 503, body: { code: 'model_down' } });
    expect(await askAgainAfterS('CA3')).toBe(1);
    const metrics = await (await fetch(`${bridge.url}/metrics`)).text();
    expect(metrics).toMatch(/^bridge_model_down\{endpoint="first"\} 1$/m);
    const { checks } = (await bridge.operator('/diagnostics')).body;
    expect(JSON.stringify(checks)).toContain('calls are refused');
    model.refuseWith = undefined;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await admit('CA4')).status).toBe(201);
    expect((await admit('CA5')).status).toBe(503);
    const session = model.sessions.at(-1) ?? (await model.nextSession());
    await session.waitFor('session.update');
    await bridge.waitForLog('model session created');
    session.send({ type: 'response.created', response: { id: 'r1' } });
    session.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    while ((await admit('CA6')).status !== 201);
  });

  it('says when to ask again: once a call may try', async () => {
    await open({ MODEL_DOWN_S: '40' });
    await loseModel('CA1');
    await loseModel('CA2');
    const afterS = await askAgainAfterS('CA3');
    expect(afterS).toBeGreaterThan(30);
    expect(afterS).toBeLessThanOrEqual(40);
  });

  it('takes the second model from the start', async () => {
    await open({ MODEL_RECONNECT_TRIES: '3' }, true);
    for (const callSid of ['CA1', 'CA2']) {
      const served = second.nextSession();
      expect((await admit(callSid)).status).toBe(201);
      await served;
    }
    const next = second.nextSession();
    expect((await admit('CA3')).status).toBe(201);
    await next;
    const lost = bridge.logs.filter(({ msg }) => msg === 'model session lost');
    expect(new Set(lost.map(({ callSid }) => callSid))).toEqual(new Set(['CA1', 'CA2']));
  });
});
