import type { StandInSession } from './stand-in/model';
import { startStandInModel } from './stand-in/model';
import { type StandInCall, startStandInCall } from './stand-in/call';

const FRAME = (byte: number) => Buffer.alloc(160, byte);

describe('A call whose model session is lost', () => {
  let call: StandInCall;

  const open = async (yaml = '', environment: Readonly<Record<string, string>> = {}) => {
    call = await startStandInCall(yaml, environment);
  };
  afterEach(() => call.close());

  /** Breaks the session and gives the one that takes its place. */
  const lose = async (): Promise<StandInSession> => {
    const next = call.model.nextSession();
    call.model.sessions.at(-1)?.socket.terminate();
    return next;
  };
  const items = (session: StandInSession) =>
    session.received
      .filter(({ type }) => type === 'conversation.item.create')
      .map(({ item }) => item as Record<string, unknown>);
  const write = (itemId: string, transcript: string) =>
    call.session.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: itemId,
      transcript,
    });
  const say = (responseId: string, delta: string) =>
    call.session.send({
      type: 'response.output_audio_transcript.delta',
      ...{ response_id: responseId, item_id: `${responseId}_item_0`, content_index: 0, delta },
    });
  const metrics = async () => (await fetch(`${call.bridge.url}/metrics`)).text();
  const record = async () => (await call.bridge.operator('/calls/CA1')).body;

  it('gives another one the conversation, and the tools with what they gave', async () => {
    await open('tools: [report_outcome]\noutcome: { type: object }\n');
    call.speechStarted();
    call.speechStopped();
    write('turn_1', 'A table for four.');
    call.session.send({ type: 'response.created', response: { id: 'r1' } });
    call.session.send({
      type: 'response.output_item.done',
      response_id: 'r1',
      item: { type: 'function_call', call_id: 'c1', name: 'report_outcome', arguments: '{"n":4}' },
    });
    call.finish('r1');
    await call.session.waitFor('response.create');
    const session = await lose();
    await session.waitFor('response.create');
    expect(items(session)).toMatchObject([
      { role: 'user', content: [{ type: 'input_text', text: 'A table for four.' }] },
      { type: 'function_call', call_id: 'c1', name: 'report_outcome', arguments: '{"n":4}' },
      { type: 'function_call_output', call_id: 'c1' },
    ]);
    const { course, errors } = await record();
    const steps = (course as { what: string }[]).map(({ what }) => what);
    expect(steps).toEqual(expect.arrayContaining(['model session lost', 'model session replaced']));
    expect(errors).toMatchObject([{ code: 'model_closed' }]);
    expect(await metrics()).toMatch(/^bridge_model_sessions_replaced_total\{why="lost"\} 1$/m);
  });

  it('has the new one hear a turn that the old one had not answered, and what came since', async () => {
    await open();
    call.speechStarted();
    call.phone.media(FRAME(1));
    call.phone.media(FRAME(2));
    await call.session.waitFor('input_audio_buffer.append', 2);
    call.speechStopped();
    await call.settle();
    const refused = call.bridge.waitForLog('model session lost');
    call.model.refuseWith = 503;
    const next = lose();
    await refused;
    call.phone.media(FRAME(3));
    call.model.refuseWith = undefined;
    const session = await next;
    await session.waitFor('input_audio_buffer.append', 4);
    const bytes = [...session.appended()].filter((_, at) => at % 160 === 0);
    expect(bytes).toEqual([1, 2, 0xff, 3]); // the frame in between is of settle()
    expect(items(session)).toEqual([]);
    expect(session.received.some(({ type }) => type === 'response.create')).toBe(false);
  });

  it('keeps no more of the caller than may be, and counts what it drops', async () => {
    await open('', { MAX_CALLER_AUDIO_BYTES: '1600' });
    call.model.refuseWith = 503;
    const next = lose();
    await call.bridge.waitForLog('model session lost');
    for (let byte = 1; byte <= 15; byte += 1) call.phone.media(FRAME(byte));
    while (!/^bridge_caller_audio_dropped_bytes_total 800$/m.test(await metrics()));
    call.model.refuseWith = undefined;
    const session = await next;
    await session.waitFor('input_audio_buffer.append', 10);
    expect(session.appended()[0]).toBe(6);
  });

  it('makes an item that is cut anew with the words that were heard', async () => {
    await open();
    call.respond('r1', 2_000);
    say('r1', 'one two three four five six seven eight nine ten');
    call.finish('r1');
    await call.phone.waitFor('mark');
    const session = await lose();
    await session.waitFor('conversation.item.create');
    const [given] = items(session);
    await new Promise((resolve) => setTimeout(resolve, 600)); // it is heard for a while
    session.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'i' });
    const again = await session.waitFor('conversation.item.create', 2);
    expect(session.received.find(({ type }) => type === 'conversation.item.delete')).toMatchObject({
      item_id: given?.id,
    });
    expect(again.previous_item_id).toBe('root');
    const [{ text }] = (again.item as { content: [{ text: string }] }).content;
    expect('one two three four five six seven eight nine ten'.startsWith(text)).toBe(true);
    expect(text.split(' ').length).toBeLessThan(9);
    expect(session.received.some(({ type }) => type === 'conversation.item.truncate')).toBe(false);
  });

  it('is told of no word whose sound had not come yet', async () => {
    await open();
    call.respond('r1', 500);
    say('r1', 'one two three four five six seven eight nine ten eleven twelve');
    await call.phone.waitFor('mark');
    const session = await lose();
    const { response } = await session.waitFor('response.create');
    const { instructions } = response as { instructions: string };
    const said = /The caller has heard: "(.*)"/.exec(instructions)?.[1] ?? '';
    // Half a second is two words, and one more since nobody speaks evenly.
    expect(said).toBe('one two three');
    expect(items(session)).toMatchObject([{ content: [{ text: said }] }]);
  });

  it('plays a clip when it takes a moment, which is no item of the model’s', async () => {
    await open('', { MODEL_WAIT_MS: '50' });
    call.model.refuseWith = 503;
    const next = lose();
    const media = await call.phone.waitFor('media');
    const { payload } = media.media as { payload: string };
    expect(Buffer.from(payload, 'base64').length).toBeGreaterThan(8_000);
    call.model.refuseWith = undefined;
    const session = await next;
    await call.bridge.waitForLog('model session replaced');
    session.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'i' });
    await call.phone.waitFor('clear');
    expect(session.received.map(({ type }) => type)).not.toContain('conversation.item.truncate');
    expect(session.received.map(({ type }) => type)).not.toContain('conversation.item.delete');
    expect((await record()).bargeIns).toBe(0);
  });

  it.each([401, 404])('is ended at once when the model then answers %d', async (status) => {
    await open();
    call.model.refuseWith = status;
    call.session.socket.terminate();
    expect(await call.phone.closed).toEqual({ code: 1011, reason: 'model_refused' });
    const lost = call.bridge.logs.filter(({ msg }) => msg === 'model session lost');
    expect(lost.map(({ code }) => code)).toEqual(['model_closed', 'model_refused']);
    const { body } = await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(body).toEqual({ action: 'fallback' });
  });

  it('is ended when so many attempts have failed', async () => {
    await open('', { MODEL_RECONNECT_TRIES: '2' });
    call.model.refuseWith = 503;
    call.session.socket.terminate();
    expect(await call.phone.closed).toEqual({ code: 1011, reason: 'model_unreachable' });
    const lost = call.bridge.logs.filter(({ msg }) => msg === 'model session lost');
    expect(lost).toHaveLength(3);
  });

  it('asks a failed response again once in the same session, then in another', async () => {
    await open('greeting: Hello.\n');
    await call.session.waitFor('response.create');
    const fail = (session: StandInSession, id: string, code: string) => {
      session.send({ type: 'response.created', response: { id } });
      const status_details = { error: { code, message: 'sorry' } };
      session.send({ type: 'response.done', response: { id, status: 'failed', status_details } });
    };
    fail(call.session, 'r1', 'server_error');
    const again = await call.session.waitFor('response.create', 2);
    expect(JSON.stringify(again)).toContain('Say exactly this and nothing else: Hello.');
    const next = call.model.nextSession();
    fail(call.session, 'r2', 'server_error');
    const session = await next;
    expect(JSON.stringify(await session.waitFor('response.create'))).toContain('Hello.');
    fail(session, 'r3', 'insufficient_quota');
    expect(await call.phone.closed).toEqual({ code: 1011, reason: 'model_response_failed' });
    expect(call.model.sessions).toHaveLength(2);
  });

  it('goes to the second model where the first has no quota', async () => {
    const second = await startStandInModel();
    await open('model: gpt-realtime-2.1-mini\n', {
      FALLBACK_REALTIME_URL: second.url,
      FALLBACK_REALTIME_MODEL: 'the-second',
    });
    const next = second.nextSession();
    call.session.send({ type: 'response.created', response: { id: 'r1' } });
    const status_details = { error: { code: 'insufficient_quota', message: 'none' } };
    const response = { id: 'r1', status: 'failed', status_details };
    call.session.send({ type: 'response.done', response });
    await (await next).waitFor('response.create');
    expect(await call.bridge.waitForLog('model session replaced')).toMatchObject({
      endpoint: 'second',
      why: 'lost',
    });
    expect(call.model.sessions).toHaveLength(1);
    second.close();
  });
});
