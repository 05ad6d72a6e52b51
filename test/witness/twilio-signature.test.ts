import { createHash } from 'node:crypto';
import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import fc from 'fast-check';
import {
  getExpectedTwilioSignature,
  validateRequest,
  validateRequestWithBody,
} from 'twilio/lib/webhooks/webhooks';
import type { WebSocket } from 'ws';
import { type PhoneOptions, placeCall } from '../../simulator/phone/phone-call';
import { type Signed, type SignedServer, startSignedServer } from './signed-server';

const TOKEN = '0123456789abcdef0123456789abcdef';
const FUNCTIONS = 'https://functions.example.com:8443';

let server: SignedServer;
afterEach(() => server.close());

/** Says a little, and goes when it was heard. */
function talk(socket: WebSocket): void {
  socket.on('message', (data: Buffer) => {
    const { event, streamSid } = JSON.parse(data.toString()) as Record<string, string>;
    const payload = Buffer.alloc(800, 0x20).toString('base64');
    if (event === 'start') {
      socket.send(JSON.stringify({ event: 'media', streamSid, media: { payload } }));
      socket.send(JSON.stringify({ event: 'mark', streamSid, mark: { name: 'said' } }));
    }
    if (event === 'mark') socket.close(1000);
  });
}

async function call(
  routes: Record<string, string | { status: number; location: string }>,
  options: Partial<PhoneOptions> = {},
) {
  server = await startSignedServer(
    TOKEN,
    ({ url }) => routes[new URL(url).pathname] ?? '<Hangup/>',
    talk,
  );
  const { place } = server;
  const report = await placeCall({
    voiceUrl: `${FUNCTIONS}/voice`,
    authToken: TOKEN,
    hosts: { 'functions.example.com': place, 'bridge.example.com': place },
    afterScript: 'stay',
    sayMsPerCharacter: 0,
    pauseScale: 0,
    quietMs: 50,
    maxMs: 10_000,
    ...options,
  }).finished;
  return { report, received: server.received };
}

/** How a stranger could alter a request; each must be refused. */
function altered({
  url,
  parameters,
  signature,
  method,
}: Signed): [string, string, string, object][] {
  const { pathname, search } = new URL(url);
  const [name = ''] = Object.keys(parameters);
  const changes: [string, string, object][] = [
    ['another path', url.replace(pathname, `${pathname}x`), parameters],
    ['more in the query', url + (search === '' ? '?x=1' : '&x=1'), parameters],
    ['another host', url.replace('.example.com', '.example.net'), parameters],
    ['another scheme', url.replace(/^\w+:/, 'ftp:'), parameters],
    ['one parameter more', url, { ...parameters, Extra: 'x' }],
  ];
  if (method === 'POST') {
    changes.push(
      ['another value', url, { ...parameters, [name]: 'x' }],
      ['one parameter less', url, { ...parameters, [name]: undefined }],
    );
  }
  if (search !== '') changes.push(['no query', url.replace(search, ''), parameters]);
  return changes.map(([what, ...rest]) => [what, signature, ...rest]);
}

