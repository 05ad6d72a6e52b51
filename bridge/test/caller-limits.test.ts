import { isWithheld } from '@realtime-phone/protocol/withheld-number';
import { RecentCount } from '../src/limits/recent-count';
import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

describe('One caller', () => {
  let model: StandInModel;
  let bridge: TestBridge;

  const open = async (environment: Record<string, string>) => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, environment);
  };

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  const ask = async (callSid: string, from: string, more: object = {}) => {
    const { status, body } = await bridge.post('/calls', {
      ...{ callSid, from, to: '+15550100002', direction: 'inbound', ...more },
    });
    return status === 201 ? 'admitted' : `${status} ${String(body.code)}`;
  };

  it('has only so many calls at once, and the place of one that ended is free', async () => {
    await open({ MAX_CALLS_PER_CALLER: '2' });
    expect(await ask('CA1', '+15550100001')).toBe('admitted');
    expect(await ask('CA2', '+15550100001')).toBe('admitted');
    expect(await ask('CA3', '+15550100001')).toBe('503 caller_calls_full');
    expect(await ask('CA4', '+15550100009')).toBe('admitted');
    expect(await ask('CA1', '+15550100001')).toBe('admitted'); // the same call, asked once more
    await bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(await ask('CA3', '+15550100001')).toBe('admitted');
    expect((await bridge.operator('/calls/CA3')).body).toMatchObject({
      errors: [{ code: 'caller_calls_full' }],
    });
    expect(model.sessions).toHaveLength(4); // none for the one that was refused
  });

  it('calls only so often in a minute, and is not held off longer by dialling again', async () => {
    await open({ MAX_CALLS_PER_CALLER_PER_MINUTE: '2' });
    for (const callSid of ['CA1', 'CA2']) {
      expect(await ask(callSid, '+15550100001')).toBe('admitted');
      await bridge.post(`/calls/${callSid}/next`, { reason: 'stream-ended', try: 0 });
    }
    expect(await ask('CA3', '+15550100001')).toBe('503 caller_calls_too_frequent');
    expect(await ask('CA4', '+15550100009')).toBe('admitted');
  });

  it('is nobody in particular where the number is withheld: those have limits of their own', async () => {
    await open({ MAX_CALLS_PER_CALLER: '1', MAX_WITHHELD_CALLS: '3' });
    for (const [at, from] of ['anonymous', '', '+266696687'].entries())
      expect(await ask(`CA${at}`, from)).toBe('admitted');
    expect(await ask('CA8', '+7378742833')).toBe('503 withheld_calls_full');
    expect(await ask('CA9', '+15550100001')).toBe('admitted');
  });

  it('is not limited by calls that the bridge itself places', async () => {
    await open({ MAX_CALLS_PER_CALLER: '1' });
    const placed = { direction: 'outbound-api' };
    expect(await ask('CA1', '+15550100001', placed)).toBe('admitted');
    expect(await ask('CA2', '+15550100001', placed)).toBe('admitted');
  });

  it('keeps the place while the stream is there', async () => {
    await open({ MAX_CALLS_PER_CALLER: '1' });
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('media stream started');
    expect(await ask('CA2', '+15550100001')).toBe('503 caller_calls_full');
    phone.socket.close();
    await bridge.waitForLog('call ended');
    expect(await ask('CA2', '+15550100001')).toBe('admitted');
  });
});

it.each([
  ['', true],
  ['anonymous', true],
  ['Restricted', true],
  ['+266696687', true],
  ['+86282452253', true],
  ['sip:anonymous@anonymous.invalid', true],
  ['+15550100001', false],
  ['sip:alice@example.com', false],
  ['client:alice', false],
])('%p is withheld: %p', (from, withheld) => expect(isWithheld(from)).toBe(withheld));

describe('What is counted of callers', () => {
  it('is over after its minute', () => {
    const recent = new RecentCount(60_000);
    recent.note('a', 10, 0);
    recent.note('a', 10, 30_000);
    expect(recent.count('a', 59_999)).toBe(2);
    expect(recent.count('a', 60_000)).toBe(1);
    expect(recent.count('a', 90_000)).toBe(0);
    expect(recent.size).toBe(0);
  });

  it('stays bounded, whoever calls', () => {
    const recent = new RecentCount(60_000);
    for (let at = 0; at < 30_000; at += 1) recent.note(String(at), 10, at / 1_000);
    expect(recent.size).toBe(10_000);
    recent.note('later', 10, 200_000);
    expect(recent.size).toBe(1);
  });
});
