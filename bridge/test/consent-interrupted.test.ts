import { type StandInCall, startStandInCall } from './stand-in/call';
import type { StandInSession } from './stand-in/model';
import { makeRecordingsFolder, type RecordingsFolder } from './stand-in/recordings';

const AGENT = 'greeting: Good evening.\nrecording: { consent: This call is recorded. }\n';
const CONSENT = 'Say exactly this and nothing else: This call is recorded.';

describe('A consent sentence that the model does not say at once, and in one piece', () => {
  let call: StandInCall;
  let folder: RecordingsFolder;

  beforeEach(() => (folder = makeRecordingsFolder()));
  afterEach(async () => {
    await call.close();
    folder.remove();
  });

  const open = async (environment: Readonly<Record<string, string>> = {}) => {
    call = await startStandInCall(AGENT, { ...folder.environment, ...environment });
    await call.session.waitFor('response.create');
  };
  const asked = (session: StandInSession) =>
    session.received
      .filter(({ type }) => type === 'response.create')
      .map(({ response }) => (response as { instructions?: string }).instructions ?? '');
  const logged = (what: string) => call.bridge.logs.some(({ msg }) => msg === what);

  it('is said anew and whole by the session that takes over, and nothing is recorded before', async () => {
    await open();
    call.respond('r1', 400);
    await call.phone.waitFor('mark');
    const next = call.model.nextSession();
    call.session.socket.terminate();
    const session = await next;
    await session.waitFor('response.create');
    await call.phone.waitFor('clear'); // the half that was on its way
    expect(asked(session)).toEqual([CONSENT]);
    expect(session.received.find(({ type }) => type === 'session.update')).toMatchObject({
      session: { audio: { input: { turn_detection: { create_response: false } } } },
    });
    session.send({ type: 'response.created', response: { id: 'r2' } });
    session.send({
      type: 'response.output_audio.delta',
      ...{ response_id: 'r2', item_id: 'i2', content_index: 0 },
      delta: Buffer.alloc(3_200, 7).toString('base64'),
    });
    session.send({ type: 'response.done', response: { id: 'r2', status: 'completed' } });
    await call.phone.waitFor('mark', 2);
    expect(logged('recording begun')).toBe(false);
    call.echoMarks();
    await session.waitFor('response.create', 2);
    expect(asked(session)[1]).toContain('Good evening.');
    expect(logged('recording begun')).toBe(true);
  });

  it('is not taken for heard because a clip was heard before it', async () => {
    await open({ MODEL_SLOW_MS: '50' });
    await call.phone.waitFor('mark');
    call.echoMarks(); // of the clip, which is longer than the sentence
    call.respond('r1', 400);
    call.finish('r1');
    await call.phone.waitFor('mark', 2);
    await call.settle();
    expect(logged('recording consent heard')).toBe(false);
    call.echoMarks();
    await call.bridge.waitForLog('recording begun');
  });
});