describe("Twilio's own library", () => {
  it('accepts every request of a whole call, and refuses each once it is altered', async () => {
    const stream = `<Stream url="wss://bridge.example.com:8443/media-stream/CA0" name="Küche &amp; Flur" statusCallback="/stream-status?who=O'Brien&amp;tag=a&amp;tag=b"/>`;
    const { report, received } = await call(
      {
        '/voice': `<Connect action="/stream-ended?try=1">${stream}</Connect>`,
        '/stream-ended': `<Redirect method="GET">/again?caller=J%C3%BCrgen+M%26M</Redirect>`,
        '/again': { status: 302, location: '/moved?a=%20b&a=c' },
        '/moved': `<Record action="/recorded"/>`,
        '/recorded': `<Dial action="/dialled">+14155550199</Dial>`,
        '/dialled': `<Redirect>/posted</Redirect>`,
        '/posted': { status: 307, location: 'https://functions.example.com/kept?x=' },
      },
      {
        voiceUrl: `${FUNCTIONS}/voice?agent=concierge&tag=1&tag=2&q=caf%C3%A9#here`,
        statusCallback: `${FUNCTIONS}/call-status`,
        from: 'sip:Jürgen Müller@sip.example.com',
        to: '+14155550100',
      },
    );
    expect(server.refused).toEqual([]);
    expect(report.errors).toEqual([]);
    const paths = new Set(received.map(({ url }) => new URL(url).pathname));
    expect([...paths].sort()).toEqual(
      [
        ...['/voice', '/media-stream/CA0', '/stream-ended', '/again', '/moved', '/recorded'],
        ...['/dialled', '/posted', '/kept', '/stream-status', '/call-status'],
      ].sort(),
    );
    expect(received.map(({ url }) => url.split(':')[0])).toContain('wss');
    for (const one of received) {
      const { url, signature, parameters } = one;
      expect(validateRequest(TOKEN, signature, url, parameters)).toBe(true);
      expect(validateRequest(`${TOKEN}0`, signature, url, parameters)).toBe(false);
      expect(validateRequest(TOKEN, '', url, parameters)).toBe(false);
      for (const [what, ...request] of altered(one)) {
        expect(`${what}: ${validateRequest(TOKEN, ...request)}`).toBe(`${what}: false`);
      }
    }
  });

  it('refuses the upgrade of a stream that was signed for https, or with a query', async () => {
    const stream = '<Stream url="wss://bridge.example.com/media-stream?secret=1"/>';
    const { received } = await call({ '/voice': `<Connect>${stream}</Connect>` });
    const upgrade = received.find(({ url }) => url.startsWith('wss:'));
    if (!upgrade) throw new Error('no upgrade');
    // Twilio drops the query, and so it is not signed.
    expect(upgrade.url).toBe('wss://bridge.example.com/media-stream');
    const asWeb = upgrade.url.replace('wss:', 'https:');
    expect(validateRequest(TOKEN, upgrade.signature, asWeb, {})).toBe(false);
    expect(validateRequest(TOKEN, upgrade.signature, `${upgrade.url}?secret=1`, {})).toBe(false);
    expect(validateRequest(TOKEN, upgrade.signature, `${upgrade.url}/`, {})).toBe(false);
  });

  it.each(['', '/', '/a//b/', "/O'Brien/%7Ex", '/küche/ab', '/a/../b'])(
    'accepts the upgrade of a stream whose path is %j',
    async (path) => {
      const stream = `<Stream url="wss://bridge.example.com${path}"/>`;
      const { report } = await call({ '/voice': `<Connect>${stream}</Connect>` });
      expect(server.refused).toEqual([]);
      expect(report.stream?.accepted).toBe(true);
    },
  );

  it('accepts what is asked of the fallback, with the reason among its parameters', async () => {
    const { report, received } = await call(
      { '/voice': { status: 500, location: '' }, '/fallback': '<Say>Sorry</Say>' },
      { fallbackUrl: `${FUNCTIONS}/fallback?of=${encodeURIComponent('a b&c=ü')}` },
    );
    expect(server.refused).toEqual([]);
    expect(received.at(-1)?.parameters).toMatchObject({ ErrorCode: '11200' });
    expect(report.transcript.map(({ text }) => text)).toContain('Sorry');
  });

  it.each([
    ['quotes', "/voice?who=O'Brien"],
    ['letters that are not ASCII', '/voice/küche?who=Jürgen&emoji=☎'],
    ['spaces and brackets', '/voice?a=b c&d[0]=<e>|"f"^`{g}'],
    ['escapes', '/voice/%7Ea/%c3%bc?x=%2F%3d+y&empty=&flag'],
    ['dots', '/a/../voice/./b?x=../y'],
    ['nothing', ''],
  ])('accepts an address with %s, posted and got', async (_what, path) => {
    for (const voiceMethod of ['POST', 'GET'] as const) {
      await call({}, { voiceUrl: `${FUNCTIONS}${path}`, voiceMethod });
      expect(server.refused).toEqual([]);
      expect(server.received).toHaveLength(1);
      if (voiceMethod === 'POST') await server.close();
    }
  });
});

describe('The signature itself', () => {
  beforeEach(async () => {
    server = await startSignedServer(TOKEN, () => '', talk);
  });

  it("is Twilio's own for any parameters, repeated ones too", () => {
    const value = fc.string({ unit: 'grapheme' });
    const parameters = fc.dictionary(value, fc.oneof(value, fc.array(value, { minLength: 1 })));
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), parameters, (url, form) => {
        const signature = signForTwilio(TOKEN, url, form);
        expect(signature).toBe(getExpectedTwilioSignature(TOKEN, url, form));
        expect(validateRequest(TOKEN, signature, url, form)).toBe(true);
        expect(validateRequest(TOKEN, signature, url, { ...form, [`x${url}`]: 'y' })).toBe(false);
      }),
    );
  });

  it('covers a body by its hash in the address', () => {
    const body = '{"text":"Grüße"}';
    const hash = createHash('sha256').update(body).digest('hex');
    const url = `${FUNCTIONS}/voice?bodySHA256=${hash}`;
    const signature = signForTwilio(TOKEN, url);
    expect(validateRequestWithBody(TOKEN, signature, url, body)).toBe(true);
    expect(validateRequestWithBody(TOKEN, signature, url, `${body} `)).toBe(false);
    expect(validateRequestWithBody(TOKEN, signature, url.replace(hash, ''), body)).toBe(false);
  });
});
