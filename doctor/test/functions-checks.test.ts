import { generate } from 'selfsigned';
import type { TwilioClient } from '../../twilio-account/client';
import type { Result } from '../check';
import { FUNCTIONS_CHECKS } from '../checks/functions/part';
import { examine } from '../checkup';
import { examineSetUp, stageExamination, type StagedSetUp } from './stage/examination';
import {
  AUTH_TOKEN,
  DIAGNOSTICS,
  PUBLIC_DOMAIN,
  type StandInFunctions,
  type StandInOptions,
  startStandInFunctions,
} from './stage/stand-in-functions';

jest.setTimeout(60_000);

const PUBLIC_URL = 'https://functions.example.com';

let functions: StandInFunctions | undefined;

afterEach(async () => {
  await functions?.close();
  functions = undefined;
});

const told = (results: readonly Result[]) =>
  results.flatMap(({ findings }) => findings.map(({ id, level }) => [id, level]));
const stateOf = (results: readonly Result[], id: string) =>
  results.find((one) => one.id === id)?.state;

/** Examines Functions at a public name, which is mapped to where they really are. */
async function examineFunctions(
  options: StandInOptions = {},
  environment: Readonly<Record<string, string>> = {},
  setUp: Partial<StagedSetUp> = {},
) {
  functions = await startStandInFunctions({ publicUrl: PUBLIC_URL, ...options });
  const results = await examineSetUp(FUNCTIONS_CHECKS, {
    environment: {
      PUBLIC_DOMAIN,
      FUNCTIONS_URL: PUBLIC_URL,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      ...environment,
    },
    hosts: {
      'functions.example.com': functions.url,
      [PUBLIC_DOMAIN]: 'http://127.0.0.1:9',
    },
    ...setUp,
  });
  return { results, told: told(results) };
}

