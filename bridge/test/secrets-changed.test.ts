import { signRequest } from '@realtime-phone/protocol/request-signature';
import {
  ADMIN_TOKEN,
  BRIDGE_SECRET,
  startTestBridge,
  type TestBridge,
  TWILIO_AUTH_TOKEN,
} from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio, type StandInTwilio, signUpgrade } from './stand-in/twilio';

const OLD = { bridge: BRIDGE_SECRET, twilio: TWILIO_AUTH_TOKEN, admin: ADMIN_TOKEN };
const NEW = {
  bridge: 'the next secret of the tests',
  twilio: 'abcdefabcdefabcdefabcdefabcdefab',
  admin: 'the next operator token of the tests',
};
type Secrets = typeof OLD;

/** The three variables, each with the one before it or without. */
const variables = (now: Secrets, before?: Secrets): Record<string, string> => ({
  BRIDGE_SECRET: now.bridge,
  TWILIO_AUTH_TOKEN: now.twilio,
  ADMIN_TOKEN: now.admin,
  ...(before === undefined
    ? {}
    : {
        BRIDGE_SECRET_PREVIOUS: before.bridge,
        TWILIO_AUTH_TOKEN_PREVIOUS: before.twilio,
        ADMIN_TOKEN_PREVIOUS: before.admin,
      }),
});

describe('A change of all three secrets', () => {
  let model: StandInModel;
  const bridges: TestBridge[] = [];
  const phones: StandInTwilio[] = [];
  let calls = 0;

  const start = async (environment: Record<string, string>) => {
    const bridge = await startTestBridge(model.url, { ...environment, DRAIN_S: '30' });
    bridges.push(bridge);
    return bridge;
  };

  /** What Functions with this secret get for a new call. */
  const ask = async ({ url }: TestBridge, secret: string) => {
    calls += 1;
    const callSid = `CA${calls}`;
    const body = JSON.stringify({
      callSid,
      from: `+1555010${1000 + calls}`,
      to: '',
      direction: 'inbound',
    });
    const request = { method: 'POST', path: '/calls', body };
    const authorization = signRequest(secret, request, Date.now() / 1_000);
    const response = await fetch(`${url}/calls`, {
      method: 'POST',
      body,
      headers: { authorization },
    });
    const { token } = (await response.json()) as { token?: string };
    return { status: response.status, callSid, token };
  };

  /** A whole call: Functions with one secret, Twilio with another. */
  const call = async (bridge: TestBridge, secret: string, authToken: string) => {
    const { status, callSid, token } = await ask(bridge, secret);
    expect(status).toBe(201);
    const signature = signUpgrade(`/media-stream/${callSid}`, authToken);
    const phone = connectTwilio(bridge.server.port, callSid, { token: token ?? '', signature });
    phones.push(phone);
    await phone.opened;
    phone.start();
    while (!bridge.logs.some((line) => line.msg === 'agent started' && line.callSid === callSid))
      await new Promise((resolve) => setImmediate(resolve));
    return phone;
  };

  const operator = async ({ url }: TestBridge, token: string) =>
    (await fetch(`${url}/calls`, { headers: { authorization: `Bearer ${token}` } })).status;

  beforeEach(async () => {
    model = await startStandInModel();
  });

  afterEach(async () => {
    for (const { socket } of phones.splice(0)) socket.terminate();
    await Promise.all(bridges.splice(0).map((bridge) => bridge.stop()));
    model.close();
  });

  it('refuses no call on its way, and cuts none that is there', async () => {
    const before = await start(variables(OLD));
    const long = await call(before, OLD.bridge, OLD.twilio);
    // 1. The bridge takes both; the process before it drains.
    const during = await start(variables(NEW, OLD));
    const drained = before.drain();
    const second = await call(during, OLD.bridge, OLD.twilio);
    expect(await operator(during, OLD.admin)).toBe(200);
    // 2. The Functions sign with the new one, then Twilio does, then the operators send it.
    await call(during, NEW.bridge, OLD.twilio);
    await call(during, NEW.bridge, NEW.twilio);
    expect(await operator(during, NEW.admin)).toBe(200);
    expect((await during.operator('/diagnostics')).body.checks).toContainEqual(
      expect.objectContaining({ name: 'secrets', state: 'warning' }) as unknown,
    );
    // 3. Only the new ones are left.
    const after = await start(variables(NEW));
    await call(after, NEW.bridge, NEW.twilio);
    expect((await ask(after, OLD.bridge)).status).toBe(401);
    expect(await operator(after, OLD.admin)).toBe(401);
    const { callSid, token } = await ask(after, NEW.bridge);
    const signature = signUpgrade(`/media-stream/${callSid}`, OLD.twilio);
    await expect(
      connectTwilio(after.server.port, callSid, { token: token ?? '', signature }).opened,
    ).rejects.toThrow('HTTP 403');
    // The calls from before it all are there yet.
    expect(long.socket.readyState).toBe(long.socket.OPEN);
    expect(second.socket.readyState).toBe(second.socket.OPEN);
    const refused = [before, during].flatMap(({ logs }) =>
      logs.filter(({ msg }) => /refused|before its start/.test(msg)),
    );
    expect(refused).toEqual([]);
    long.send({ event: 'stop', stop: {} });
    await drained;
  });
});
