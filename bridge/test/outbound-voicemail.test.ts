import { startStandInCall, type StandInCall } from './stand-in/call';

const VOICEMAIL = 'voicemail: { message: Please call us back. }\n';
const SAYS = { instructions: 'Say exactly this and nothing else: Please call us back.' };

describe('An answering machine that takes a placed call', () => {
  let call: StandInCall;
  afterEach(() => call.close());

  const answeredBy = (AnsweredBy: string) =>
    call.bridge.post('/calls/CA1/events', { source: 'call-status', parameters: { AnsweredBy } });
  const asked = () => call.session.received.filter(({ type }) => type === 'response.create');
  const record = async () => (await call.bridge.operator('/calls/CA1')).body;

  it('cuts the agent short; the message is left, and the call ends once it is out', async () => {
    call = await startStandInCall(`greeting: Hello.\n${VOICEMAIL}`);
    call.respond('r1', 5_000);
    await call.phone.waitFor('mark');
    await answeredBy('machine_end_beep');
    await call.phone.waitFor('clear');
    expect(await call.session.waitFor('response.cancel')).toMatchObject({ response_id: 'r1' });
    await call.session.waitFor('conversation.item.truncate');
    expect(asked()).toHaveLength(1);
    call.finish('r1', 'cancelled');
    expect((await call.session.waitFor('response.create', 2)).response).toEqual(SAYS);
    const marks = call.phone.received.filter(({ event }) => event === 'mark').length;
    call.respond('r2', 200);
    call.finish('r2');
    await call.phone.waitFor('mark', marks + 1);
    expect(call.phone.socket.readyState).toBe(call.phone.socket.OPEN);
    call.echoMarks();
    await expect(call.phone.closed).resolves.toMatchObject({ code: 1000 });
    const { body } = await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(body).toMatchObject({ action: 'hangup' });
    expect(await record()).toMatchObject({ end: { by: 'agent' }, errors: [] });
    expect(((await record()).course as { what: string }[]).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['voicemail reached', 'leaving a message']),
    );
  });

  it('is not taken for a caller: nothing of it reaches the model, and no answer is let through', async () => {
    call = await startStandInCall(VOICEMAIL);
    call.speechStarted();
    await answeredBy('machine_end_silence');
    expect((await call.session.waitFor('response.create')).response).toEqual(SAYS);
    const heardBytes = call.session.appended().length;
    call.phone.media(Buffer.alloc(160, 1));
    call.phone.send({ event: 'dtmf', dtmf: { track: 'inbound_track', digit: '1' } });
    await call.bridge.waitForLog('key pressed');
    expect(call.session.appended()).toHaveLength(heardBytes);
  });

  it('gets its message while it speaks itself: that is no caller to be silent for', async () => {
    call = await startStandInCall(VOICEMAIL);
    call.speechStarted();
    await answeredBy('machine_end_silence');
    await call.session.waitFor('response.create');
    call.respond('r1', 200);
    await call.phone.waitFor('mark');
    expect(call.phone.audio()).toHaveLength(200 * 8);
    call.finish('r1');
    call.echoMarks();
    await expect(call.phone.closed).resolves.toMatchObject({ code: 1000 });
    expect(call.session.received.map(({ type }) => type)).not.toContain('response.cancel');
    expect(asked()).toHaveLength(1);
  });

  it('gets its message also where the model has just begun to answer it', async () => {
    call = await startStandInCall(VOICEMAIL);
    call.speechStarted();
    call.speechStopped();
    await call.settle();
    await answeredBy('machine_end_other');
    call.respond('r1', 500);
    expect(await call.session.waitFor('response.cancel')).toMatchObject({ response_id: 'r1' });
    expect(asked()).toHaveLength(0);
    call.finish('r1', 'cancelled');
    expect((await call.session.waitFor('response.create')).response).toEqual(SAYS);
    expect(call.phone.audio()).toHaveLength(0);
  });

  it.each([
    ['without a message in the file', '', 'machine_end_beep'],
    ['that is a fax', VOICEMAIL, 'fax'],
  ])('%s is hung up on at once', async (_, keys, by) => {
    call = await startStandInCall(keys);
    await answeredBy(by);
    await expect(call.phone.closed).resolves.toMatchObject({ code: 1000 });
    expect(await record()).toMatchObject({ end: { by: 'agent' }, errors: [] });
  });

  it.each(['human', 'unknown'])('is not there where %s answered', async (by) => {
    call = await startStandInCall(VOICEMAIL);
    await answeredBy(by);
    await call.settle();
    expect(call.phone.socket.readyState).toBe(call.phone.socket.OPEN);
    expect(asked()).toHaveLength(0);
  });
});
