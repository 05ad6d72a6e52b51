import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, type StandInSession, startStandInModel } from './stand-in/model';
import { connectTwilio, type StandInTwilio } from './stand-in/twilio';

describe('When the caller speaks while the agent does', () => {
  let model: StandInModel;
  let bridge: TestBridge;
  let phone: StandInTwilio;
  let session: StandInSession;

  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url);
    const { token } = await bridge.admit('CA1');
    phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    session = model.sessions[0] ?? (await model.nextSession());
  });

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  const speak = (responseId: string, itemId: string, bytes: number) =>
    session.send({
      type: 'response.output_audio.delta',
      response_id: responseId,
      item_id: itemId,
      content_index: 0,
      delta: Buffer.alloc(bytes, 7).toString('base64'),
    });

  it('clears what Twilio has queued, truncates to what was heard and drops late deltas', async () => {
    session.send({ type: 'response.created', response: { id: 'resp_1' } });
    speak('resp_1', 'item_1', 80_000);
    await phone.waitFor('mark');
    session.send({
      type: 'input_audio_buffer.speech_started',
      audio_start_ms: 0,
      item_id: 'item_u',
    });
    await phone.waitFor('clear');
    const cut = await session.waitFor('conversation.item.truncate');
    expect(cut).toMatchObject({ item_id: 'item_1', content_index: 0 });
    expect(cut.audio_end_ms).toBeGreaterThanOrEqual(0);
    expect(cut.audio_end_ms).toBeLessThan(10_000);
    speak('resp_1', 'item_1', 800);
    session.send({ type: 'response.done', response: { id: 'resp_1', status: 'cancelled' } });
    session.send({ type: 'response.created', response: { id: 'resp_2' } });
    speak('resp_2', 'item_2', 1_600);
    await phone.waitFor('mark', 2);
    expect(phone.audio()).toHaveLength(81_600);
    expect(session.received.some(({ type }) => type === 'response.cancel')).toBe(false);
    phone.socket.close();
  });

  it('does nothing where all of it was heard already', async () => {
    session.send({ type: 'response.created', response: { id: 'resp_1' } });
    speak('resp_1', 'item_1', 80);
    const { mark } = (await phone.waitFor('mark')) as unknown as { mark: { name: string } };
    session.send({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
    phone.send({ event: 'mark', mark });
    phone.media(Buffer.alloc(160));
    await session.waitFor('input_audio_buffer.append');
    session.send({
      type: 'input_audio_buffer.speech_started',
      audio_start_ms: 0,
      item_id: 'item_u',
    });
    speak('resp_2', 'item_2', 80);
    await phone.waitFor('mark', 2);
    expect(phone.received.some(({ event }) => event === 'clear')).toBe(false);
    expect(session.received.some(({ type }) => type === 'conversation.item.truncate')).toBe(false);
    phone.socket.close();
  });
});
