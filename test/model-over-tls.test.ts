import { type Certificate, makeCertificate } from '../simulator/model/certificate';
import { FallingStage } from './stage/falling-stage';
import { speech } from './stage/line';

const GREETING = 'Hello.';
const ANSWER = 'A table for four, and until then goodbye.';
const SCRIPT = { greeting: { text: GREETING }, replies: [{ text: ANSWER }], heard: ['Four.'] };

jest.setTimeout(60_000);

describe('A model that is reached over TLS', () => {
  let certificate: Certificate;
  let stage: FallingStage;

  beforeAll(async () => (certificate = await makeCertificate()));
  beforeEach(() => jest.spyOn(console, 'log').mockImplementation(() => undefined));
  afterEach(async () => {
    await stage.close();
    jest.restoreAllMocks();
  });

  it('hears the caller and is heard, byte for byte', async () => {
    const environment = { CALL_STORE: ':memory:', NODE_EXTRA_CA_CERTS: certificate.certPath };
    stage = await FallingStage.set(SCRIPT, environment, certificate);
    const call = stage.call();
    await call.turns(1);
    const spoken = speech(600);
    await call.phone.say(spoken);
    await call.answered(ANSWER);
    call.phone.hangUp();
    await call.phone.finished;
    const [session] = stage.model.sessions;
    expect(session?.record.errors).toEqual([]);
    expect(session?.record.appendedBytes.includes(spoken)).toBe(true);
    const said = Buffer.concat(session?.record.spoken.map(({ audio }) => audio) ?? []);
    const heard = Buffer.concat(call.phone.heard().map(({ bytes }) => bytes));
    expect(heard.equals(said)).toBe(true);
  });

  it('is not trusted without its authority, and the record says why', async () => {
    stage = await FallingStage.set(
      SCRIPT,
      { CALL_STORE: ':memory:', MODEL_READY_MS: '1000' },
      certificate,
    );
    const { phone } = stage.call();
    await phone.finished;
    const { errors } = await stage.record(phone.callSid);
    expect(errors).toContainEqual(
      expect.objectContaining({
        code: 'model_unreachable',
        message: expect.stringMatching(/SELF_SIGNED_CERT/) as string,
      }),
    );
  });
});
