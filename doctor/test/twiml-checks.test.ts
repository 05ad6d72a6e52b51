import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startFunctions } from '../../functions/local/start';
import {
  type BuiltFunctions,
  buildFunctions,
  ROOT,
} from '../../functions/test/stage/built-functions';
import { BRIDGE_SECRET, startStandInBridge } from '../../functions/test/stage/stand-in-bridge';
import type { Result } from '../check';
import { TWIML_CHECKS } from '../checks/twiml/part';
import type { Examination, Facts } from '../examination';
import { examine } from '../checkup';
import { Reach, Unreachable } from '../reach';
import { examineSetUp, stageExamination } from './stage/examination';
import {
  AUTH_TOKEN,
  connectTo,
  PUBLIC_DOMAIN,
  type StandInFunctions,
  type StandInOptions,
  startStandInFunctions,
  STREAM_URL,
} from './stage/stand-in-functions';

jest.setTimeout(60_000);

const FUNCTIONS = 'https://functions.example.com';
const ENVIRONMENT = { PUBLIC_DOMAIN, TWILIO_AUTH_TOKEN: AUTH_TOKEN };

let functions: StandInFunctions | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await functions?.close();
  functions = undefined;
});

const told = (results: readonly Result[]) =>
  results.flatMap(({ findings }) => findings.map(({ id, level }) => [id, level]));
const states = (results: readonly Result[]) => results.map(({ state }) => state);

/** Asks for TwiML at a public name that is mapped to a stand-in, and gives the facts too. */
async function ask(
  options: StandInOptions = {},
  facts: Facts = {},
  environment: Readonly<Record<string, string>> = ENVIRONMENT,
) {
  functions = await startStandInFunctions({ publicUrl: FUNCTIONS, ...options });
  const examination: Examination = stageExamination({
    environment,
    hosts: { 'functions.example.com': functions.url, [PUBLIC_DOMAIN]: 'http://127.0.0.1:9' },
    facts: { functionsUrl: FUNCTIONS, ...facts },
  });
  const results: Result[] = [];
  for await (const result of examine(TWIML_CHECKS, examination)) results.push(result);
  await examination.reach.close();
  return { results, told: told(results), facts: examination.facts };
}

