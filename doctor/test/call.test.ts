import { AUTH_TOKEN, PUBLIC_DOMAIN, setStage, type Stage } from '../../test/stage/stage';
import { type StandInSession, startStandInModel } from '../../bridge/test/stand-in/model';
import { clip } from '../../simulator/clips/clips';
import { convertAudio, silence } from '../../simulator/model/audio-format';
import type { ModelOptions } from '../../simulator/model/model-server';
import { seededRandom } from '../../simulator/phone/network';
import { isDoctorsCall } from '../call/call-sid';
import { CALL_CHECKS } from '../checks/call/part';
import { examineSetUp, type StagedSetUp } from './stage/examination';
import { holding } from './stage/holding';
import { findingsOf, resultOf } from './stage/model-set-up';

jest.setTimeout(60_000);

const CHECKS = [...holding('twiml.stream', 'bridge.signature', 'model.session'), ...CALL_CHECKS];
const GREETING = { greeting: { clip: 'agent-greeting' }, replies: [{ clip: 'agent-goodbye' }] };

const PCMU = { type: 'audio/pcmu' } as const;
const PCMA = { type: 'audio/pcma' } as const;
const PCM = { type: 'audio/pcm', rate: 24_000 } as const;

function noise(ms: number): Buffer {
  const random = seededRandom(5);
  return Buffer.from(Uint8Array.from({ length: ms * 8 }, () => random() * 256));
}

