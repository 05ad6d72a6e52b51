import { type StandInCall, startStandInCall } from './stand-in/call';
import { connectTwilio } from './stand-in/twilio';
import { callTool, outputsOf } from './stand-in/tool-calls';

const AGENT = `tools:
  - end_call
  - report_outcome
  - send_digits
  - type: transfer_call
    destinations: { staff: "+15550100003" }
    timeout_s: 20
keys:
  "0": { action: transfer_call, destination: staff }
outcome:
  type: object
  properties: { result: { enum: [booked, refused] } }
  required: [result]
  additionalProperties: false
`;

describe('The tools that concern the call itself', () => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall(AGENT);
  });
  afterEach(() => call.close());

  const use = (responseId: string, name: string, input: unknown) => {
    callTool(call.session, responseId, `c_${responseId}`, name, input);
    call.finish(responseId);
  };
  const next = async (reason = 'stream-ended', more: object = {}) =>
    (await call.bridge.post('/calls/CA1/next', { reason, try: 0, ...more })).body;
  const record = async () => (await call.bridge.operator('/calls/CA1')).body;
  const asks = () => call.session.received.filter(({ type }) => type === 'response.create');
  const isOpen = () => call.phone.socket.readyState === call.phone.socket.OPEN;

  it('end_call hangs up when the goodbye has been heard, and not before', async () => {
    call.respond('r1', 400);
    use('r1', 'end_call', {});
    await call.session.waitFor('conversation.item.create');
    await call.settle();
    expect(isOpen()).toBe(true);
    call.echoMarks();
    await expect(call.phone.closed).resolves.toMatchObject({ code: 1000 });
    expect(asks()).toEqual([]);
    expect(await next()).toEqual({ action: 'hangup' });
    expect(await record()).toMatchObject({ end: { by: 'agent' } });
  });

  it('end_call without a word has the agent say goodbye first', async () => {
    call.respond('r1');
    use('r1', 'end_call', {});
    await call.session.waitFor('response.create');
    expect(isOpen()).toBe(true);
    call.respond('r2', 200);
    call.finish('r2');
    await call.phone.waitFor('mark');
    call.echoMarks();
    await expect(call.phone.closed).resolves.toMatchObject({ code: 1000 });
  });

  it('end_call is called off by a caller who still has something to say', async () => {
    call.respond('r1', 2_000);
    use('r1', 'end_call', {});
    await call.session.waitFor('conversation.item.create');
    call.speechStarted();
    await call.phone.waitFor('clear');
    await call.settle();
    expect(isOpen()).toBe(true);
    call.speechStopped();
    call.respond('r2', 100);
    call.finish('r2');
    await call.phone.waitFor('mark', 2);
    call.echoMarks();
    await call.settle();
    expect(isOpen()).toBe(true);
  });

  it('report_outcome keeps what fits the schema, and tells the model what does not', async () => {
    call.respond('r1');
    use('r1', 'report_outcome', { result: 'perhaps' });
    await call.session.waitFor('response.create');
    expect(outputsOf(call.session).c_r1).toMatch(/result.*booked, refused/);
    expect((await record()).outcome).toBeUndefined();
    call.respond('r2');
    use('r2', 'report_outcome', { result: 'booked' });
    await call.session.waitFor('response.create', 2);
    expect(await record()).toMatchObject({ outcome: { result: 'booked' } });
  });

  it('a bad outcome keeps the agent from hanging up in the same breath', async () => {
    call.respond('r1', 50);
    callTool(call.session, 'r1', 'c1', 'report_outcome', {});
    callTool(call.session, 'r1', 'c2', 'end_call', {});
    call.finish('r1');
    await call.session.waitFor('response.create');
    call.echoMarks();
    await call.settle();
    expect(isOpen()).toBe(true);
    expect(outputsOf(call.session).c2).toMatch(/outcome/);
  });

  it('transfer_call dials through Twilio once the agent has said so', async () => {
    call.respond('r1', 100);
    use('r1', 'transfer_call', { destination: 'staff' });
    await call.session.waitFor('conversation.item.create');
    await call.phone.waitFor('mark');
    call.echoMarks();
    await call.phone.closed;
    expect(await next()).toEqual({
      action: 'dial',
      number: '+15550100003',
      callerId: '+15550100002',
      timeoutS: 20,
    });
    expect(await next('dial-ended', { dialCallStatus: 'completed' })).toEqual({ action: 'hangup' });
  });

  it('transfer_call that nobody answers comes back, and the agent knows what was said', async () => {
    call.session.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'i1',
      transcript: 'The manager, please.',
    });
    call.respond('r1');
    use('r1', 'transfer_call', { destination: 'staff' });
    await call.phone.closed;
    await next();
    const opened = call.model.nextSession();
    const step = await next('dial-ended', { dialCallStatus: 'no-answer' });
    expect(step).toMatchObject({ action: 'resume' });
    const phone = connectTwilio(call.bridge.server.port, 'CA1', { token: String(step.token) });
    await phone.opened;
    phone.start();
    const session = await opened;
    await session.waitFor('response.create');
    expect(JSON.stringify(session.received)).toMatch(/The manager, please\..*nobody answered/);
    phone.socket.terminate();
  });

  it.each(['nobody', 'constructor', '+15550199999'])(
    'transfer_call to %s, which the file does not name, is refused',
    async (destination) => {
      call.respond('r1');
      use('r1', 'transfer_call', { destination });
      await call.session.waitFor('response.create');
      expect(outputsOf(call.session).c_r1).toMatch(/staff/);
      expect(isOpen()).toBe(true);
      const errors = (await record()).errors as { code: string }[];
      expect(errors.map(({ code }) => code)).toContain('transfer_not_allowed');
    },
  );

  it('send_digits plays keys through Twilio, and the call goes on without a greeting', async () => {
    call.respond('r1');
    use('r1', 'send_digits', { digits: '2w1#' });
    await call.phone.closed;
    expect(await next()).toEqual({ action: 'digits', digits: '2w1#' });
    expect(await next('digits-sent')).toMatchObject({ action: 'resume' });
  });

  it('a bridge that drains waits for a call that has gone to press keys', async () => {
    call.respond('r1');
    use('r1', 'send_digits', { digits: '1' });
    await call.phone.closed;
    expect(await next()).toMatchObject({ action: 'digits' });
    let isDrained = false;
    const drained = call.bridge.calls.drain(30_000).then(() => (isDrained = true));
    expect((await call.bridge.post('/calls', { callSid: 'CA2' })).status).toBe(503);
    expect(isDrained).toBe(false);
    expect(await next('digits-sent')).toMatchObject({ action: 'resume' });
    expect(isDrained).toBe(false);
    await call.bridge.post('/calls/CA1/events', {
      source: 'call-status',
      parameters: { CallStatus: 'completed' },
    });
    await drained;
  });

  it('of two that end the stream, the first is done, and the model hears why not the other', async () => {
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'transfer_call', { destination: 'staff' });
    callTool(call.session, 'r1', 'c2', 'end_call', {});
    call.finish('r1');
    await call.phone.closed;
    expect(outputsOf(call.session)).toEqual({
      c1: '{"ok":true}',
      c2: '{"error":"transfer_call comes first"}',
    });
    expect(await next()).toMatchObject({ action: 'dial' });
  });

  it('send_digits with letters is refused', async () => {
    call.respond('r1');
    use('r1', 'send_digits', { digits: 'abc' });
    await call.session.waitFor('response.create');
    expect(isOpen()).toBe(true);
  });

  it('a key that the file binds does what it says there, at once', async () => {
    call.respond('r1', 5_000);
    await call.phone.waitFor('mark');
    call.phone.send({
      event: 'dtmf',
      streamSid: 'MZ1',
      dtmf: { track: 'inbound_track', digit: '0' },
    });
    await call.phone.waitFor('clear');
    call.finish('r1', 'cancelled');
    await call.phone.closed;
    expect(await next()).toMatchObject({ action: 'dial', number: '+15550100003' });
  });

  it('other keys reach the model as text, those of one number together', async () => {
    for (const digit of '4711')
      call.phone.send({ event: 'dtmf', streamSid: 'MZ1', dtmf: { track: 'inbound_track', digit } });
    const item = await call.session.waitFor('conversation.item.create');
    expect(JSON.stringify(item)).toContain('4711');
    await call.session.waitFor('response.create');
  });
});