describe('The checks of the TwiML', () => {
  it('find nothing in a sound document, and keep it', async () => {
    const { results, told: findings, facts } = await ask();
    expect(findings).toEqual([]);
    expect(states(results)).toEqual(['holds', 'holds', 'holds', 'holds']);
    expect(facts.streamUrl).toBe(STREAM_URL);
    expect(facts.twiml).toBe(connectTo(STREAM_URL));
  });

  it('ask as Twilio does, and tell at once that the call is over', async () => {
    await ask();
    expect(functions?.taken.map(({ path }) => path)).toEqual(['/stream-mode', '/call-status']);
    const [asked, over] = functions?.taken ?? [];
    expect(asked?.parameters).toMatchObject({
      CallSid: expect.stringMatching(/^CA[0-9a-f]{32}$/) as unknown,
      Direction: 'inbound',
      CallStatus: 'ringing',
    });
    expect(over?.parameters).toMatchObject({
      CallSid: asked?.parameters.CallSid,
      CallStatus: 'completed',
    });
  });

  it('ask the address and by the method of the number', async () => {
    const { results } = await ask(
      {},
      { voiceUrl: `${FUNCTIONS}/stream-mode?agent=concierge`, voiceMethod: 'GET' },
    );
    expect(results[0]?.found).toContain(`GET ${FUNCTIONS}/stream-mode?agent=concierge`);
  });

  it('look at the stream of the same Functions where the number is in test mode, and say so', async () => {
    const { results, told: findings } = await ask({}, { voiceUrl: `${FUNCTIONS}/test-mode` });
    expect(findings).toEqual([]);
    expect(results[0]?.found).toContain('test mode');
    expect(functions?.taken[0]?.path).toBe('/stream-mode');
  });

  const BROKEN: readonly (readonly [string, StandInOptions, readonly [string, string][]])[] = [
    [
      'with two tracks',
      { twiml: connectTo(STREAM_URL, ' track="both_tracks"') },
      [['stream-track', 'fault']],
    ],
    [
      'with a query string',
      { twiml: connectTo(`${STREAM_URL}?call_id=1`) },
      [['stream-query-dropped', 'fault']],
    ],
    [
      'with ws',
      { twiml: connectTo(STREAM_URL.replace('wss', 'ws')) },
      [['stream-scheme', 'fault']],
    ],
    ['that is not well-formed', { twiml: '<Response><Connect>' }, [['not-well-formed', 'fault']]],
    [
      'with a verb that there is not',
      { twiml: connectTo(STREAM_URL).replace('<Connect', '<Speak/><Connect') },
      [['element-unknown', 'warning']],
    ],
    [
      'that leads to another host',
      { twiml: connectTo('wss://old.example.com/media-stream/CA1') },
      [['stream-host-differs', 'fault']],
    ],
    [
      'with nothing behind the stream',
      { twiml: `<Response><Connect><Stream url="${STREAM_URL}"/></Connect></Response>` },
      [['connect-nothing-after', 'warning']],
    ],
    [
      'over 64 kB',
      { twiml: `<Response><Say>${'a'.repeat(65_600)}</Say></Response>` },
      [['body-too-large', 'fault']],
    ],
    ['called plain text', { contentType: 'text/plain' }, [['content-type-plain', 'fault']]],
    [
      'in place of which JSON comes',
      { contentType: 'application/json', twiml: '{"error":1}' },
      [['not-twiml-json', 'fault']],
    ],
    [
      'in place of which a web page comes',
      { contentType: 'text/html', twiml: '<!DOCTYPE html><html><br></html>' },
      [['not-twiml-page', 'fault']],
    ],
    ['that is empty', { twiml: '' }, [['body-empty', 'fault']]],
    [
      'that is refused',
      { authToken: 'f'.repeat(32), answers: { '/call-status': { status: 204 } } },
      [['twiml-refused', 'fault']],
    ],
    [
      'that is not there',
      { answers: { '/stream-mode': { status: 404 } } },
      [['twiml-status', 'fault']],
    ],
    [
      'that comes with an error',
      { answers: { '/stream-mode': { status: 500, body: 'oops' } } },
      [['twiml-status', 'fault']],
    ],
    [
      'that comes without a type',
      { answers: { '/stream-mode': { body: '<Response/>' } } },
      [['twiml-content-type-missing', 'fault']],
    ],
    [
      'that is moved without end',
      {
        answers: {
          '/stream-mode': { status: 307, headers: { location: `${FUNCTIONS}/stream-mode` } },
        },
      },
      [['twiml-redirects', 'fault']],
    ],
    [
      'whose call cannot be ended',
      { answers: { '/call-status': { status: 500 } } },
      [['admission-held', 'warning']],
    ],
  ];

  it.each(BROKEN)('name what is wrong with TwiML %s, once', async (_, options, expected) => {
    const { results, told: findings } = await ask(options);
    expect(findings).toEqual(expected);
    for (const { findings: all } of results) {
      for (const { why, remedy } of all) expect(why === '' || remedy === '').toBe(false);
    }
  });

  it('call a one-way stream of a server of one’s own what it is', async () => {
    const twiml = `<Response><Start><Stream url="${STREAM_URL}"/></Start><Pause length="60"/></Response>`;
    const body = { headers: { 'content-type': 'text/xml' }, body: twiml };
    const own = { answers: { '/voice': body } };
    const { told: findings } = await ask(own, { voiceUrl: `${FUNCTIONS}/voice` });
    expect(findings).toEqual([['stream-one-way', 'fault']]);
    await functions?.close();
    const said = { headers: body.headers, body: '<Response><Say>Hello</Say></Response>' };
    const none = await ask({ answers: { '/voice': said } }, { voiceUrl: `${FUNCTIONS}/voice` });
    expect(none.told).toEqual([['twiml-no-stream', 'fault']]);
  });

  it.each([
    ['does not resolve', 'wss://bridge.invalid/m', 'bridge.invalid', 'stream-host-unknown'],
    ['is a private address', 'wss://192.168.1.2/m', '192.168.1.2', 'stream-host-private'],
    ['is shared by a carrier', 'wss://100.64.0.9/m', '100.64.0.9', 'stream-host-private'],
    ['is this machine', 'wss://localhost/m', 'localhost', 'stream-host-private'],
  ])('name a host that %s', async (_, url, publicDomain, id) => {
    jest
      .spyOn(Reach.prototype, 'lookUp')
      .mockRejectedValue(new Unreachable('ENOTFOUND', 'getaddrinfo ENOTFOUND'));
    const environment = { ...ENVIRONMENT, PUBLIC_DOMAIN: publicDomain, FUNCTIONS_URL: FUNCTIONS };
    const { results } = await ask({ twiml: connectTo(url) }, {}, environment);
    expect(results.flatMap(({ findings }) => findings)).toMatchObject([
      { id, level: 'fault', twilioCode: 31904 },
    ]);
  });

  it.each([
    [['10.0.0.5'], [['stream-host-private', 'fault']]],
    [['203.0.113.5', '10.0.0.5'], [['stream-host-private', 'warning']]],
    [['203.0.113.5'], []],
  ])('look at where the name leads: %p', async (addresses, expected) => {
    jest.spyOn(Reach.prototype, 'lookUp').mockResolvedValue(addresses);
    const environment = { ...ENVIRONMENT, PUBLIC_DOMAIN: 'b.example.com' };
    const twiml = connectTo('wss://b.example.com/m');
    expect((await ask({ twiml }, {}, environment)).told).toEqual(expected);
  });

  it('do not hold this machine against a trial', async () => {
    const environment = { ...ENVIRONMENT, PUBLIC_DOMAIN: 'localhost:8080' };
    const { told: findings } = await ask(
      { twiml: connectTo('wss://localhost:8080/m') },
      {},
      environment,
    );
    expect(findings).toEqual([]);
  });

  it('ask nobody where the Functions do not reach the bridge, or nothing can be signed', async () => {
    const lost = { functionsDiagnostics: { bridge: { result: 'unreachable' } } };
    expect(states((await ask({}, lost)).results)).toEqual(Array(4).fill('skipped'));
    expect(functions?.taken).toEqual([]);
    await functions?.close();
    const { results } = await ask({}, {}, { PUBLIC_DOMAIN });
    expect(states(results)).toEqual(Array(4).fill('skipped'));
  });

  it('start no Studio flow', async () => {
    const voiceUrl = `https://webhooks.twilio.com/v1/Accounts/AC${'1'.repeat(32)}/Flows/FW${'2'.repeat(32)}`;
    expect(states((await ask({}, { voiceUrl })).results)).toEqual(Array(4).fill('skipped'));
  });

  it('name an address that nobody answers at', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const results = await examineSetUp(TWIML_CHECKS, {
      environment: ENVIRONMENT,
      facts: { voiceUrl: `http://127.0.0.1:${port}/voice` },
    });
    expect(results.flatMap(({ findings }) => findings)).toMatchObject([
      { id: 'twiml-unreachable', twilioCode: 11202 },
    ]);
  });
});

