import { type CommandFolder, makeCommandFolder } from '../../commands/test/stage/command-folder';
import { ADMIN_TOKEN, startTestBridge, type TestBridge } from '../../bridge/test/stand-in/bridge';
import { type StandInModel, startStandInModel } from '../../bridge/test/stand-in/model';
import { connectTwilio } from '../../bridge/test/stand-in/twilio';
import type { PastCallReport } from '../past-call/run-past-call';
import type { RecordedCall } from '../../simulator/twilio-api/past-calls';
import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';

jest.setTimeout(60_000);

const REFUSED = `CA${'1'.repeat(32)}`;
const WRONG_TRACK = `CA${'2'.repeat(32)}`;
const TOKEN = 'v1.1.nonce.mac';
const TWIML = `<?xml version="1.0"?><Response><Connect><Stream url="wss://b.example.com/x" track="both_tracks"><Parameter name="token" value="${TOKEN}"/></Stream></Connect></Response>`;

describe('npm run doctor -- --call', () => {
  let folder: CommandFolder;
  let model: StandInModel;
  let bridge: TestBridge;
  let api: TwilioApi;
  let shown = '';

  beforeAll(async () => {
    folder = await makeCommandFolder('doctor');
    model = await startStandInModel();
    bridge = await startTestBridge(model.url);
    await bridge.admit(REFUSED);
    const { opened } = connectTwilio(bridge.server.port, REFUSED, { signature: 'wrong' });
    await opened.catch(() => undefined);
    await bridge.post(`/calls/${REFUSED}/next`, { reason: 'stream-ended', try: 0 });
    const start = new Date();
    const pastCalls: readonly RecordedCall[] = [
      { sid: REFUSED, start, notifications: [{ code: 31920, atMs: 1_000 }] },
      {
        sid: WRONG_TRACK,
        start: new Date(start.getTime() - 60_000),
        notifications: [{ code: 31941, atMs: 1_000, message: 'called by +15550100001' }],
        events: [
          {
            url: `https://f.example.com/stream-mode?x=${TOKEN}`,
            atMs: 500,
            status: 200,
            body: TWIML,
          },
        ],
      },
    ];
    api = await startTwilioApi({ pastCalls });
  });
  afterAll(async () => {
    await api.close();
    await bridge.stop();
    model.close();
    folder.remove();
  });

  const ask = async (call: string, environment: Record<string, string> = {}) => {
    const all = {
      ...api.environment,
      ADMIN_TOKEN,
      PORT: String(bridge.server.port),
      ...environment,
    };
    const [lines, json] = await Promise.all([
      folder.run('doctor', ['--call', call], all),
      folder.run('doctor', ['--call', call, '--json'], all),
    ]);
    shown += lines.output + lines.errors + json.output + json.errors;
    const report = JSON.parse(json.output) as PastCallReport;
    return { report, lines: lines.output, code: json.code };
  };

  it('names the bridge’s reason behind a handshake error, in one timeline', async () => {
    const { report, lines, code } = await ask(REFUSED);
    expect(code).toBe(1);
    expect(report).toMatchObject({ ok: false, verdict: { id: 'twilio_signature_invalid' } });
    const codes = report.timeline.map((one) => one.code);
    expect(codes).toEqual(expect.arrayContaining(['31920', 'twilio_signature_invalid']));
    expect(lines).toContain('To do: PUBLIC_DOMAIN must be');
  });

  it('shows what in the TwiML Twilio refused, also without a bridge', async () => {
    const { report, code } = await ask(WRONG_TRACK, { PORT: '1' });
    expect(code).toBe(1);
    expect(report.verdict).toMatchObject({ id: 'twilio-31941' });
    expect(report.verdict.sentence).toContain('both_tracks');
    expect(report.sources.bridge?.state).toBe('not had');
  });

  it('makes do with the bridge where Twilio cannot be had', async () => {
    const { report } = await ask(REFUSED, { HTTP_PROXY: 'http://127.0.0.1:1' });
    expect(report.verdict.id).toBe('twilio_signature_invalid');
    expect(report.sources.twilioCall).toMatchObject({ state: 'not had' });
  });

  it('says so when nobody knows the call, or nobody could be asked', async () => {
    const { report, code } = await ask(`CA${'9'.repeat(32)}`);
    expect([code, report.verdict.id]).toEqual([1, 'call-unknown']);
    const nobody = await ask('failed', { ADMIN_TOKEN: '', TWILIO_ACCOUNT_SID: '' });
    expect([nobody.code, nobody.report.verdict.id]).toEqual([1, 'nothing-read']);
  });

  it('finds the latest call that failed', async () => {
    expect((await ask('failed')).report.callSid).toBe(REFUSED);
  });

  it('shows no secret and no phone number in any of that', () => {
    expect(shown).not.toContain(ADMIN_TOKEN);
    expect(shown).not.toContain(api.authToken);
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain('5550100001');
    expect(shown).toContain('Verdict: ');
  });
});
