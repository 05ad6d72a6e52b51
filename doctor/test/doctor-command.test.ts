import { type CommandFolder, makeCommandFolder } from '../../commands/test/stage/command-folder';
import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';
import type { DoctorReport } from '../printing/json';

jest.setTimeout(60_000);

const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const FUNCTIONS = 'https://functions.example.com';
const DEMO = 'https://demo.twilio.com/welcome/voice/';

describe('npm run doctor, on account and number', () => {
  let folder: CommandFolder;
  let api: TwilioApi;
  beforeAll(async () => {
    folder = await makeCommandFolder('doctor');
    api = await startTwilioApi({
      accountSid: `AC${'a'.repeat(32)}`,
      authToken: TOKEN,
      numbers: [{ phone_number: '+15550100001', voice_url: DEMO }],
    });
  });
  afterAll(async () => {
    await api.close();
    folder.remove();
  });

  const doctor = async (args: string, environment: Record<string, string> = {}) => {
    const startedMs = performance.now();
    const ended = await folder.run('doctor', args.split(' '), {
      ...api.environment,
      TWILIO_PHONE_NUMBER: '+15550100001',
      FUNCTIONS_URL: FUNCTIONS,
      ...environment,
    });
    expect(ended.output + ended.errors).not.toContain(TOKEN);
    return { ...ended, tookMs: performance.now() - startedMs };
  };

  it('says in seconds that Twilio cannot be reached, and that once', async () => {
    const { code, output, tookMs } = await doctor('--only account,number --json', {
      HTTP_PROXY: 'http://127.0.0.1:9',
    });
    const report = JSON.parse(output) as DoctorReport;
    expect([code, report.causes.map(({ check, id }) => [check, id])]).toEqual([
      1,
      [['account.credentials', 'twilio-unreachable']],
    ]);
    expect(tookMs).toBeLessThan(20_000);
  });

  it('sets nothing without a terminal, and with --yes sets it and exits 0', async () => {
    const left = await doctor('--fix');
    expect([left.code, left.errors]).toEqual([1, '']);
    expect(left.output).toContain('there is no terminal to ask on');
    expect(api.numbers[0]?.voice_url).toBe(DEMO);
    const set = await doctor('--fix --yes --json');
    expect([set.code, set.errors]).toEqual([0, '']);
    expect(JSON.parse(set.output)).toMatchObject({ ok: true, fix: { set: true } });
    expect(api.numbers[0]?.voice_url).toBe(`${FUNCTIONS}/stream-mode`);
  });
});
