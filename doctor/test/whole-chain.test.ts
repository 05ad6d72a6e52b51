import { AUTH_TOKEN, PUBLIC_DOMAIN, SECRET, setStage, type Stage } from '../../test/stage/stage';
import type { PhoneCall } from '../../simulator/phone/phone-call';
import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';
import { CHAIN } from '../chain';
import type { Result } from '../check';
import { linesOf, summaryOf } from '../printing/lines';
import { trustedAuthority } from './stage/bridge-set-up';
import { type BreakingProxy, type ProxyFaults, startBreakingProxy } from './stage/breaking-proxy';
import { examineSetUp, type StagedSetUp } from './stage/examination';
import { openStandIn } from './stage/twilio-client';

jest.setTimeout(120_000);

const FUNCTIONS_HOST = 'functions.example.com';
const FUNCTIONS = `https://${FUNCTIONS_HOST}`;
const NUMBER = '+15550100001';
const MODEL_KEY = 'sk-proj-of-the-tests-and-long-enough-to-be-one';
const ADMIN_TOKEN = 'an operator of the tests, with a token';

/** A caller who stays. */
const LASTING = { afterScript: 'stay' } as const;

const streamOf = (call: PhoneCall) =>
  new Promise<void>((resolve) => {
    call.on(({ kind }) => {
      if (kind === 'stream-started') resolve();
    });
  });

describe('The whole chain, from the number to the model', () => {
  let stage: Stage;
  let api: TwilioApi;
  let proxy: BreakingProxy;

  beforeAll(async () => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    stage = await setStage(
      {
        parrot: true,
        apiKey: MODEL_KEY,
        script: { greeting: { clip: 'agent-greeting' }, replies: [{ text: 'x' }] },
      },
      { OPENAI_API_KEY: MODEL_KEY, ADMIN_TOKEN, MAX_CALLS: '2' },
      FUNCTIONS,
    );
    api = await startTwilioApi({
      accountSid: `AC${'a'.repeat(32)}`,
      authToken: AUTH_TOKEN,
      numbers: [
        {
          phone_number: NUMBER,
          voice_url: `${FUNCTIONS}/stream-mode`,
          voice_fallback_url: `${FUNCTIONS}/fallback`,
          status_callback: `${FUNCTIONS}/call-status`,
        },
      ],
    });
    // The runtime of the Functions takes its time over the first request of all.
    await stage.call({ route: '/test-mode' }).finished;
  });
  afterAll(async () => {
    await api.close();
    await stage.close();
    jest.restoreAllMocks();
  });
  afterEach(() => proxy.close());

  const examine = async (
    environment: Readonly<Record<string, string>> = {},
    faults: ProxyFaults = {},
  ): Promise<Result[]> => {
    const { authority, good } = await trustedAuthority();
    proxy = await startBreakingProxy(`http://127.0.0.1:${stage.bridge.server.port}`, {
      certificate: good,
      ...faults,
    });
    const all = {
      TWILIO_ACCOUNT_SID: api.accountSid,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      TWILIO_PHONE_NUMBER: NUMBER,
      PUBLIC_DOMAIN,
      FUNCTIONS_URL: FUNCTIONS,
      BRIDGE_URL: `https://${PUBLIC_DOMAIN}`,
      BRIDGE_SECRET: SECRET,
      ADMIN_TOKEN,
      OPENAI_API_KEY: MODEL_KEY,
      REALTIME_URL: stage.model.url,
      ...environment,
    };
    const setUp: StagedSetUp = {
      environment: all,
      hosts: { [PUBLIC_DOMAIN]: proxy.url, [FUNCTIONS_HOST]: stage.functions.url },
      ca: authority.root,
      openTwilio: () => openStandIn(api, { ...api.environment, ...all }),
    };
    const results = await examineSetUp(CHAIN, setUp);
    const shown = [...results.flatMap(linesOf), ...summaryOf(results), JSON.stringify(results)];
    for (const secret of [AUTH_TOKEN, SECRET, ADMIN_TOKEN, MODEL_KEY])
      expect(shown.join('\n')).not.toContain(secret);
    return results;
  };
  const faultsOf = (results: readonly Result[]) =>
    results.flatMap(({ findings }) =>
      findings.filter(({ level }) => level === 'fault').map(({ id }) => id),
    );

  it('holds in a sound set-up, in under 20 s with the simulated call', async () => {
    const startedMs = performance.now();
    const results = await examine();
    expect(
      results
        .filter(({ state }) => state !== 'holds')
        .map(({ id, state, found }) => [id, state, found]),
    ).toEqual([
      ['config.files', 'skipped', 'neither of them is here'],
      ['number.regulation', 'skipped', 'the number has none'],
      ['functions.deployed', 'skipped', `${FUNCTIONS} is not hosted by Twilio`],
    ]);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    expect(stage.bridge.calls.size).toBe(0);
  });

  it('names a bridge that is down, and that alone', async () => {
    await expect(examine({}, { answer: () => ({ status: 502 }) }).then(faultsOf)).resolves.toEqual([
      'nothing-behind-proxy',
    ]);
  });

  it('names another BRIDGE_SECRET here than on the Functions, once', async () => {
    expect(
      faultsOf(await examine({ BRIDGE_SECRET: 'another secret, of the same fair length' })),
    ).toEqual(['bridge-secret-differs']);
  });

  it('names a bridge without room, and that alone', async () => {
    const calls = [stage.call(LASTING), stage.call(LASTING)];
    await Promise.all(calls.map(streamOf));
    const results = await examine();
    for (const call of calls) call.hangUp();
    await Promise.all(calls.map(({ finished }) => finished));
    expect(faultsOf(results)).toEqual(['twiml-fallback']);
    expect(results.flatMap(linesOf).join('\n')).toContain('raise MAX_CALLS');
  });

  it('says that Twilio is out of reach, and looks at all the rest', async () => {
    api.refuse({ status: 503, body: { message: 'no' } });
    const results = await examine();
    api.refuse(undefined);
    expect(faultsOf(results)).toHaveLength(1);
    expect(results.find(({ id }) => id === 'call.simulated')?.state).toBe('holds');
  });

  it('names a key that the model refuses, and that alone', async () => {
    expect(
      faultsOf(await examine({ OPENAI_API_KEY: 'sk-proj-another-key-of-the-same-length-as-it' })),
    ).toEqual(['key-refused']);
  });
});
