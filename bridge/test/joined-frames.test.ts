import { ModelSession } from '../src/model/model-session';
import { startStandInModel, type StandInModel, type StandInSession } from './stand-in/model';

describe('Frames of the caller that are joined', () => {
  let model: StandInModel;
  let session: ModelSession;
  let heard: StandInSession;

  beforeEach(async () => {
    model = await startStandInModel();
    const opened = model.nextSession();
    await new Promise<void>((resolve) => {
      session = new ModelSession(
        { url: model.url, headers: {} },
        { type: 'realtime' } as never, // what is asked for is nothing to this test
        {
          onCreated: () => undefined,
          onReady: () => resolve(),
          onEvent: () => undefined,
          onFault: () => undefined,
        },
        { maxQueuedBytes: 100_000 },
      );
    });
    heard = await opened;
  });
  afterEach(() => {
    session.close();
    model.close();
  });

  const payload = (byte: number) => Buffer.alloc(160, byte).toString('base64');
  const bytes = () => [...heard.appended()].filter((_, at) => at % 160 === 0);

  it('wait for the next one, come in order, and each is an append of its own', async () => {
    for (const byte of [1, 2, 3, 4]) session.appendAudio(payload(byte), true);
    await heard.waitFor('input_audio_buffer.append', 4);
    expect(bytes()).toEqual([1, 2, 3, 4]);
  });

  it('go before whatever else is said, and before the end', async () => {
    session.appendAudio(payload(1), true);
    session.send({ type: 'response.create' });
    await heard.waitFor('response.create');
    expect(heard.received.map(({ type }) => type).slice(-2)).toEqual([
      'input_audio_buffer.append',
      'response.create',
    ]);
    session.appendAudio(payload(2), true);
    session.close();
    await heard.waitFor('input_audio_buffer.append', 2);
    expect(bytes()).toEqual([1, 2]);
  });

  it('do not wait where the loop has time', async () => {
    session.appendAudio(payload(1), true);
    session.appendAudio(payload(2), false);
    session.appendAudio(payload(3), false);
    await heard.waitFor('input_audio_buffer.append', 3);
    expect(bytes()).toEqual([1, 2, 3]);
  });
});
