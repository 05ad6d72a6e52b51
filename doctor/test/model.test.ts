import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../simulator/model/certificate';
import type { Faults } from '../../simulator/model/faults';
import { type Model, type ModelOptions, startModel } from '../../simulator/model/model-server';
import { examineModel, findingsOf, KEY, resultOf } from './stage/model-set-up';

describe('The doctor at the model', () => {
  let model: Model;
  const start = async (options: ModelOptions = {}) => {
    model = await startModel(options);
    return model.url;
  };
  afterEach(() => model.close());

  it('finds a model sound that talks by a script, and pays for no more than its first word', async () => {
    const results = await examineModel(await start({ apiKey: KEY, audioRate: 1 }));
    expect(findingsOf(results)).toEqual([]);
    expect(results.map(({ state }) => state)).not.toContain('skipped');
    expect(resultOf(results, 'model.agent').found).toBe(
      'receptionist, with voice marin and model gpt-realtime-2.1',
    );
    expect(resultOf(results, 'model.session').found).toMatch(
      /^ready in \d+ ms, audio\/pcmu both ways$/,
    );
    expect(resultOf(results, 'model.audio').found).toMatch(/^after \d+ ms$/);
    const [session, ...others] = model.sessions;
    expect(others).toEqual([]);
    expect(await session?.closed).toMatchObject({ code: 1000, by: 'client' });
    expect(session?.record.responses).toMatchObject([{ reason: 'client_cancelled' }]);
    expect(session?.record.errors).toEqual([]);
    expect(session?.settings.audio.output).toMatchObject({ voice: 'marin' });
  });

  it('finds a parrot sound that greets', async () => {
    const script = { greeting: { clip: 'agent-greeting' }, replies: [{ text: 'Hello.' }] };
    expect(findingsOf(await examineModel(await start({ parrot: true, script })))).toEqual([]);
  });

  it('finds a model sound behind TLS', async () => {
    const tls = await makeCertificate();
    const url = (await start({ tls })).replace('127.0.0.1', 'localhost');
    expect(findingsOf(await examineModel(url, {}, { ca: tls.cert }))).toEqual([]);
  });

  it('names a local model: by the way in a trial, as a warning where callers are real', async () => {
    const url = await start();
    const trial = await examineModel(url);
    expect(resultOf(trial, 'model.address').found).toMatch(
      /a simulated model or another local one/,
    );
    const real = await examineModel(url, { PUBLIC_DOMAIN: 'bridge.example.com' });
    expect(findingsOf(real)).toEqual(['model.address: warning model-local']);
  });

  it('shows no key, whatever the model says', async () => {
    const shown = JSON.stringify(await examineModel(await start({ apiKey: 'another' })));
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain('sk-');
  });

  const SILENT = { MODEL_AUDIO_MS: '300' };
  const UNREADY = { MODEL_READY_MS: '300' };

  it.each<[string, string, Faults & { readonly variables?: Record<string, string> }]>([
    ['the key is refused', 'key: fault key-refused', { refuseStatus: 401 }],
    ['too many requests came', 'session: fault rate-limited', { refuseStatus: 429 }],
    ['the server fails', 'address: fault model-server-error', { refuseStatus: 500 }],
    ['no quota is left', 'audio: fault quota-exhausted', { failResponse: 'insufficient_quota' }],
    ['tokens are limited', 'audio: fault rate-limited', { failResponse: 'rate_limit_exceeded' }],
    ['a response fails', 'audio: fault response-failed', { failResponse: 'server_error' }],
    ['no audio comes', 'audio: fault model-silent', { silent: true, variables: SILENT }],
    ['the first audio is slow', 'audio: warning first-audio-slow', { firstAudioMs: 2_200 }],
    ['the session is slow', 'session: warning session-slow', { readyMs: 2_200 }],
    ['the format is another', 'session: fault audio-format-wrong', { wrongFormat: true }],
    [
      'session.update is lost',
      'session: fault session-not-confirmed',
      { neverUpdates: true, variables: UNREADY },
    ],
    ['the session has expired', 'session: fault session-closed', { sessionMaxMs: 0, readyMs: 500 }],
    [
      'the connection breaks while a response is owed',
      'audio: fault session-closed',
      { silent: true, drop: { afterMs: 200 } },
    ],
  ])('has one finding where %s', async (_what, expected, { variables = {}, ...faults }) => {
    const results = await examineModel(await start({ faults }), variables);
    expect(findingsOf(results)).toEqual([`model.${expected}`]);
  });

  it('says of a refused key that it has quotes around it', async () => {
    const results = await examineModel(await start({ apiKey: KEY }), {
      OPENAI_API_KEY: `"${KEY}"`,
    });
    expect(findingsOf(results)).toEqual(['model.key: fault key-refused']);
    expect(resultOf(results, 'model.key').found).toContain('it has quotes around it');
  });

  it('says of a key that it cannot even be sent', async () => {
    const results = await examineModel(await start(), { OPENAI_API_KEY: 'sk-a\nsk-b' });
    expect(findingsOf(results)).toEqual(['model.key: fault key-malformed']);
  });

  it('names the agent that is not there, and the line of a file that cannot be used', async () => {
    const url = await start();
    const nobody = await examineModel(url, { AGENT: 'nobody' });
    expect(findingsOf(nobody)).toEqual(['model.agent: fault agent-unusable']);
    expect(resultOf(nobody, 'model.agent').found).toMatch(/AGENT is nobody, but .* has only/);
    expect(resultOf(nobody, 'model.audio')).toMatchObject({ because: 'model.agent' });

    const folder = mkdtempSync(join(tmpdir(), 'agents-'));
    writeFileSync(join(folder, 'receptionist.yaml'), 'name: receptionist\nlanguage: en\n');
    const broken = await examineModel(url, { AGENTS_FOLDER: folder });
    rmSync(folder, { recursive: true });
    expect(findingsOf(broken)).toEqual(['model.agent: fault agent-unusable']);
    expect(resultOf(broken, 'model.agent').found).toMatch(/receptionist\.yaml:\d+: /);
    expect(model.sessions).toEqual([]);
  });

  it('warns of a model near its end, and of one that it does not know', async () => {
    const url = await start();
    jest.useFakeTimers({ now: Date.parse('2026-12-01'), doNotFake: FAKE_ONLY_THE_DATE });
    const old = await examineModel(url, { REALTIME_MODEL: 'gpt-realtime' });
    jest.useRealTimers();
    expect(findingsOf(old)).toEqual(['model.name: warning model-near-its-end']);
    expect(resultOf(old, 'model.name').findings[0]?.found).toContain('2027-01-20, in 50 days');
    const unknown = await examineModel(url, { REALTIME_MODEL: 'gpt-realtime-9' });
    expect(findingsOf(unknown)).toEqual(['model.name: warning model-unknown']);
  });
});

const FAKE_ONLY_THE_DATE = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
  ...(['setTimeout', 'clearTimeout'] as const),
];
