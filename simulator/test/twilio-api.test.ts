import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startTwilioApi, type TwilioApi } from '../twilio-api/twilio-api';

const run = promisify(execFile);

/** What Twilio's own library makes of the stand-in; it needs a process whose environment leads there. */
describe('The stand-in of Twilio’s APIs', () => {
  let api: TwilioApi;
  beforeEach(async () => {
    api = await startTwilioApi({ numbers: [{ phone_number: '+15550100001' }] });
  });
  afterEach(() => api.close());

  const ask = async (code: string, environment: Record<string, string> = {}): Promise<unknown> => {
    const { stdout } = await run(
      process.execPath,
      [
        '-e',
        `const client = require('twilio')(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
        (async () => { ${code} })().catch(({ status, code }) => ({ status, code }))
          .then((said) => console.log(JSON.stringify(said)));`,
      ],
      { env: { PATH: process.env.PATH, ...api.environment, ...environment } },
    );
    return JSON.parse(stdout);
  };

  it('shows the account and its numbers, and changes one', async () => {
    expect(
      await ask('return (await client.api.v2010.accounts(client.accountSid).fetch()).status;'),
    ).toBe('active');
    expect(
      await ask(`
        const [{ sid }] = await client.incomingPhoneNumbers.list({ phoneNumber: '+15550100001' });
        await client.incomingPhoneNumbers(sid).update({ voiceUrl: 'https://a.example.com/x' });
        return (await client.incomingPhoneNumbers(sid).fetch()).voiceUrl;`),
    ).toBe('https://a.example.com/x');
    expect(api.numbers[0]?.voice_url).toBe('https://a.example.com/x');
  });

  it('shows what an account is as it was made, and refuses on demand', async () => {
    await api.close();
    api = await startTwilioApi({
      account: {
        type: 'Trial',
        balance: '-0.25',
        countries: [{ iso: 'FR', name: 'France', codes: ['33'], isAllowed: false }],
        applications: [{ sid: `AP${'1'.repeat(32)}`, voiceUrl: 'https://a.example.com/' }],
        voiceRegions: { '+15550100001': 'ie1' },
        bundles: { [`BU${'1'.repeat(32)}`]: 'twilio-rejected' },
      },
    });
    const asked = `
      const account = await client.api.v2010.accounts(client.accountSid).fetch();
      const [france] = await client.voice.v1.dialingPermissions.countries.list({ countryCode: '33' });
      const { bundles } = client.numbers.v2.regulatoryCompliance;
      return [
        account.type,
        account.ownerAccountSid,
        (await client.balance.fetch()).balance,
        france.lowRiskNumbersEnabled,
        (await client.applications('AP${'1'.repeat(32)}').fetch()).voiceUrl,
        (await client.routes.v2.phoneNumbers('+15550100001').fetch()).voiceRegion,
        (await bundles('BU${'1'.repeat(32)}').fetch()).status,
      ];`;
    expect(await ask(asked)).toEqual([
      'Trial',
      api.accountSid,
      '-0.25',
      false,
      'https://a.example.com/',
      'ie1',
      'twilio-rejected',
    ]);
    api.refuse({ status: 403, body: { code: 20008, message: 'no', status: 403 } });
    expect(await ask(asked)).toEqual({ status: 403, code: 20008 });
  });

  it('keeps services, environments and variables', async () => {
    expect(
      await ask(`
        const { services } = client.serverless.v1;
        const { sid } = await services.create({ uniqueName: 'one', friendlyName: 'one' });
        const { environments } = services(sid);
        const made = await environments.create({ uniqueName: 'dev', domainSuffix: 'dev' });
        const { variables } = environments(made.sid);
        const variable = await variables.create({ key: 'A', value: '1' });
        await variables(variable.sid).update({ value: '2' });
        return (await variables.list()).map(({ key, value }) => [key, value]);`),
    ).toEqual([['A', '2']]);
    expect(api.serverless.variables).toEqual({ A: '2' });
  });

  it('has nothing where nothing is, and no name twice', async () => {
    const nothing = { status: 404, code: 20404 };
    expect(await ask(`return client.incomingPhoneNumbers('PN${'9'.repeat(32)}').fetch();`)).toEqual(
      nothing,
    );
    const services = 'client.serverless.v1.services';
    expect(
      await ask(
        `return ${services}('ZS${'9'.repeat(32)}').environments.create({ uniqueName: 'a' });`,
      ),
    ).toEqual(nothing);
    const create = `${services}.create({ uniqueName: 'one', friendlyName: 'one' })`;
    expect(await ask(`await ${create}; return ${create};`)).toMatchObject({ status: 409 });
  });

  it('refuses other credentials, and any host but Twilio’s', async () => {
    expect(
      await ask('return client.serverless.v1.services.list();', {
        TWILIO_AUTH_TOKEN: 'f'.repeat(32),
      }),
    ).toEqual({ status: 401, code: 20003 });
    const proxy = new URL(api.environment.HTTP_PROXY ?? '');
    expect(proxy.hostname).toBe('127.0.0.1');
    const { stdout } = await run(process.execPath, [
      '-e',
      `require('http').request({ port: ${proxy.port}, method: 'CONNECT', path: 'example.com:443' })
        .on('connect', ({ statusCode }, socket) => { console.log(statusCode); socket.destroy(); }).end();`,
    ]);
    expect(stdout.trim()).toBe('403');
  });
});
