import { ADMIN_TOKEN, startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';

describe('Wrong operator tokens', () => {
  let model: StandInModel;
  let bridge: TestBridge;

  beforeEach(async () => {
    model = await startStandInModel();
    bridge = await startTestBridge(model.url, {
      MAX_WRONG_TOKENS_PER_ADDRESS_PER_MINUTE: '3',
      MAX_WRONG_TOKENS_PER_MINUTE: '5',
    });
  });

  afterEach(async () => {
    await bridge.stop();
    model.close();
  });

  const ask = async (token: string, from: string, path = '/calls', scheme = 'Bearer') => {
    const response = await fetch(bridge.url + path, {
      headers: { authorization: `${scheme} ${token}`, 'x-forwarded-for': from },
    });
    const { code } = (await response.json()) as { code?: string };
    return { status: response.status, code, after: response.headers.get('retry-after') };
  };

  it('are answered with 429 from the fourth on, and no longer logged', async () => {
    for (let tries = 0; tries < 3; tries += 1)
      expect(await ask('wrong', '203.0.113.9')).toMatchObject({ code: 'operator_token_invalid' });
    for (let tries = 0; tries < 3; tries += 1)
      expect(await ask('wrong', '203.0.113.9')).toEqual({
        status: 429,
        code: 'operator_tries_too_many',
        after: '60',
      });
    expect(bridge.logs.filter(({ msg }) => msg === 'request refused')).toHaveLength(3);
    expect(await ask('wrong', '203.0.113.10')).toMatchObject({ status: 401 });
  });

  it('never lock out the right one, not even from the same address', async () => {
    for (let tries = 0; tries < 20; tries += 1) await ask('wrong', `203.0.113.${tries % 7}`);
    expect(await ask('wrong', '198.51.100.1')).toMatchObject({ status: 429 });
    expect(await ask(ADMIN_TOKEN, '203.0.113.1')).toMatchObject({ status: 200 });
  });

  it('are counted at /diagnostics as well, as a password too', async () => {
    const password = Buffer.from('me:wrong').toString('base64');
    for (let tries = 0; tries < 3; tries += 1)
      await ask(password, '203.0.113.9', '/diagnostics?operator', 'Basic');
    expect(await ask(password, '203.0.113.9', '/diagnostics', 'Basic')).toMatchObject({
      status: 429,
    });
    const right = Buffer.from(`me:${ADMIN_TOKEN}`).toString('base64');
    expect(await ask(right, '203.0.113.9', '/diagnostics?operator', 'Basic')).toMatchObject({
      status: 200,
    });
  });
});
