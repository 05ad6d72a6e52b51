import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import { WebSocket } from 'ws';
import bridgeManifest from '../../bridge/package.json';
import { type Part, type PartLine, startPart } from '../../commands/start/part';
import { type Model, startModel } from '../../simulator/model/model-server';
import type { CallReport } from '../../simulator/phone/phone-call';
import { buildDist, type InstalledBridge, installBridge, ROOT } from './stage/built-bridge';
import { type Caddy, startCaddy } from './stage/caddy';
import { findFreePorts } from '../../commands/chaos/free-ports';
import { testWith } from './stage/programs';

jest.setTimeout(120_000);

const PUBLIC_DOMAIN = 'bridge.example.com';
const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
const SECRETS = {
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  BRIDGE_SECRET: 'a secret of the tests, of fair length',
  ADMIN_TOKEN: 'an operator token of the tests',
};
const CALL_SID = 'CA00000000000000000000000000000001';
const testWithCaddy = testWith('caddy');

describe('The built bridge on a server of its own', () => {
  let model: Model;
  let installed: InstalledBridge;
  let bridge: Part;
  let port: number;
  const lines: PartLine[] = [];

  beforeAll(async () => {
    buildDist();
    installed = installBridge();
    model = await startModel({ audioRate: 8 });
    // As the unit starts it: in its folder, with its environment and nothing of this shell.
    process.chdir(installed.folder);
    try {
      bridge = startPart(
        'bridge',
        ['main.js'],
        {
          PATH: process.env.PATH,
          ...SECRETS,
          PUBLIC_DOMAIN,
          OPENAI_API_KEY: 'sk-of-the-tests',
          REALTIME_URL: model.url,
          PORT: '0',
          DRAIN_S: '0',
          CALL_STORE: join(installed.folder, 'calls.db'),
        },
        'bridge listening',
      );
    } finally {
      process.chdir(ROOT);
    }
    bridge.on((line) => lines.push(line));
    await bridge.listening;
    port = Number(lines.find(({ text }) => text === 'bridge listening')?.fields.port);
  });

  afterAll(async () => {
    await bridge.stop();
    await model.close();
    installed.remove();
  });

  test('is a package with the bridge’s dependencies, exact, and a lock file of its own', () => {
    const manifest = JSON.parse(
      readFileSync(join(installed.folder, 'package.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      name: bridgeManifest.name,
      version: bridgeManifest.version,
      private: true,
      engines: { node: '>=20.19' },
      dependencies: bridgeManifest.dependencies,
    });
    expect(manifest.devDependencies).toBeUndefined();
    const lock = JSON.parse(readFileSync(join(installed.folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version?: string }>;
    };
    for (const [name, wanted] of Object.entries(bridgeManifest.dependencies)) {
      expect(`${name} ${String(lock.packages[`node_modules/${name}`]?.version)}`).toBe(
        `${name} ${wanted.replace(/^npm:.*@/, '')}`,
      );
    }
    const present = readdirSync(join(installed.folder, 'node_modules'));
    for (const ours of ['jest', 'typescript', 'esbuild', 'twilio', '@realtime-phone'])
      expect(present).not.toContain(ours);
  });

  test('serves with node main.js and production dependencies alone', async () => {
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).not.toBe('');
    const state = (await (await fetch(`http://127.0.0.1:${port}/diagnostics`)).json()) as {
      engine: string;
    };
    expect(state.engine).toBe(engineOfThisMachine());
  });

  describe('behind the shipped Caddyfile, on real Caddy', () => {
    let caddy: Caddy | undefined;

    const front = async (): Promise<Caddy> =>
      (caddy ??= await startCaddy([PUBLIC_DOMAIN, 'localhost'], port));
    afterAll(async () => caddy?.close());

    const get = async (path: string, headers: Record<string, string> = {}) => {
      const { httpsPort, ca } = await front();
      return await answerOf(
        httpsRequest({
          host: '127.0.0.1',
          port: httpsPort,
          servername: PUBLIC_DOMAIN,
          ca,
          path,
          headers: { host: PUBLIC_DOMAIN, ...headers },
        }),
      );
    };
    const dial = async (path: string, headers: Record<string, string> = {}) => {
      const { httpsPort, ca } = await front();
      const options = {
        ca,
        servername: PUBLIC_DOMAIN,
        headers: { host: PUBLIC_DOMAIN, ...headers },
      };
      return new WebSocket(`wss://127.0.0.1:${httpsPort}${path}`, options);
    };

    testWithCaddy('carries a whole call over TLS, webhook to hang-up (needs caddy)', async () => {
      const { httpsPort, caPath } = await front();
      const [functionsPort = 0] = await findFreePorts(1);
      const environment = {
        PATH: process.env.PATH,
        ...SECRETS,
        PUBLIC_DOMAIN,
        NODE_EXTRA_CA_CERTS: caPath,
        FUNCTIONS_PORT: String(functionsPort),
        FUNCTIONS_URL: `http://localhost:${functionsPort}`,
        // The Functions come through Caddy too, as they do from Twilio's cloud.
        BRIDGE_URL: `https://localhost:${httpsPort}`,
        PORT: String(port),
      };
      const functions = startPart(
        'functions',
        [join(ROOT, 'dist/commands/functions.js')],
        environment,
        'functions listening',
      );
      try {
        await functions.listening;
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [
            join(ROOT, 'dist/commands/call.js'),
            '--json',
            '--host',
            `${PUBLIC_DOMAIN}=https://127.0.0.1:${httpsPort}`,
          ],
          { env: environment },
        );
        const report = JSON.parse(stdout) as CallReport;
        expect(report.errors).toEqual([]);
        expect(report.ok).toBe(true);
        // The address was signed for wss://bridge.example.com/…, and the bridge took it.
        expect(report.stream).toMatchObject({ accepted: true });
        expect(report.twiml[0]?.body).toContain(`wss://${PUBLIC_DOMAIN}/media-stream/CA`);
        expect(report.stream?.heardMs).toBeGreaterThan(3_000);
        expect(lines.map(({ text }) => text)).toEqual(
          expect.arrayContaining(['media-stream accepted', 'call ended']),
        );
        process.stdout.write(
          `a call through Caddy: connected in ${String(report.stream?.connectMs)} ms, ` +
            `${String(report.stream?.framesSent)} frames sent, ${String(report.stream?.heardMs)} ms heard\n`,
        );
      } finally {
        await functions.stop();
      }
    });

    testWithCaddy('passes /ws-test, frame by frame (needs caddy)', async () => {
      const socket = await dial('/ws-test');
      await once(socket, 'open');
      for (const frame of ['one', 'x'.repeat(8_000), 'three']) {
        const came = once(socket, 'message');
        socket.send(frame);
        const [data] = (await came) as [Buffer];
        expect(data.toString()).toBe(frame);
      }
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    });

    testWithCaddy(
      'keeps Twilio’s signature, so that the bridge checks it (needs caddy)',
      async () => {
        const path = `/media-stream/${CALL_SID}`;
        const refusal = async (headers: Record<string, string>) => {
          const socket = await dial(path, headers);
          socket.on('error', () => undefined); // ws says so once more when the request is let go
          const [, response] = (await once(socket, 'unexpected-response')) as [
            unknown,
            IncomingMessage,
          ];
          const body = await bodyOf(response);
          return (JSON.parse(body) as { code: string }).code;
        };
        const good = signForTwilio(AUTH_TOKEN, `wss://${PUBLIC_DOMAIN}${path}`);
        expect(await refusal({})).toBe('twilio_signature_missing');
        expect(await refusal({ 'x-twilio-signature': 'bad' })).toBe('twilio_signature_invalid');
        // Signed well, and refused for what comes next: no such call was admitted.
        expect(await refusal({ 'x-twilio-signature': good })).toMatch(/call|admi/);
      },
    );

    testWithCaddy('passes health, and nothing that is not the bridge’s (needs caddy)', async () => {
      expect(await get('/healthz')).toMatchObject({ status: 200 });
      expect(JSON.parse((await get('/readyz')).body)).toMatchObject({ accepting: true });
      expect(JSON.parse((await get('/calls')).body)).toMatchObject({
        remedy: expect.any(String) as string,
      });
      const strange = ['/', '/metrics', '/media-stream', '/.env', '/calls.db', '/ws-test/x'];
      for (const path of strange) {
        expect({ path, ...(await get(path)) }).toMatchObject({ path, status: 404, body: '' });
      }
      // The bridge has heard of none of them.
      expect(lines.filter(({ fields }) => strange.includes(String(fields.path)))).toEqual([]);
      const operator = { authorization: `Bearer ${SECRETS.ADMIN_TOKEN}` };
      expect(await get('/calls', operator)).toMatchObject({ status: 200 });
    });

    testWithCaddy('sends plain http to https (needs caddy)', async () => {
      const { httpPort } = await front();
      const answer = await answerOf(
        httpRequest({
          host: '127.0.0.1',
          port: httpPort,
          path: '/healthz',
          headers: { host: PUBLIC_DOMAIN },
        }),
      );
      expect(answer.status).toBe(308);
      expect(answer.location).toMatch(`https://${PUBLIC_DOMAIN}`);
    });
  });
});

/** uWebSockets.js where its binary loads, which is found out in a process of its own; else ws. */
function engineOfThisMachine(): string {
  const load = spawnSync(process.execPath, ['-e', "require('uWebSockets.js')"], { cwd: ROOT });
  const { glibcVersionRuntime = '0' } = (
    process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  ).header; // as Node documents it
  const [major = 0, minor = 0] = glibcVersionRuntime.split('.').map(Number);
  const isNew = major > 2 || (major === 2 && minor >= 38);
  if (process.platform === 'linux') {
    expect(load.status === 0).toBe(process.versions.node.startsWith('20.') || isNew);
  }
  return load.status === 0 ? 'uWebSockets.js' : 'ws';
}

async function answerOf(request: ClientRequest) {
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode: status, headers } = response;
  return { status, location: headers.location, body: await bodyOf(response) };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}
