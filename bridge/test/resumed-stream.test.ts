import { setTimeout as sleep } from 'node:timers/promises';
import type { CallRecord } from '../src/records/call-record';
import { type StandInCall, startStandInCall } from './stand-in/call';
import type { StandInSession } from './stand-in/model';
import { makeRecordingsFolder } from './stand-in/recordings';
import { callTool } from './stand-in/tool-calls';
import { connectTwilio, type StandInTwilio } from './stand-in/twilio';

/** Twilio's own socket is lost, and the call is still there. */
describe('A call whose stream breaks', () => {
  let call: StandInCall;
  afterEach(() => call.close());

  const next = async (more: object = {}) =>
    (await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0, ...more })).body;
  const record = async () =>
    (await call.bridge.operator('/calls/CA1')).body as unknown as CallRecord;
  const breakStream = async (phone: StandInTwilio, times = 1) => {
    phone.socket.terminate();
    while (call.bridge.logs.filter(({ msg }) => msg === 'call ended').length < times)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const goOn = async (step: Record<string, unknown>, times = 2) => {
    const session = call.model.sessions[times - 1] ?? (await call.model.nextSession());
    const phone = connectTwilio(call.bridge.server.port, 'CA1', { token: String(step.token) });
    await phone.opened;
    phone.start();
    return { phone, session };
  };
  const say = (session: StandInSession, text: string) =>
    session.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: `item_of_${text.length}`,
      transcript: text,
    });
  const itemsOf = ({ received }: StandInSession) =>
    received.filter(({ type }) => type === 'conversation.item.create').map(({ item }) => item);

  it('goes on in another one: the model knows what was said and done, and the agent speaks', async () => {
    call = await startStandInCall('greeting: Hello.\ntools: [end_call]\n');
    say(call.session, 'A table, please.');
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'nonsense', {});
    call.finish('r1');
    await call.bridge.waitForLog('turn');
    while (itemsOf(call.session).length === 0) await new Promise((go) => setImmediate(go));
    await breakStream(call.phone);
    const step = await next();
    expect(step).toMatchObject({
      action: 'resume',
      streamUrl: expect.stringContaining('CA1') as string,
    });
    // Warm before Twilio is back.
    const opened = call.model.sessions[1] ?? (await call.model.nextSession());
    await opened.waitFor('session.update');
    const { phone, session } = await goOn(step);
    await session.waitFor('response.create');
    expect(itemsOf(session)).toMatchObject([
      { role: 'user', content: [{ type: 'input_text', text: 'A table, please.' }] },
      { type: 'function_call', call_id: 'c1', name: 'nonsense' },
      { type: 'function_call_output', call_id: 'c1' },
      { role: 'system', content: [{ text: expect.stringMatching(/you are back/) as string }] },
    ]);
    phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await phone.closed;
    expect(await next()).toEqual({ action: 'hangup' });
    const { resumptions, course, turns, end, errors } = await record();
    expect({ resumptions, end }).toEqual({ resumptions: 1, end: { by: 'caller' } });
    expect(course.map(({ what }) => what)).toContain('call resumed');
    expect(turns.map(({ text }) => text)).toEqual(['A table, please.']);
    expect(errors.map(({ code }) => code)).toContain('stream_lost');
  });

  it('goes on too where Twilio is back before its socket is seen to close', async () => {
    call = await startStandInCall();
    say(call.session, 'A table, please.');
    await call.bridge.waitForLog('turn');
    const step = await next();
    expect(step.action).toBe('resume');
    expect(await call.phone.closed).toMatchObject({ code: 1000 });
    const { session } = await goOn(step);
    await session.waitFor('response.create');
  });

  it('begins anew where nothing had been said to its end', async () => {
    call = await startStandInCall('greeting: Hello.\n');
    call.respond('r1', 2_000);
    await call.phone.waitFor('media');
    await breakStream(call.phone);
    const { session } = await goOn(await next());
    expect(await session.waitFor('response.create')).toMatchObject({
      response: { instructions: expect.stringContaining('Hello.') as string },
    });
    expect(itemsOf(session)).toEqual([]);
  });

  it('is not asked again for a consent that it has given', async () => {
    const folder = makeRecordingsFolder();
    call = await startStandInCall(
      'greeting: Hello.\nrecording: { consent: This call is recorded. }\n',
      folder.environment,
    );
    call.respond('r1', 100);
    call.finish('r1');
    await call.phone.waitFor('mark');
    call.echoMarks();
    await call.bridge.waitForLog('recording consent heard');
    await breakStream(call.phone);
    const { session, phone } = await goOn(await next());
    await session.waitFor('response.create');
    const asked = session.received.filter(({ type }) => type === 'response.create');
    expect(JSON.stringify(asked)).not.toContain('recorded');
    phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await phone.closed;
    expect((await record()).recording).toMatchObject({ consentHeard: true, files: [{}, {}] });
    folder.remove();
  });

  it('may be asked about twice, since the answer may be lost: it is one and the same', async () => {
    call = await startStandInCall();
    await breakStream(call.phone);
    const first = await next();
    const second = await next({ try: 1 });
    expect(second.action).toBe('resume');
    expect(second.token).not.toBe(first.token);
    expect((await record()).resumptions).toBe(1);
    await goOn(second);
    expect(call.model.sessions).toHaveLength(2);
  });

  it('goes on so often and not more, whatever the limits of its caller are', async () => {
    call = await startStandInCall('on_failure: { say: Sorry. }\n', {
      MAX_RESUMPTIONS: '1',
      MAX_CALLS_PER_CALLER: '1',
      MAX_CALLS_PER_CALLER_PER_MINUTE: '1',
    });
    await breakStream(call.phone);
    const { phone } = await goOn(await next());
    await call.bridge.waitForLog('media stream started');
    await breakStream(phone, 2);
    expect(await next()).toEqual({ action: 'fallback', say: 'Sorry.' });
    expect(call.bridge.logs.find(({ msg }) => msg === 'call not resumed')).toMatchObject({
      why: 'it was resumed too often',
    });
  });

  it('has one longest time for all its streams', async () => {
    call = await startStandInCall('', { MAX_CALL_S: '2' });
    const { startedAt } = await record();
    await sleep(1_200); // more than half of it, so that another 2 s would be seen
    await breakStream(call.phone);
    const { phone } = await goOn(await next());
    expect(await phone.closed).toMatchObject({ reason: 'call_too_long' });
    const { startedAt: later, endedAt } = await record();
    expect(later).toBe(startedAt);
    expect(Date.parse(String(endedAt)) - Date.parse(String(startedAt))).toBeLessThan(3_000);
  });

  it('leaves its message on an answering machine again', async () => {
    call = await startStandInCall('voicemail: { message: Please call us back. }\n');
    const parameters = { AnsweredBy: 'machine_end_beep' };
    await call.bridge.post('/calls/CA1/events', { source: 'call-status', parameters });
    await call.session.waitFor('response.create');
    await breakStream(call.phone);
    const { session } = await goOn(await next());
    expect(await session.waitFor('response.create')).toMatchObject({
      response: { instructions: expect.stringContaining('Please call us back.') as string },
    });
  });

  it('is over where Twilio says so, and its record is whole', async () => {
    call = await startStandInCall();
    await breakStream(call.phone);
    await call.bridge.post('/calls/CA1/events', {
      source: 'stream-ended',
      parameters: { CallStatus: 'completed' },
    });
    expect(await next()).toEqual({ action: 'fallback' });
    const { end, resumptions } = await record();
    expect({ end, resumptions }).toEqual({ end: { by: 'stream', code: 'stream_lost' } });
  });

  it('is taken by a bridge that drains, which waits for it', async () => {
    call = await startStandInCall();
    let isDrained = false;
    const drained = call.bridge.calls.drain(30_000).then(() => (isDrained = true));
    await breakStream(call.phone);
    const { phone } = await goOn(await next());
    await sleep(2_200); // longer than it lingers
    expect(isDrained).toBe(false);
    phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await phone.closed;
    await drained;
    expect((await record()).end).toEqual({ by: 'caller' });
  });
});