describe('The checks of the Functions', () => {
  it('find nothing in sound ones', async () => {
    const { results } = await examineFunctions();
    expect(told(results)).toEqual([]);
    expect(results.map(({ id, state }) => [id, state])).toEqual([
      ['functions.address', 'holds'],
      ['functions.deployed', 'skipped'],
      ['functions.reachable', 'holds'],
      ['functions.diagnostics', 'holds'],
      ['functions.versions', 'holds'],
      ['functions.protection', 'holds'],
      ['functions.settings', 'holds'],
      ['functions.secret', 'holds'],
    ]);
  });

  it('leave no trace in them: nothing but a signed post to the test mode gets in', async () => {
    await examineFunctions();
    expect(functions?.taken.map(({ path }) => path)).toEqual(['/test-mode']);
  });

  const BROKEN: readonly (readonly [string, StandInOptions, readonly [string, string][]])[] = [
    ['gone', { answers: { '/diagnostics': { status: 404 } } }, [['functions-not-there', 'fault']]],
    [
      'failing',
      { answers: { '/diagnostics': { status: 502, body: 'Bad gateway' } } },
      [['functions-failing', 'fault']],
    ],
    [
      'moved',
      {
        answers: {
          '/diagnostics': { status: 301, headers: { location: 'https://other.example.com/' } },
        },
      },
      [['functions-redirect', 'fault']],
    ],
    [
      'behind a login',
      { answers: { '/diagnostics': { status: 403 } } },
      [['functions-status', 'fault']],
    ],
    [
      'a web page',
      { answers: { '/diagnostics': { body: '<html>Visit site</html>' } } },
      [['functions-foreign', 'fault']],
    ],
    [
      'of another version',
      { diagnostics: { versions: { ...DIAGNOSTICS.versions, package: '0.0.9' } } },
      [['functions-version-differs', 'warning']],
    ],
    [
      'open to strangers',
      { unprotected: ['/stream-mode', '/fallback'] },
      [['functions-unprotected', 'fault']],
    ],
    [
      'of another account',
      { authToken: 'f'.repeat(32) },
      [['functions-signature-refused', 'fault']],
    ],
    [
      'short of a route',
      { answers: { '/stream-ended': { status: 404 } } },
      [['functions-route-missing', 'fault']],
    ],
    [
      'without the address of the bridge',
      {
        diagnostics: {
          config: { ...DIAGNOSTICS.config, BRIDGE_URL: 'not set' },
          bridge: { result: 'unreachable', code: 'bridge_url_missing' },
        },
      },
      [['functions-bridge-url-missing', 'fault']],
    ],
    [
      'older than .env',
      { diagnostics: { config: { ...DIAGNOSTICS.config, FALLBACK_SAY: 'set' } } },
      [['functions-settings-differ', 'warning']],
    ],
    [
      'set to a fallback that cannot be',
      {
        diagnostics: {
          faults: [
            {
              variable: 'FALLBACK_NUMBER',
              reason: 'is not E.164',
              example: 'FALLBACK_NUMBER=+15550100100',
            },
          ],
        },
      },
      [['functions-setting-refused', 'warning']],
    ],
    [
      'with another secret',
      {
        diagnostics: {
          bridge: { result: 'refused', code: 'request_signature_invalid', message: 'x' },
        },
      },
      [['bridge-secret-differs', 'fault']],
    ],
    [
      'behind a proxy that drops the signature',
      { diagnostics: { bridge: { result: 'refused', code: 'request_unsigned', message: 'x' } } },
      [['bridge-signature-dropped', 'fault']],
    ],
    [
      'on another time than the bridge',
      { diagnostics: { bridge: { result: 'clock-skew', code: 'request_expired', skewS: -90 } } },
      [['clock-skew', 'fault']],
    ],
    [
      'a little off in time',
      { diagnostics: { bridge: { result: 'accepted', skewS: 20 } } },
      [['clock-drift', 'warning']],
    ],
    [
      'set to a bridge without TLS',
      {
        diagnostics: { bridge: { result: 'unreachable', code: 'bridge_url_unsafe', message: 'x' } },
      },
      [['bridge-url-unusable', 'fault']],
    ],
  ];

  it.each(BROKEN)(
    'name what is wrong with Functions that are %s, once',
    async (_, options, expected) => {
      expect((await examineFunctions(options)).told).toEqual(expected);
    },
  );

  const LOST = {
    diagnostics: {
      bridge: { result: 'unreachable', code: 'bridge_unreachable', message: 'ECONNREFUSED' },
    },
  };

  it('leave a bridge that nobody reaches to the checks of the bridge', async () => {
    const { results } = await examineFunctions(LOST);
    expect(told(results)).toEqual([]);
    expect(stateOf(results, 'functions.secret')).toBe('skipped');
  });

  it('tell Functions that look for the bridge in another place', async () => {
    functions = await startStandInFunctions({ publicUrl: PUBLIC_URL, ...LOST });
    const healthy = await startStandInFunctions({ answers: { '/healthz': { body: '{}' } } });
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN, FUNCTIONS_URL: PUBLIC_URL, TWILIO_AUTH_TOKEN: AUTH_TOKEN },
      hosts: { 'functions.example.com': functions.url, [PUBLIC_DOMAIN]: healthy.url },
    });
    await healthy.close();
    expect(told(results)).toEqual([['bridge-url-wrong', 'fault']]);
  });

  it.each([
    ['refused', 'http://127.0.0.1:9', 'functions-refused', 11202],
    ['no TLS', undefined, 'functions-not-http', 11206],
  ] as const)('tell apart why they are not reached: %s', async (_, place, id, twilioCode) => {
    functions = await startStandInFunctions();
    const hosts = {
      'functions.example.com': place ?? functions.url.replace('http:', 'https:'),
      [PUBLIC_DOMAIN]: 'http://127.0.0.1:9',
    };
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN, FUNCTIONS_URL: PUBLIC_URL },
      hosts,
    });
    expect(results.flatMap(({ findings }) => findings)).toMatchObject([{ id, twilioCode }]);
    expect(stateOf(results, 'functions.secret')).toBe('not reached');
  });

  it.each([
    ['untrusted', {}, false, 'functions-certificate-untrusted'],
    [
      'expired',
      { notBeforeDate: new Date(2020, 0, 1), notAfterDate: new Date(2021, 0, 1) },
      true,
      'functions-certificate-expired',
    ],
  ] as const)('name a certificate that is %s', async (_, dates, isTrusted, id) => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      ...dates,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    functions = await startStandInFunctions({ tls: { key: pems.private, cert: pems.cert } });
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN: 'localhost:8080', FUNCTIONS_URL: functions.url },
      ...(isTrusted ? { ca: pems.cert } : {}),
    });
    expect(told(results)).toEqual([[id, 'fault']]);
  });

  it('name a host that does not resolve', async () => {
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN, FUNCTIONS_URL: 'https://functions.invalid' },
    });
    expect(told(results)).toEqual([['functions-dns', 'fault']]);
  });

  it.each([
    ['http', 'http://functions.example.com'],
    ['loopback', 'http://localhost:3000'],
    ['an address without a scheme', 'functions.example.com'],
  ])('refuse an address that Twilio does not reach: %s', async (_, FUNCTIONS_URL) => {
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN, FUNCTIONS_URL },
    });
    expect(told(results)).toEqual([['functions-url-wrong', 'fault']]);
  });

  it('leave a FUNCTIONS_URL that the configuration names to its own check', async () => {
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN, FUNCTIONS_URL: 'x' },
      variableFaults: ['FUNCTIONS_URL is no address'],
    });
    expect(new Set(results.map(({ state }) => state))).toEqual(new Set(['skipped']));
  });

  it('take the address at which the number points', async () => {
    functions = await startStandInFunctions({ publicUrl: PUBLIC_URL });
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN, TWILIO_AUTH_TOKEN: AUTH_TOKEN },
      facts: { functionsUrl: PUBLIC_URL },
      hosts: { 'functions.example.com': functions.url, [PUBLIC_DOMAIN]: 'http://127.0.0.1:9' },
    });
    expect(told(results)).toEqual([]);
  });

  it.each([
    ['never deployed', [], [], 'functions-not-deployed', 'the Functions were never deployed'],
    [
      'whose build failed',
      [{ sid: 'ZS1', uniqueName: 'realtime-phone' }],
      [{ sid: 'ZB1', status: 'failed' }],
      'functions-not-deployed',
      'their newest build failed',
    ],
  ])('find Functions %s', async (_, services, builds, id, found) => {
    const list = (all: readonly object[]) => ({ list: () => Promise.resolve(all) });
    const service = Object.assign(
      () => ({ environments: list([]), builds: list(builds) }),
      list(services),
    );
    const examination = {
      ...stageExamination({
        environment: {
          PUBLIC_DOMAIN,
          TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
          TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        },
      }),
      // As much of a client as is asked for.
      openTwilio: () => ({ serverless: { v1: { services: service } } }) as unknown as TwilioClient,
    };
    const results: Result[] = [];
    for await (const result of examine(FUNCTIONS_CHECKS, examination)) results.push(result);
    await examination.reach.close();
    expect(told(results)).toEqual([[id, 'fault']]);
    expect(results[0]?.found).toContain(found);
  });

  it('try no signed post without a token, and say so', async () => {
    functions = await startStandInFunctions();
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: { PUBLIC_DOMAIN: 'localhost:8080', FUNCTIONS_URL: functions.url },
    });
    expect(told(results)).toEqual([]);
    expect(results.find(({ id }) => id === 'functions.protection')?.found).toContain(
      'TWILIO_AUTH_TOKEN is not set',
    );
  });
});