describe('The simulated call of the doctor', () => {
  let stage: Stage;
  beforeEach(() => jest.spyOn(console, 'log').mockImplementation(() => undefined));
  afterEach(async () => {
    await stage.close();
    jest.restoreAllMocks();
  });

  const set = async (options: ModelOptions = {}, environment: Record<string, string> = {}) => {
    stage = await setStage(options, environment);
    // The runtime of the Functions takes its time over the first request of all.
    await stage.call({ route: '/test-mode' }).finished;
  };
  const examine = (more: StagedSetUp = {}) =>
    examineSetUp(CHECKS, {
      environment: {
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        PUBLIC_DOMAIN,
        FUNCTIONS_URL: stage.functions.url,
        OPENAI_API_KEY: 'sk-of-the-tests',
      },
      hosts: { [PUBLIC_DOMAIN]: `http://127.0.0.1:${stage.bridge.server.port}` },
      ...more,
    });
  const findings = async (more: StagedSetUp = {}) => findingsOf(await examine(more));

  it('hears a script speak and answer, in seconds, and leaves nothing behind', async () => {
    await set({ script: GREETING });
    const result = resultOf(await examine(), 'call.simulated');
    expect(result.findings).toEqual([]);
    expect(result.found).toMatch(
      /^the agent is heard \d+ ms after the answer; the agent speaks, and answers the caller$/,
    );
    expect(result.tookMs).toBeLessThan(12_000);
    expect(stage.bridge.calls.size).toBe(0);
    const [record] = await stage.bridge.calls.list(1);
    expect(isDoctorsCall(record?.callSid ?? '')).toBe(true);
    expect(record?.end).toEqual({ by: 'caller' });
  });

  it('hears its own words from a parrot, byte for byte', async () => {
    await set({ parrot: true, script: GREETING });
    const result = resultOf(await examine(), 'call.simulated');
    expect(result.findings).toEqual([]);
    expect(result.found).toContain('what the caller said, byte for byte');
  });

  it.each<[string, string, ModelOptions, Record<string, string>]>([
    ['the model is slow', 'warning call-audio-slow', { firstAudioMs: 2_300 }, {}],
    [
      'the model is silent',
      'fault agent-silent',
      { faults: { silent: true } },
      { MODEL_SLOW_MS: '0' },
    ],
    [
      'the model is silent, and a clip says so',
      'warning call-audio-slow',
      { faults: { silent: true } },
      {},
    ],
    [
      'the model is silent and the bridge gives up',
      'fault call-broke-off',
      { faults: { silent: true } },
      { MODEL_AUDIO_MS: '400' },
    ],
    [
      'the model drops the call',
      'fault call-broke-off',
      { faults: { drop: { afterDeltas: 2 } } },
      { MODEL_RECONNECT_TRIES: '0' },
    ],
    [
      'the model has no quota',
      'fault call-broke-off',
      { faults: { failResponse: 'insufficient_quota' } },
      {},
    ],
    ['the format is another', 'fault call-broke-off', { faults: { wrongFormat: true } }, {}],
  ])('has one finding where %s', async (_what, expected, options, environment) => {
    await set(options, environment);
    expect(await findings()).toEqual([`call.simulated: ${expected}`]);
    expect(stage.bridge.calls.size).toBe(0);
  });

  it('names the code with which the bridge closed the stream', async () => {
    await set({ faults: { neverUpdates: true } }, { MODEL_READY_MS: '300' });
    const [finding] = resultOf(await examine(), 'call.simulated').findings;
    expect(finding?.found).toContain('1011 model_not_ready');
    expect(finding?.twilioCode).toBe(31921);
  });

  it('names the code of a stream that is refused, and that of the bridge', async () => {
    await set({}, { TWILIO_AUTH_TOKEN: 'another-token-of-the-same-length' });
    const result = resultOf(await examine(), 'call.simulated');
    expect(findingsOf([result])).toEqual(['call.simulated: fault call-stream-refused']);
    expect(result.findings[0]).toMatchObject({ twilioCode: 31920 });
    expect(result.findings[0]?.found).toContain('twilio_signature_invalid');
    expect(result.findings[0]?.remedy).toContain('PUBLIC_DOMAIN');
    expect(stage.bridge.calls.size).toBe(0);
  });

  it('says that the bridge did not take the call, and what Twilio says instead', async () => {
    await set();
    await stage.bridge.stop();
    const result = resultOf(await examine(), 'call.simulated');
    expect(findingsOf([result])).toEqual(['call.simulated: fault call-without-stream']);
    expect(result.found).toContain('Sorry, we cannot take your call');
  });

  it('says with Twilio’s code that the voice address does not answer', async () => {
    await set();
    const result = resultOf(
      await examine({ facts: { voiceUrl: `${stage.functions.url}/nowhere` } }),
      'call.simulated',
    );
    expect(findingsOf([result])).toEqual(['call.simulated: fault call-document-failed']);
    expect(result.findings[0]).toMatchObject({ twilioCode: 11200 });
  });

  it.each([
    ['16-bit samples', 'agent-audio-pcm16', convertAudio(clip('agent-greeting').audio, PCMU, PCM)],
    ['A-law', 'agent-audio-alaw', convertAudio(clip('agent-greeting').audio, PCMU, PCMA)],
    ['noise', 'agent-audio-noise', noise(2_000)],
    ['silence', 'agent-audio-silence', silence(2_000, PCMU)],
    ['words, and never an answer', 'agent-deaf', clip('agent-greeting').audio],
  ])('has one finding where the agent gives %s', async (_what, expected, audio) => {
    const model = await startStandInModel();
    model.onOpen = (session) => void greetWith(session, audio);
    await set({}, { REALTIME_URL: model.url });
    const result = await findings();
    model.close();
    expect(result).toEqual([`call.simulated: fault ${expected}`]);
  });
});

/** Confirms mu-law both ways, and then says these bytes for a greeting, whatever they are. */
async function greetWith(session: StandInSession, audio: Buffer): Promise<void> {
  session.send({ type: 'session.created', session: { id: 'sess_1' } });
  await session.waitFor('session.update');
  session.confirm();
  await session.waitFor('response.create');
  const place = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
  session.send({ type: 'response.created', response: { id: 'resp_1' } });
  session.send({ type: 'response.output_audio.delta', ...place, delta: audio.toString('base64') });
  session.send({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
}
