import { startStandInCall, type StandInCall } from './stand-in/call';

describe('The transcript', () => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall();
  });
  afterEach(() => call.close());

  const place = (responseId: string, item = 0) => ({
    response_id: responseId,
    item_id: `${responseId}_item_${item}`,
    content_index: 0,
  });
  const say = (responseId: string, transcript: string) =>
    call.session.send({
      type: 'response.output_audio_transcript.done',
      ...place(responseId),
      transcript,
    });
  const turns = async () =>
    (await call.bridge.operator('/calls/CA1')).body.turns as Record<string, unknown>[];

  it('keeps of a reply that was cut what the caller heard, whole words only', async () => {
    call.respond('r1', 2_000);
    say('r1', 'one two three four five six seven eight nine ten');
    await call.phone.waitFor('mark');
    await new Promise((resolve) => setTimeout(resolve, 700));
    call.speechStarted();
    const cut = await call.session.waitFor('conversation.item.truncate');
    await call.settle();
    const [turn] = await turns();
    expect(turn).toMatchObject({ who: 'agent', cut: true });
    const words = String(turn?.text).split(' ');
    expect('one two three four five six seven eight nine ten'.split(' ')).toEqual(
      expect.arrayContaining(words),
    );
    const share = Number(cut.audio_end_ms) / 2_000;
    expect(Math.abs(words.length / 10 - share)).toBeLessThan(0.2);
  });

  it('keeps nothing of a reply that was not heard at all', async () => {
    call.respond('r1', 2_000, 500);
    say('r1', 'The first sentence.');
    call.session.send({
      type: 'response.output_audio_transcript.done',
      ...place('r1', 1),
      transcript: 'The second, unheard.',
    });
    await call.phone.waitFor('mark', 2);
    call.speechStarted();
    await call.session.waitFor('conversation.item.truncate', 2);
    await call.settle();
    expect((await turns()).some(({ text }) => String(text).includes('unheard'))).toBe(false);
  });

  it('has both sides in the order in which they were said, though written down later', async () => {
    call.respond('r1', 100);
    say('r1', 'How can I help?');
    call.finish('r1');
    await call.phone.waitFor('mark');
    call.echoMarks();
    await call.bridge.waitForLog('turn');
    call.speechStarted('turn_1');
    call.speechStopped('turn_1');
    await call.settle();
    call.respond('r2', 100);
    say('r2', 'For four, then.');
    call.finish('r2');
    await call.phone.waitFor('mark', 2);
    call.echoMarks();
    await call.settle();
    call.session.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'turn_1',
      transcript: 'A table for four.',
    });
    await call.settle();
    expect((await turns()).map(({ who, text }) => [who, text])).toEqual([
      ['agent', 'How can I help?'],
      ['caller', 'A table for four.'],
      ['agent', 'For four, then.'],
    ]);
    const lines = call.bridge.logs.filter(({ msg }) => msg === 'turn');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const { pii, ...rest } = line;
      expect(pii).toBeDefined();
      expect(JSON.stringify(rest)).not.toMatch(/help|table|four/);
    }
  });
});
