import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';
import { type CommandFolder, makeCommandFolder } from './stage/command-folder';

jest.setTimeout(60_000);

const FUNCTIONS = 'https://functions.example.com';
const OURS = '+15550100001';
const FLOW = `https://webhooks.twilio.com/v1/Accounts/AC${'0'.repeat(32)}/Flows/FW${'1'.repeat(32)}`;
const TRUNK = `TK${'2'.repeat(32)}`;
const APPLICATION = `AP${'3'.repeat(32)}`;
const DEMO = 'https://demo.twilio.com/welcome/voice/';

describe('npm run number', () => {
  let folder: CommandFolder;
  let api: TwilioApi;

  beforeAll(async () => {
    folder = await makeCommandFolder('number');
  });
  afterAll(() => folder.remove());
  beforeEach(async () => {
    api = await startTwilioApi({
      numbers: [
        { phone_number: OURS, friendly_name: 'Reception', voice_url: DEMO, voice_method: 'GET' },
        { phone_number: '+15550100002', friendly_name: 'Trunked', trunk_sid: TRUNK },
        { phone_number: '+15550100003', voice_application_sid: APPLICATION },
        { phone_number: '+15550100004', voice_url: FLOW },
      ],
    });
  });
  afterEach(() => api.close());

  const number = (args: string, environment: Record<string, string> = {}) =>
    folder.run('number', args.split(' '), {
      ...api.environment,
      FUNCTIONS_URL: FUNCTIONS,
      ...environment,
    });
  const updates = () => api.requests.filter(({ method }) => method === 'POST');
  const find = (phoneNumber: string) => api.numbers.find((one) => one.phone_number === phoneNumber);

  it('shows what a number points at, and changes nothing', async () => {
    const { code, output, errors } = await number(`show ${OURS}`);
    expect([code, errors]).toEqual([0, '']);
    expect(output.split('\n')).toEqual([
      `number          ${OURS} Reception (PN${'0'.repeat(32)})`,
      'answered by     something else than this product',
      `voice           GET ${DEMO}`,
      'fallback        (none)',
      'status callback (none)',
      '',
    ]);
    expect(updates()).toEqual([]);
  });

  it.each([
    ['+15550100002', `the SIP trunk ${TRUNK}, not this product`],
    ['+15550100003', `the TwiML app ${APPLICATION}, not this product`],
    ['+15550100004', `the Studio flow FW${'1'.repeat(32)}, not this product`],
  ])('shows what answers for %s in its place: %s', async (phoneNumber, expected) => {
    expect((await number(`show ${phoneNumber}`)).output).toContain(expected);
  });

  it.each([
    ['stream', '/stream-mode', 'stream mode: the agent'],
    ['test', '/test-mode', 'test mode: the test message'],
  ])('%s sets all fields in one request and says what each was', async (mode, path, shown) => {
    const { code, output, errors } = await number(`${mode} ${OURS}`);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain(`voice           GET ${DEMO} → POST ${FUNCTIONS}${path}\n`);
    expect(output).toContain(`fallback        (none) → POST ${FUNCTIONS}/fallback\n`);
    expect(output).toContain(`status callback (none) → POST ${FUNCTIONS}/call-status\n`);
    expect(updates().map(({ parameters }) => Object.fromEntries(parameters))).toEqual([
      {
        VoiceUrl: FUNCTIONS + path,
        VoiceMethod: 'POST',
        VoiceFallbackUrl: `${FUNCTIONS}/fallback`,
        VoiceFallbackMethod: 'POST',
        StatusCallback: `${FUNCTIONS}/call-status`,
        StatusCallbackMethod: 'POST',
      },
    ]);
    expect((await number(`show ${OURS}`)).output).toContain(shown);

    const again = await number(`${mode} ${OURS}`);
    expect([again.code, again.errors]).toEqual([0, '']);
    expect(again.output).toContain('nothing: it was all so before');
    expect(updates()).toHaveLength(1);
  });

  it('names a next step that holds as it stands', async () => {
    const [, next = ''] =
      /npm run number -- (.*)$/m.exec((await number(`test ${OURS}`)).output) ?? [];
    expect(next).toBe(`stream ${OURS}`);
    expect((await number(next)).code).toBe(0);
  });

  it('takes a number out of a Studio flow, and says which it was', async () => {
    expect((await number('stream +15550100004')).output).toContain(`POST ${FLOW} → POST`);
    expect(find('+15550100004')?.voice_url).toBe(`${FUNCTIONS}/stream-mode`);
  });

  it.each([
    ['+15550100002', 'SIP trunk', TRUNK],
    ['+15550100003', 'TwiML app', APPLICATION],
  ])('leaves %s alone while a %s wins, unless told', async (phoneNumber, kind, sid) => {
    const { code, errors } = await number(`stream ${phoneNumber}`);
    expect([code, updates()]).toEqual([1, []]);
    expect(errors).toContain(`the ${kind} ${sid} would win over the voice address`);
    expect(errors).toContain(`npm run number -- stream ${phoneNumber} --clear-overrides`);

    const cleared = await number(`stream ${phoneNumber} --clear-overrides`);
    expect([cleared.code, cleared.errors]).toEqual([0, '']);
    expect(cleared.output).toContain(`${kind.padEnd(15)} ${sid} → (none)\n`);
    expect(updates()).toHaveLength(1);
    expect(find(phoneNumber)).toMatchObject({
      trunk_sid: null,
      voice_application_sid: '',
      voice_url: `${FUNCTIONS}/stream-mode`,
    });
  });

  it('takes the number from TWILIO_PHONE_NUMBER, and prints one object with --json', async () => {
    const { code, output } = await number('test --json', { TWILIO_PHONE_NUMBER: OURS });
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({
      phoneNumber: OURS,
      sid: `PN${'0'.repeat(32)}`,
      friendlyName: 'Reception',
      answeredBy: 'test',
      voice: { url: `${FUNCTIONS}/test-mode`, method: 'POST' },
      fallback: { url: `${FUNCTIONS}/fallback`, method: 'POST' },
      statusCallback: { url: `${FUNCTIONS}/call-status`, method: 'POST' },
      overrides: [],
      changes: [
        { field: 'voice', before: `GET ${DEMO}`, after: `POST ${FUNCTIONS}/test-mode` },
        { field: 'fallback', after: `POST ${FUNCTIONS}/fallback` },
        { field: 'statusCallback', after: `POST ${FUNCTIONS}/call-status` },
      ],
    });
  });

  it('finds the deployed Functions where FUNCTIONS_URL is not set, and needs some', async () => {
    const none = await number(`stream ${OURS}`, { FUNCTIONS_URL: '' });
    expect([none.code, none.errors]).toEqual([1, expect.stringContaining('npm run deploy')]);
    expect(updates()).toEqual([]);

    const post = (path: string, parameters: Record<string, string>) =>
      api.serverless.answer({
        method: 'POST',
        host: 'serverless.twilio.com',
        path: `/v1${path}`,
        query: new URLSearchParams(),
        authorization: '',
        parameters: new URLSearchParams(parameters),
        body: '',
      }).body as { sid: string }; // every answer to a POST has one
    const service = `/Services/${post('/Services', { UniqueName: 'realtime-phone' }).sid}`;
    const environment = `${service}/Environments/${post(`${service}/Environments`, { DomainSuffix: 'dev' }).sid}`;
    post(`${environment}/Deployments`, { BuildSid: post(`${service}/Builds`, {}).sid });
    await number(`stream ${OURS}`, { FUNCTIONS_URL: '' });
    expect(find(OURS)?.voice_url).toBe('https://realtime-phone-1234-dev.twil.io/stream-mode');
    const elsewhere = await number(`show ${OURS}`);
    expect(elsewhere.output).toContain(
      `the Functions are at ${FUNCTIONS} now: npm run number -- stream ${OURS} corrects it`,
    );
  });

  it('names the numbers of the account where this is none of them', async () => {
    const { code, errors } = await number('stream +15550109999');
    expect([code, updates()]).toEqual([1, []]);
    expect(errors).toContain('+15550109999 is not in this account: take one of its own');
    expect(errors).toContain('  +15550100001   Reception\n  +15550100002   Trunked\n');
  });

  it.each([
    ['show 0155501000', 'is no number in E.164'],
    ['show +1(555)0100', 'is no number in E.164'],
    ['show', 'TWILIO_PHONE_NUMBER is not set'],
    ['', 'give show, stream or test'],
    ['strem +15550100001', 'give show, stream or test'],
    ['show +1 555 0100', 'without spaces'],
    ['show +15550100001 --clear-overrides', 'show changes nothing'],
    ['show +15550100001 --jsn', '--help'],
  ])('ends with 2 for “%s”: %s', async (args, expected) => {
    const { code, errors } = await number(args);
    expect([code, errors]).toEqual([2, expect.stringContaining(expected)]);
    expect(errors.trim()).not.toContain('\n');
    expect(api.requests).toEqual([]);
  });

  it.each([
    ['another token', { TWILIO_AUTH_TOKEN: 'f'.repeat(32) }, '20003'],
    ['a SID that is none', { TWILIO_ACCOUNT_SID: 'ACx' }, 'TWILIO_ACCOUNT_SID is no account SID'],
    ['no network', { HTTP_PROXY: 'http://127.0.0.1:9' }, 'Twilio cannot be reached'],
    ['local Functions', { FUNCTIONS_URL: 'http://localhost:3000' }, 'which Twilio cannot reach'],
    [
      'Functions without a scheme',
      { FUNCTIONS_URL: 'functions.example.com:443' },
      'FUNCTIONS_URL is no address: it begins with https://',
    ],
    [
      'a route in FUNCTIONS_URL',
      { FUNCTIONS_URL: `${FUNCTIONS}/stream-mode` },
      'has the path /stream-mode',
    ],
    ['plain HTTP', { FUNCTIONS_URL: 'http://functions.example.com' }, 'is not https'],
  ])('changes nothing with %s', async (_what, environment, expected) => {
    const { code, errors } = await number(`stream ${OURS}`, environment);
    expect([code, errors]).toEqual([1, expect.stringContaining(expected)]);
    expect(updates()).toEqual([]);
  });

  it('says that the outcome is open where the connection breaks on the very change', async () => {
    api.dropAfter(1);
    const { code, output, errors } = await number(`stream ${OURS}`);
    expect(code).toBe(1);
    expect(output).toContain(`GET ${DEMO} → POST`);
    expect(errors).toContain(`npm run number -- show ${OURS} tells`);
    expect(find(OURS)?.voice_url).toBe(DEMO);

    api.dropAfter(1);
    expect((await number(`stream ${OURS} --json`)).errors).toContain(`GET ${DEMO} → POST`);
  });
});
