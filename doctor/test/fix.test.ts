import type { PhoneNumber } from '../../simulator/twilio-api/numbers';
import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';
import { type FixReport, runFix } from '../fix/run-fix';
import type { DoctorReport } from '../printing/json';
import { stageExamination } from './stage/examination';
import { openStandIn } from './stage/twilio-client';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const FUNCTIONS = 'https://functions.example.com';
const OURS = '+15550100001';
const DEMO = 'https://demo.twilio.com/welcome/voice/';
const FLOW = `https://webhooks.twilio.com/v1/Accounts/${ACCOUNT}/Flows/FW${'1'.repeat(32)}`;
const SET = {
  voice_url: `${FUNCTIONS}/stream-mode`,
  voice_method: 'POST',
  voice_fallback_url: `${FUNCTIONS}/fallback`,
  status_callback: `${FUNCTIONS}/call-status`,
};

describe('npm run doctor -- --fix', () => {
  let api: TwilioApi;
  let printed: string[] = [];
  let asked: string[] = [];
  afterEach(() => api.close());

  const fix = async (
    number: Partial<PhoneNumber>,
    answer: boolean | undefined,
    options: { readonly yes?: boolean; readonly json?: boolean } = {},
    environment: Record<string, string> = {},
  ) => {
    api = await startTwilioApi({
      accountSid: ACCOUNT,
      authToken: TOKEN,
      numbers: [{ phone_number: OURS, voice_url: DEMO, voice_method: 'GET', ...number }],
    });
    const all = {
      ...api.environment,
      TWILIO_PHONE_NUMBER: OURS,
      FUNCTIONS_URL: FUNCTIONS,
      ...environment,
    };
    printed = [];
    asked = [];
    const confirm = (question: string) => {
      asked.push(question);
      return Promise.resolve(answer === true);
    };
    const code = await runFix(
      { yes: false, json: false, ...options },
      { print: (line) => printed.push(line), confirm: answer === undefined ? undefined : confirm },
      () => stageExamination({ environment: all, openTwilio: () => openStandIn(api, all) }),
    );
    expect([...printed, ...asked].join('\n')).not.toContain(TOKEN);
    return code;
  };
  const updates = () => api.requests.filter(({ method }) => method === 'POST');
  const output = () => printed.join('\n');
  const report = () => JSON.parse(output()) as DoctorReport & { readonly fix: FixReport };

  it('says each field before and after, asks, sets all at once, and examines the number again', async () => {
    expect(await fix({}, true)).toBe(0);
    expect(asked).toEqual([`Set this on ${OURS}? (y/N) `]);
    expect(output()).toContain(`voice           GET ${DEMO} → POST ${FUNCTIONS}/stream-mode`);
    expect(output()).toContain(`fallback        (none) → POST ${FUNCTIONS}/fallback`);
    expect(output()).toContain(`status callback (none) → POST ${FUNCTIONS}/call-status`);
    expect(output()).toContain('All of it was set.');
    expect(printed.at(-1)).toBe('\nEvery link up to the number holds.');
    expect(updates()).toHaveLength(1);
    expect(api.numbers[0]).toMatchObject(SET);
  });

  it('sets nothing when the answer is no', async () => {
    expect(await fix({}, false)).toBe(1);
    expect([updates(), api.numbers[0]?.voice_url]).toEqual([[], DEMO]);
    expect(output()).toContain('Nothing was set: the answer was no.');
  });

  it('sets nothing and says so where there is no terminal, and with --yes does not ask', async () => {
    expect(await fix({}, undefined)).toBe(1);
    expect([updates(), api.numbers[0]?.voice_url]).toEqual([[], DEMO]);
    expect(output()).toContain('there is no terminal to ask on; npm run doctor -- --fix --yes');
    await api.close();
    expect(await fix({}, undefined, { yes: true })).toBe(0);
    expect(api.numbers[0]).toMatchObject(SET);
  });

  it('is not well while something is left to set, even if calls work', async () => {
    const number = { ...SET, status_callback: '' };
    expect(await fix(number, false)).toBe(1);
    await api.close();
    expect(await fix(number, true)).toBe(0);
    expect(api.numbers[0]).toMatchObject(SET);
  });

  it('prints one object with --json, of the number as it is in the end', async () => {
    expect(await fix({}, undefined, { yes: true, json: true })).toBe(0);
    expect(printed).toHaveLength(1);
    expect(report()).toMatchObject({ ok: true, causes: [], fix: { set: true } });
    expect(report().fix.changes.map(({ field }) => field)).toEqual([
      'voice',
      'fallback',
      'statusCallback',
    ]);
    await api.close();
    expect(await fix({}, undefined, { json: true })).toBe(1);
    expect(report()).toMatchObject({ ok: false, fix: { set: false } });
    expect(report().fix.because).toContain('--yes');
    await api.close();
    expect(await fix({}, true, { json: true })).toBe(0);
    expect(asked[0]).toContain(`GET ${DEMO} → POST ${FUNCTIONS}/stream-mode`);
  });

  it.each([
    ['nothing of a Studio flow', FLOW, `${FUNCTIONS}/stream-mode`],
    ['test mode', `https://old.example.com/test-mode`, `${FUNCTIONS}/test-mode`],
    [
      'an agent',
      `${FUNCTIONS}/stream-mode?agent=concierge`,
      `${FUNCTIONS}/stream-mode?agent=concierge`,
    ],
  ])('keeps %s', async (_what, voice_url, expected) => {
    await fix({ ...SET, voice_url, voice_method: 'GET' }, true);
    expect(api.numbers[0]).toMatchObject({ voice_url: expected, voice_method: 'POST' });
  });

  it.each([
    ['all is as it shall be', { ...SET }, {}, 'as they shall be', 0],
    ['a trunk wins', { trunk_sid: `TK${'2'.repeat(32)}` }, {}, '--clear-overrides', 1],
    ['an app wins', { voice_application_sid: `AP${'2'.repeat(32)}` }, {}, '--clear-overrides', 1],
    ['no Functions are there', {}, { FUNCTIONS_URL: '' }, 'npm run deploy comes first', 1],
    ['the token is refused', {}, { TWILIO_AUTH_TOKEN: 'f'.repeat(32) }, 'before this holds', 1],
    ['the number is none', {}, { TWILIO_PHONE_NUMBER: '+15550100009' }, 'before this holds', 1],
  ])('asks nothing and sets nothing where %s', async (_what, number, environment, words, code) => {
    expect(await fix(number, true, {}, environment)).toBe(code);
    expect([asked, updates()]).toEqual([[], []]);
    expect(printed.find((line) => line.includes('Nothing was set'))).toContain(words);
  });
});
