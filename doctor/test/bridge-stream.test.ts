import {
  ADMIN_TOKEN,
  BRIDGE_SECRET,
  PUBLIC_DOMAIN,
  TWILIO_AUTH_TOKEN,
} from '../../bridge/test/stand-in/bridge';
import { BRIDGE_CHECKS, LASTING_CHECKS } from '../checks/bridge/part';
import { linesOf, summaryOf } from '../printing/lines';
import { type BridgeSetUp, examineBridge, findingsOf } from './stage/bridge-set-up';

jest.setTimeout(60_000);

const OTHER_TOKEN = 'ffffffffffffffffffffffffffffffff';

/** Only streams, so that /ws-test does not see it. */
const ofStreams = (path: string, changed: string) =>
  path.startsWith('/media-stream/doctor-') ? changed : path;

// The frames of one take four seconds, in which others can go on.
describe('The doctor, where a WebSocket gets to the bridge,', () => {
  it.concurrent('finds nothing in a sound set-up, and leaves nothing behind', async () => {
    const results = await examineBridge({
      checks: [...BRIDGE_CHECKS, ...LASTING_CHECKS],
      facts: { streamUrl: `wss://${PUBLIC_DOMAIN}/media-stream/CA1` },
      after: async (bridge) => {
        expect(bridge.calls.size).toBe(0);
        const [record] = await bridge.calls.list(9);
        expect(record).toMatchObject({ direction: 'doctor', end: { by: 'caller' } });
        // There is no model here, which is not what is looked at.
        const others = record?.errors.filter(({ code }) => code !== 'model_unreachable');
        expect(others).toEqual([]);
        expect(bridge.logs.some(({ msg }) => msg === 'media-stream accepted')).toBe(true);
      },
    });
    expect(results.flatMap(linesOf).filter((line) => !line.startsWith('ok'))).toEqual([]);
    expect(results.find(({ id }) => id === 'bridge.echo')?.found).toContain('200 frames');
  });

  it.concurrent.each<[string, string, BridgeSetUp]>([
    ['frames that are lost', 'fault frames-lost at bridge.echo', { proxy: { losesEvery: 10 } }],
    [
      'frames that take long',
      'warning round-trip-long at bridge.echo',
      { proxy: { frameDelayMs: 700 } },
    ],
    [
      'a proxy that takes X-Twilio-Signature away',
      'fault signature-stripped at bridge.signature',
      { proxy: { strips: ['x-twilio-signature'] } },
    ],
    [
      'a proxy that takes Authorization away',
      'fault authorization-stripped at bridge.signature',
      { proxy: { strips: ['authorization'] } },
    ],
    [
      'another auth token than the bridge has',
      'fault auth-token-differs at bridge.signature',
      { bridge: { TWILIO_AUTH_TOKEN: OTHER_TOKEN } },
    ],
    [
      'another secret than the bridge has',
      'fault bridge-secret-differs at bridge.signature',
      { environment: { BRIDGE_SECRET: 'another secret of the tests' } },
    ],
    [
      'a bridge that runs with another public domain',
      'fault public-domain-differs at bridge.signature',
      { bridge: { PUBLIC_DOMAIN: 'old.example.com' } },
    ],
    [
      'a query that the proxy adds to the stream',
      'fault signature-address-differs at bridge.signature',
      { proxy: { path: (path) => ofStreams(path, `${path}?from=proxy`) } },
    ],
    [
      'a slash that the proxy adds to the stream',
      'fault path-changed at bridge.signature',
      { proxy: { path: (path) => ofStreams(path, `${path}/`) } },
    ],
    [
      'a proxy that passes /ws-test and no stream',
      'fault upgrade-refused at bridge.signature',
      {
        proxy: {
          answer: (path, isUpgrade) =>
            isUpgrade && path.startsWith('/media-stream/') ? { status: 404 } : undefined,
        },
      },
    ],
    [
      'an agent that cannot be admitted by itself',
      'fault agent-unfit at bridge.signature',
      { bridge: { AGENT: 'concierge' } },
    ],
    [
      'a stream address with a slash at its end',
      'fault stream-slash at bridge.slash',
      { facts: { streamUrl: `wss://${PUBLIC_DOMAIN}/media-stream/CA1/` } },
    ],
    [
      'a BRIDGE_URL with another host',
      'warning bridge-url-differs at bridge.address',
      { environment: { BRIDGE_URL: 'https://api.example.com' } },
    ],
  ])('finds %s', async (_, finding, setUp) => {
    const results = await examineBridge(setUp);
    expect(findingsOf(results)).toEqual([finding]);
    const shown = [...results.flatMap(linesOf), ...summaryOf(results), JSON.stringify(results)];
    const { BRIDGE_SECRET: other = BRIDGE_SECRET } = setUp.environment ?? {};
    for (const secret of [BRIDGE_SECRET, other, TWILIO_AUTH_TOKEN, OTHER_TOKEN, ADMIN_TOKEN])
      expect(shown.join('\n')).not.toContain(secret);
  });

  it.concurrent('is not disturbed by a proxy that puts its own Host', async () => {
    const results = await examineBridge({ proxy: { host: '127.0.0.1:8080' } });
    expect(findingsOf(results)).toEqual([]);
  });

  it.concurrent('looks at a bridge without TLS where the hosts say so', async () => {
    expect(findingsOf(await examineBridge({ plain: true }))).toEqual([]);
  });

  it.concurrent('tries no signature where it has no token, and says so', async () => {
    const checks = BRIDGE_CHECKS.filter(({ id }) => id !== 'bridge.echo');
    const results = await examineBridge({ environment: { TWILIO_AUTH_TOKEN: '' }, checks });
    expect(findingsOf(results)).toEqual([]);
    expect(results.find(({ id }) => id === 'bridge.signature')?.found).toContain(
      'TWILIO_AUTH_TOKEN is not set here',
    );
  });

  it.concurrent('finds a proxy that cuts silent sockets, while others go on', async () => {
    const results = await examineBridge({
      proxy: { idleMs: 1_500 },
      checks: [...BRIDGE_CHECKS, ...LASTING_CHECKS],
    });
    expect(findingsOf(results)).toEqual(['fault idle-cut at bridge.idle']);
  });
});