describe('The TwiML of the real Functions', () => {
  let built: BuiltFunctions;
  beforeAll(async () => {
    built = await buildFunctions();
  });
  afterAll(() => built.remove());

  it.each([
    [
      'holds',
      {
        status: 201,
        body: { streamUrl: STREAM_URL, token: 't', expiresAt: '2026-11-23T22:00:00.000Z' },
      },
      [],
    ],
    [
      'is the fallback of a full bridge',
      { status: 503, body: { code: 'bridge_full', message: 'no room' } },
      ['twiml-fallback'],
    ],
    ['is the fallback of a silent bridge', 'never', ['twiml-fallback']],
  ] as const)('%s', async (_, answer, expected) => {
    const bridge = await startStandInBridge();
    bridge.script.set('/calls', answer);
    const running = await startFunctions({
      baseDir: built.root,
      functionsFolder: built.functions,
      assetsFolder: join(ROOT, 'assets'),
      authToken: AUTH_TOKEN,
      env: { BRIDGE_URL: bridge.url, BRIDGE_SECRET },
    });
    const results = await examineSetUp(TWIML_CHECKS, {
      environment: { ...ENVIRONMENT, FUNCTIONS_URL: running.url },
      hosts: { [PUBLIC_DOMAIN]: bridge.url },
      facts: { functionsUrl: running.url },
    });
    await Promise.all([running.close(), bridge.close()]);
    const findings = results.flatMap((one) => one.findings);
    expect(findings.map(({ id }) => id)).toEqual(expected);
    if (answer !== 'never' && answer.status === 503) {
      expect(findings[0]?.found).toContain('bridge_full');
      expect(findings[0]?.remedy).toContain('MAX_CALLS');
    }
    expect(bridge.asked.at(-1)).toMatchObject({
      path: expect.stringMatching(/\/events$/) as unknown,
      body: { source: 'call-status', parameters: { CallStatus: 'completed' } },
    });
  });
});
