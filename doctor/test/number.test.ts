import type { AccountState } from '../../simulator/twilio-api/account-state';
import type { PhoneNumber } from '../../simulator/twilio-api/numbers';
import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';
import { chooseParts } from '../chain';
import type { Examination } from '../examination';
import { examine } from '../checkup';
import type { Result } from '../check';
import { linesOf } from '../printing/lines';
import { stageExamination } from './stage/examination';
import { listFindings, type Listed } from './stage/findings';
import { openStandIn } from './stage/twilio-client';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const FUNCTIONS = 'https://functions.example.com';
const OURS = '+15550100001';
const TRUNK = `TK${'2'.repeat(32)}`;
const APP = `AP${'3'.repeat(32)}`;
const FLOW = `https://webhooks.twilio.com/v1/Accounts/${ACCOUNT}/Flows/FW${'1'.repeat(32)}`;
const BUNDLE = `BU${'4'.repeat(32)}`;
const SOUND: Partial<PhoneNumber> = {
  phone_number: OURS,
  friendly_name: 'Reception',
  voice_url: `${FUNCTIONS}/stream-mode`,
  voice_fallback_url: `${FUNCTIONS}/fallback`,
  status_callback: `${FUNCTIONS}/call-status`,
};

describe('The checks of the number', () => {
  let api: TwilioApi;
  let examination: Examination;
  afterEach(() => api.close());

  const look = async (
    numbers: readonly Partial<PhoneNumber>[],
    account: Partial<AccountState> = {},
    environment: Record<string, string> = {},
  ) => {
    api = await startTwilioApi({ accountSid: ACCOUNT, authToken: TOKEN, numbers, account });
    const all = {
      ...api.environment,
      TWILIO_PHONE_NUMBER: OURS,
      FUNCTIONS_URL: FUNCTIONS,
      ...environment,
    };
    examination = stageExamination({ environment: all, openTwilio: () => openStandIn(api, all) });
    const results: Result[] = [];
    for await (const result of examine(chooseParts(['number']), examination)) results.push(result);
    await examination.reach.close();
    expect(results.flatMap(linesOf).join('\n')).not.toContain(TOKEN);
    return results;
  };

  it('find nothing in a sound one, and leave what later checks build on', async () => {
    expect(listFindings(await look([SOUND]))).toEqual([]);
    const { facts } = examination;
    expect([facts.number?.phoneNumber, facts.voiceUrl, facts.voiceMethod]).toEqual([
      OURS,
      `${FUNCTIONS}/stream-mode`,
      'POST',
    ]);
    expect(api.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  const one = (id: string, level: string, finding: string): Listed => [
    `number.${id}`,
    level,
    finding,
  ];
  const app = (voiceUrl: string): Partial<AccountState> => ({
    applications: [
      {
        sid: APP,
        voiceUrl,
        voiceFallbackUrl: `${FUNCTIONS}/fallback`,
        statusCallback: `${FUNCTIONS}/call-status`,
      },
    ],
  });
  const onApp = { voice_application_sid: APP };
  const voice = (voice_url: string) => ({ voice_url });
  const address = (finding: string) => one('voice-address', 'fault', `voice-address-${finding}`);
  const broken: readonly [string, Partial<PhoneNumber>, Partial<AccountState>, Listed][] = [
    [
      'another number',
      { phone_number: '+15550100009' },
      {},
      one('exists', 'fault', 'number-not-in-account'),
    ],
    [
      'no voice',
      { capabilities: { voice: false, sms: true } },
      {},
      one('voice', 'fault', 'number-without-voice'),
    ],
    ['fax', { voice_receive_mode: 'fax' }, {}, one('voice', 'fault', 'number-receives-fax')],
    [
      'another region',
      {},
      { voiceRegions: { [OURS]: 'ie1' } },
      one('region', 'fault', 'number-in-other-region'),
    ],
    [
      'a bundle that was turned down',
      { bundle_sid: BUNDLE },
      { bundles: { [BUNDLE]: 'twilio-rejected' } },
      one('regulation', 'warning', 'bundle-not-approved'),
    ],
    ['a SIP trunk', { trunk_sid: TRUNK }, {}, one('overrides', 'fault', 'number-on-trunk')],
    [
      'a TwiML app of something else',
      onApp,
      app('https://other.example.com/'),
      one('overrides', 'fault', 'number-on-application'),
    ],
    ['a TwiML app that is gone', onApp, {}, one('overrides', 'fault', 'number-on-application')],
    [
      'a TwiML app of an earlier deploy',
      onApp,
      app('https://old-1234-dev.twil.io/stream-mode'),
      address('elsewhere'),
    ],
    ['a Studio flow', voice(FLOW), {}, one('overrides', 'fault', 'number-on-studio-flow')],
    ['no voice address', voice(''), {}, address('missing')],
    ['Twilio’s demo', voice('https://demo.twilio.com/welcome/voice/'), {}, address('demo')],
    ['what is no address', voice('functions.example.com/stream-mode'), {}, address('malformed')],
    [
      'the address in clear',
      voice('http://functions.example.com/stream-mode'),
      {},
      address('http'),
    ],
    [
      'an earlier deploy',
      voice('https://realtime-phone-1111-dev.twil.io/stream-mode'),
      {},
      address('elsewhere'),
    ],
    [
      'the bridge itself',
      voice('https://functions.example.com.evil.example/stream-mode'),
      {},
      address('elsewhere'),
    ],
    ['a slash after it', voice(`${FUNCTIONS}/stream-mode/`), {}, address('misspelt')],
    ['the name of the file', voice(`${FUNCTIONS}/stream-mode.protected`), {}, address('misspelt')],
    ['another Function', voice(`${FUNCTIONS}/call-status`), {}, address('wrong-path')],
    ['GET', { voice_method: 'GET' }, {}, one('voice-address', 'warning', 'voice-method-get')],
    [
      'test mode',
      voice(`${FUNCTIONS}/stream-mode?test_mode=true`),
      {},
      one('voice-address', 'warning', 'number-in-test-mode'),
    ],
    [
      'no fallback',
      { voice_fallback_url: '' },
      {},
      one('callbacks', 'warning', 'fallback-missing'),
    ],
    [
      'another fallback',
      { voice_fallback_url: `${FUNCTIONS}/test-mode` },
      {},
      one('callbacks', 'warning', 'fallback-elsewhere'),
    ],
    [
      'no status callback',
      { status_callback: '' },
      {},
      one('callbacks', 'warning', 'status-callback-missing'),
    ],
    [
      'another status callback',
      { status_callback: 'https://crm.example.com/' },
      {},
      one('callbacks', 'warning', 'status-callback-elsewhere'),
    ],
    [
      'a status callback by GET',
      { status_callback_method: 'GET' },
      {},
      one('callbacks', 'warning', 'status-callback-method-get'),
    ],
  ];
  it.each(broken)('find one thing with %s', async (_what, number, account, expected) => {
    expect(listFindings(await look([{ ...SOUND, ...number }], account))).toEqual([expected]);
  });

  it('take a TwiML app that leads to the Functions for a number that does', async () => {
    const results = await look(
      [{ ...SOUND, voice_url: '', ...onApp }],
      app(`${FUNCTIONS}/stream-mode?agent=concierge`),
    );
    expect(listFindings(results)).toEqual([]);
    expect(examination.facts.voiceUrl).toBe(`${FUNCTIONS}/stream-mode?agent=concierge`);
  });

  it('take the number that can only be meant, where none is given', async () => {
    const other = { ...SOUND, phone_number: '+15550100002', voice_url: 'https://a.example.com/' };
    const nobody = { TWILIO_PHONE_NUMBER: '' };
    expect(listFindings(await look([SOUND, other], {}, nobody))).toEqual([]);
    expect(examination.facts.number?.phoneNumber).toBe(OURS);
    await api.close();
    const several = await look([other, { ...other, phone_number: '+15550100003' }], {}, nobody);
    expect(listFindings(several)).toEqual([['number.exists', 'fault', 'number-not-given']]);
    await api.close();
    expect(listFindings(await look([], {}, nobody))).toEqual([
      ['number.exists', 'fault', 'account-without-number'],
    ]);
  });

  it('are not reached in an account that is suspended, or with a number that is none', async () => {
    const suspended = await look([SOUND], { status: 'suspended' });
    expect(listFindings(suspended)).toEqual([['account.status', 'fault', 'account-suspended']]);
    await api.close();
    const misspelt = await look([SOUND], {}, { TWILIO_PHONE_NUMBER: '15550100001' });
    expect(listFindings(misspelt)).toEqual([['config.number', 'fault', 'phone-number-not-e164']]);
    expect(misspelt.at(-1)).toMatchObject({ state: 'not reached', because: 'config.number' });
  });
});
