import { startStandInCall, type StandInCall } from './stand-in/call';

const GREETED = 'greeting: Good evening.\n';

describe('A greeting', () => {
  let call: StandInCall;
  afterEach(() => call.close());

  const cuts = () => call.session.received.filter(({ type }) => type.endsWith('.truncate'));
  const asks = () => call.session.received.filter(({ type }) => type === 'response.create').length;
  const updates = () => call.session.received.filter(({ type }) => type === 'session.update');
  const detection = (update: unknown) =>
    (update as { session: { audio: { input: { turn_detection: object } } } }).session.audio.input
      .turn_detection;

  it('that is protected is not cut, and the model is told not to cancel it', async () => {
    call = await startStandInCall(`${GREETED}manners: { protect_greeting: true }\n`);
    expect(detection(updates()[0])).toMatchObject({
      interrupt_response: false,
      create_response: false,
    });
    call.respond('r1', 2_000);
    call.speechStarted();
    await call.settle();
    expect(call.phone.received.some(({ event }) => event === 'clear')).toBe(false);
    expect(cuts()).toEqual([]);
  });

  it('that is protected can be followed by an interruption once it has been heard', async () => {
    call = await startStandInCall(`${GREETED}manners: { protect_greeting: true }\n`);
    call.respond('r1', 200);
    call.finish('r1');
    await call.phone.waitFor('mark');
    call.echoMarks();
    const update = await call.session.waitFor('session.update', 2);
    expect(detection(update)).toMatchObject({ type: 'server_vad', interrupt_response: true });
    call.respond('r2', 2_000);
    await call.phone.waitFor('mark', 2);
    call.speechStarted();
    await call.phone.waitFor('clear');
    expect(await call.session.waitFor('conversation.item.truncate')).toMatchObject({
      item_id: 'r2_item_0',
    });
  });

  it('that is protected leaves no turn unanswered: the bridge asks for the answer', async () => {
    call = await startStandInCall(`${GREETED}manners: { protect_greeting: true }\n`);
    call.respond('r1', 2_000);
    call.speechStarted();
    call.speechStopped();
    await call.settle();
    expect(asks()).toBe(1); // the greeting's own
    call.finish('r1');
    await call.session.waitFor('response.create', 2);
  });

  it('that is not protected is cut like everything else', async () => {
    call = await startStandInCall(GREETED);
    call.respond('r1', 2_000);
    await call.phone.waitFor('mark');
    call.speechStarted();
    await call.phone.waitFor('clear');
    expect(updates()).toHaveLength(1);
  });
});
