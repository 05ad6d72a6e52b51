import {
  ADMIN_TOKEN,
  BRIDGE_SECRET,
  startTestBridge,
  type TestBridge,
  TWILIO_AUTH_TOKEN,
} from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio, signUpgrade } from './stand-in/twilio';

const KEY = 'sk-proj-of-the-"tests"-0123456789';
const PREVIOUS = {
  BRIDGE_SECRET_PREVIOUS: 'the former secret of the tests',
  TWILIO_AUTH_TOKEN_PREVIOUS: 'fedcba98765432100123456789abcdef',
  ADMIN_TOKEN_PREVIOUS: 'the former operator token',
};

describe('Secrets', () => {
  let model: StandInModel;
  let bridge: TestBridge;
  const answers: string[] = [];
  const tokens: string[] = [];

  const http = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(bridge.url + path, init);
    answers.push([...response.headers].join('\n'), await response.text());
  };

  const admit = async (callSid: string) => {
    const { token } = await bridge.admit(callSid);
    tokens.push(token);
    return token;
  };

  /** A call up to its agent, and the model's end of it. */
  const call = async (callSid: string) => {
    const opened = model.nextSession();
    const phone = connectTwilio(bridge.server.port, callSid, { token: await admit(callSid) });
    const session = await opened;
    await phone.opened;
    phone.start();
    await logged('callSid', callSid, 'agent started');
    return { phone, session };
  };

  const logged = async (key: string, value: string, msg?: string) => {
    while (!bridge.logs.some((line) => line[key] === value && (msg ?? line.msg) === line.msg))
      await new Promise((resolve) => setImmediate(resolve));
  };
  const ended = (callSid: string) => logged('callSid', callSid, 'call ended');

  /** A model that repeats the key in all that it says, which the real one does in part. */
  const failModel = async () => {
    const { session } = await call('CA1');
    session.send({
      type: 'error',
      error: { type: 'invalid', code: KEY, message: `Incorrect API key: ${KEY}` },
    });
    session.send({ type: 'response.created', response: { id: 'r' } });
    session.send({
      type: 'response.done',
      response: {
        id: 'r',
        status: 'failed',
        status_details: { error: { type: 'x', code: 'invalid_api_key', message: `key ${KEY}` } },
      },
    });
    await logged('code', 'model_error');
    session.socket.close(1011, `bad key ${KEY}`);
    await ended('CA1');
    model.refuseWith = 401;
    await admit('CA2');
    await bridge.post('/calls/CA2/next', { reason: 'stream-ended', try: 0 });
    model.refuseWith = undefined;
  };

  /** A phone that does what it must not, with the token in all the wrong places. */
  const failPhone = async () => {
    const { phone } = await call('CA3');
    phone.send({ event: 'media', media: { payload: `*${tokens.at(-1) ?? ''}*` } });
    await ended('CA3');
    const token = await admit('CA4');
    for (const path of [`/media-stream/CA4?token=${token}`, `/media-stream/${ADMIN_TOKEN}/CA4`]) {
      const signature = signUpgrade('elsewhere');
      await connectTwilio(bridge.server.port, 'CA4', { path, signature }).opened.catch(() => '');
    }
    const wrong = connectTwilio(bridge.server.port, 'CA4', { token: `${token}x` });
    await wrong.opened;
    wrong.start({}, { mediaFormat: { encoding: token, sampleRate: 1, channels: 1 } });
    await wrong.closed;
    const repeated = connectTwilio(bridge.server.port, 'CA4', { token });
    await repeated.opened;
    repeated.start();
    repeated.start();
    await ended('CA4');
  };

  /** Requests that carry a secret where it does not belong. */
  const failRequests = async () => {
    const encoded = encodeURIComponent(ADMIN_TOKEN);
    await http(`/nowhere/${encoded}?key=${encoded}`);
    await http('/calls', { headers: { authorization: `Bearer ${ADMIN_TOKEN}x` } });
    await http('/calls', { headers: { authorization: `Bridge ${BRIDGE_SECRET}` } });
    await http('/calls', { method: 'POST', body: BRIDGE_SECRET });
    await bridge.post('/calls', `{"callSid":"CA9","direction":{"x":"${BRIDGE_SECRET}"}}`);
    await bridge.post('/calls', { callSid: 'CA9', agent: 'nobody' });
    await bridge.post('/calls', `${BRIDGE_SECRET} is not JSON`);
  };

  it('stand in no log line, record, metric, diagnostics or answer, whatever goes wrong', async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, { ...PREVIOUS, OPENAI_API_KEY: KEY });
    await failModel();
    await failPhone();
    await failRequests();
    const operator = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };
    for (const callSid of ['CA1', 'CA2', 'CA3', 'CA4', 'CA9'])
      await http(`/calls/${callSid}`, operator);
    for (const path of ['/calls', '/metrics', '/diagnostics']) await http(path, operator);
    await http('/diagnostics', { headers: { ...operator.headers, accept: 'text/html' } });
    for (const path of ['/diagnostics', '/readyz', '/healthz', '/metrics']) await http(path);
    await bridge.stop();
    model.close();

    const said = [...bridge.logs.map((line) => JSON.stringify(line)), ...answers].join('\n');
    for (const code of ['model_error', 'media_not_base64', 'start_repeated', 'stream_format_wrong'])
      expect(said).toContain(code); // the faults did happen
    const secrets = {
      ...{ KEY, BRIDGE_SECRET, ADMIN_TOKEN, TWILIO_AUTH_TOKEN, ...PREVIOUS },
      ...Object.fromEntries(tokens.map((token, at) => [`token ${at}`, token])),
    };
    for (const [name, secret] of Object.entries(secrets)) {
      const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
      expect([name, forms.filter((form) => said.includes(form))]).toEqual([name, []]);
    }
  });
});
