import {
  startTwilioApi,
  type TwilioApi,
  type TwilioApiOptions,
} from '../../simulator/twilio-api/twilio-api';
import { ACCOUNT_CHECKS } from '../checks/account/part';
import { checkTwilioCredentials } from '../checks/config/twilio';
import { linesOf } from '../printing/lines';
import { examineSetUp } from './stage/examination';
import { listFindings, type Listed } from './stage/findings';
import { openStandIn } from './stage/twilio-client';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const CHECKS = [checkTwilioCredentials, ...ACCOUNT_CHECKS];

describe('The checks of the account', () => {
  let api: TwilioApi | undefined;
  afterEach(async () => {
    await api?.close();
    api = undefined;
  });

  const examine = async (
    account: TwilioApiOptions['account'],
    environment: Record<string, string> = {},
    refusal?: Parameters<TwilioApi['refuse']>[0],
  ) => {
    const started = await startTwilioApi({ accountSid: ACCOUNT, authToken: TOKEN, account });
    api = started;
    started.refuse(refusal);
    const all: Record<string, string> = {
      ...started.environment,
      TWILIO_PHONE_NUMBER: '+15550100001',
      ...environment,
    };
    const results = await examineSetUp(CHECKS, {
      environment: all,
      openTwilio: () => openStandIn(started, all),
    });
    expect(results.flatMap(linesOf).join('\n')).not.toContain(all.TWILIO_AUTH_TOKEN);
    return results;
  };

  it('find nothing in a sound one, and say what it has', async () => {
    const results = await examine({});
    expect(listFindings(results)).toEqual([]);
    expect(results.map(({ id, state, found }) => [id, state, found])).toEqual([
      ['config.twilio', 'holds', 'AC…aaaa and a token'],
      ['account.region', 'holds', expect.stringContaining('us1')],
      ['account.credentials', 'holds', 'an account'],
      ['account.status', 'holds', 'active, Full'],
      ['account.balance', 'holds', '42.50 USD'],
      ['account.geography', 'holds', '+1 (United States)'],
    ]);
  });

  const refused = (status: number, code: number) => ({
    status,
    body: { status, code, message: 'no' },
  });
  const FRANCE = [{ iso: 'FR', name: 'France', codes: ['33'], isAllowed: false }];
  const DIAL = { FALLBACK_MODE: 'dial', FALLBACK_NUMBER: '+33155501000', TWILIO_PHONE_NUMBER: '' };
  const broken: readonly [string, Parameters<typeof examine>, Listed][] = [
    [
      'another token',
      [{}, { TWILIO_AUTH_TOKEN: 'f'.repeat(32) }],
      ['account.credentials', 'fault', 'auth-token-refused'],
    ],
    [
      'the SID of another account',
      [{}, { TWILIO_ACCOUNT_SID: `AC${'b'.repeat(32)}` }],
      ['account.credentials', 'fault', 'auth-token-refused'],
    ],
    [
      'an account that is not there',
      [{}, {}, refused(404, 20404)],
      ['account.credentials', 'fault', 'account-unknown'],
    ],
    [
      'test credentials',
      [{}, {}, refused(403, 20008)],
      ['account.credentials', 'fault', 'test-credentials'],
    ],
    [
      'a Twilio that fails',
      [{}, {}, refused(500, 20500)],
      ['account.credentials', 'fault', 'twilio-refuses'],
    ],
    [
      'a suspended account that Twilio still shows',
      [{ status: 'suspended' }],
      ['account.status', 'fault', 'account-suspended'],
    ],
    [
      'a suspended account that may ask nothing',
      [{}, {}, refused(401, 20005)],
      ['account.status', 'fault', 'account-suspended'],
    ],
    ['a closed account', [{ status: 'closed' }], ['account.status', 'fault', 'account-closed']],
    [
      'a trial account',
      [{ type: 'Trial', balance: '0' }],
      ['account.status', 'warning', 'account-trial'],
    ],
    ['little money', [{ balance: '1.205' }], ['account.balance', 'warning', 'balance-low']],
    ['debts', [{ balance: '-3.10' }], ['account.balance', 'warning', 'balance-spent']],
    [
      'a country that may not be called',
      [{ countries: FRANCE }, DIAL],
      ['account.geography', 'warning', 'country-not-allowed'],
    ],
    [
      'a region without its edge',
      [{}, { TWILIO_REGION: 'ie1' }],
      ['account.region', 'fault', 'edge-missing'],
    ],
    [
      'a region that is none',
      [{}, { TWILIO_REGION: 'ireland' }],
      ['account.region', 'fault', 'region-unknown'],
    ],
    [
      'an edge on the other side',
      [{}, { TWILIO_REGION: 'ie1', TWILIO_EDGE: 'sydney' }],
      ['account.region', 'warning', 'edge-far'],
    ],
  ];
  it.each(broken)('find one thing with %s', async (_what, setUp, expected) => {
    expect(listFindings(await examine(...setUp))).toEqual([expected]);
  });

  it('do not go on behind credentials that are refused, and name the region they may be of', async () => {
    const results = await examine(
      {},
      {
        TWILIO_AUTH_TOKEN: 'f'.repeat(32),
        TWILIO_REGION: 'ie1',
        TWILIO_EDGE: 'dublin',
      },
    );
    expect(results.slice(3).map(({ state, because }) => [state, because])).toEqual(
      Array(3).fill(['not reached', 'account.credentials']),
    );
    expect(results[2]?.findings[0]?.remedy).toContain("here ie1's");
  });

  it('take a sub-account without a balance for what it is', async () => {
    const results = await examine({ ownerSid: `AC${'c'.repeat(32)}`, balance: undefined });
    expect(listFindings(results)).toEqual([]);
    expect(results.map(({ state }) => state)).toContain('skipped');
    expect(results[2]?.found).toBe('an account, a sub-account');
  });

  it('hold nothing against a country code of which one country may be called', async () => {
    const countries = [
      { iso: 'CA', name: 'Canada', codes: ['1'], isAllowed: false },
      { iso: 'US', name: 'United States', codes: ['1'], isAllowed: true },
    ];
    expect(listFindings(await examine({ countries }))).toEqual([]);
  });

  it('are skipped where all of it is on this machine and no account is configured', async () => {
    const results = await examineSetUp(CHECKS, {
      environment: { PUBLIC_DOMAIN: 'localhost:8080' },
    });
    expect(listFindings(results)).toEqual([]);
    expect(results.filter(({ id }) => id !== 'account.region').map(({ state }) => state)).toEqual(
      Array(5).fill('skipped'),
    );
  });
});
