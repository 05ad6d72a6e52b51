import { type StandInCall, startStandInCall } from './stand-in/call';
import { callTool } from './stand-in/tool-calls';
import { connectTwilio } from './stand-in/twilio';

const AGENT = `tools:
  - send_digits
  - type: transfer_call
    destinations: { staff: "+15550100003" }
keys:
  "0": { action: transfer_call, destination: staff }
`;

describe('A call that comes back from a step of Twilio', () => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall(AGENT);
  });
  afterEach(() => call.close());

  const use = async (name: string, input: unknown) => {
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', name, input);
    call.finish('r1');
    await call.phone.closed;
    await next('stream-ended');
  };
  const next = async (reason: string, more: object = {}) =>
    (await call.bridge.post('/calls/CA1/next', { reason, try: 0, ...more })).body;
  const comeBack = async (step: Record<string, unknown>) => {
    const opened = call.model.sessions[1] ?? (await call.model.nextSession());
    const phone = connectTwilio(call.bridge.server.port, 'CA1', { token: String(step.token) });
    await phone.opened;
    phone.start();
    return { phone, session: opened };
  };

  it('listens after digits: what the other end says comes first', async () => {
    await use('send_digits', { digits: '1' });
    const { phone, session } = await comeBack(await next('digits-sent'));
    const told = await session.waitFor('conversation.item.create', 3);
    expect(JSON.stringify(told)).toMatch(/"system".*1/);
    phone.media(Buffer.alloc(160, 5));
    await session.waitFor('input_audio_buffer.append');
    expect(session.received.map(({ type }) => type)).not.toContain('response.create');
    phone.socket.terminate();
  });

  it('says what became of a transfer, and does not forget it', async () => {
    await use('transfer_call', { destination: 'staff' });
    const { phone, session } = await comeBack(
      await next('dial-ended', { dialCallStatus: 'no-answer' }),
    );
    await session.waitFor('response.create');
    const items = session.received.filter(({ type }) => type === 'conversation.item.create');
    expect(JSON.stringify(items.at(-1))).toMatch(/"system".*nobody answered/);
    phone.socket.terminate();
  });

  it('may be asked for twice: the answer may have been lost on the way', async () => {
    await use('transfer_call', { destination: 'staff' });
    const first = await next('dial-ended', { dialCallStatus: 'busy' });
    const second = await next('dial-ended', { dialCallStatus: 'busy', try: 1 });
    expect(second).toMatchObject({ action: 'resume' });
    expect(second.token).not.toBe(first.token);
    expect(call.model.sessions.length).toBeLessThanOrEqual(2);
    const { phone, session } = await comeBack(second);
    await session.waitFor('response.create');
    phone.socket.terminate();
  });

  it('is over where the caller hung up meanwhile', async () => {
    await use('transfer_call', { destination: 'staff' });
    await call.bridge.post('/calls/CA1/events', {
      source: 'call-status',
      parameters: { CallStatus: 'completed' },
    });
    expect(await next('dial-ended', { dialCallStatus: 'completed' })).toEqual({ action: 'hangup' });
  });

  it('is cancelled at the model when a key cuts the agent, since nobody speaks who would', async () => {
    call.respond('r2', 5_000);
    await call.phone.waitFor('mark');
    call.phone.send({ event: 'dtmf', streamSid: 'MZ1', dtmf: { digit: '0' } });
    expect(await call.session.waitFor('response.cancel')).toMatchObject({ response_id: 'r2' });
  });
});

describe('A transfer that a restart of the bridge has forgotten', () => {
  it('goes to the fallback where nobody answered, and not to a hang-up', async () => {
    const call = await startStandInCall(AGENT);
    try {
      call.phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
      await call.bridge.waitForLog('call ended');
      const next = async (dialCallStatus: string) =>
        (
          await call.bridge.post('/calls/CA1/next', {
            reason: 'dial-ended',
            try: 0,
            dialCallStatus,
          })
        ).body;
      expect(await next('no-answer')).toEqual({ action: 'fallback' });
      expect(await next('completed')).toEqual({ action: 'hangup' });
    } finally {
      await call.close();
    }
  });
});
