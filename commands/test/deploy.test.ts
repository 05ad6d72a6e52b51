import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startTwilioApi, type TwilioApi } from '../../simulator/twilio-api/twilio-api';
import { type CommandFolder, makeCommandFolder } from './stage/command-folder';

jest.setTimeout(60_000);

const SETTINGS = {
  BRIDGE_URL: 'https://bridge.example.com',
  BRIDGE_SECRET: 'a secret of both parts',
  FALLBACK_SAY: "We're sorry: call again # later",
};

/** What must never leave this machine. */
const SECRETS = {
  OPENAI_API_KEY: 'sk-of-the-model-alone',
  ADMIN_TOKEN: 'a token of the operator alone',
  NGROK_AUTHTOKEN: 'a token of the tunnel alone',
};

describe('npm run deploy', () => {
  let folder: CommandFolder;
  let api: TwilioApi;

  beforeAll(async () => {
    folder = await makeCommandFolder('deploy', 'functions-env');
  });
  afterAll(() => folder.remove());
  beforeEach(async () => {
    api = await startTwilioApi();
  });
  afterEach(() => api.close());

  const deploy = (environment: Record<string, string> = {}) =>
    folder.run('deploy', [], { ...api.environment, ...SETTINGS, ...SECRETS, ...environment });

  const expectWhole = () => {
    const build = api.serverless.served;
    const routes = (kind: string) =>
      build?.versions
        .filter((one) => one.kind === kind)
        .map(({ path, visibility }) => `${path} ${visibility}`)
        .sort();
    expect(routes('function')).toEqual([
      '/call-status protected',
      '/diagnostics public',
      '/fallback protected',
      '/stream-ended protected',
      '/stream-mode protected',
      '/stream-status protected',
      '/test-mode protected',
    ]);
    expect(routes('asset')).toEqual(['/one-moment.wav public']);
    expect(build?.dependencies).toEqual([
      { name: '@twilio/runtime-handler', version: '2.0.1' },
      { name: 'twilio', version: '6.2.0' },
    ]);
    expect(build?.runtime).toBe('node22');
    expect(api.serverless.variables).toEqual(SETTINGS);
  };

  it('sends seven Functions, one asset, two dependencies and the variables of the Functions alone', async () => {
    writeFileSync(
      join(folder.path, '.env'),
      `${Object.entries(SECRETS)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n')}\n`,
    );
    const { code, output, errors } = await deploy();
    expect([code, errors]).toEqual([0, '']);
    expectWhole();
    const everything = api.requests.map(({ path, body }) => `${path}\n${body}`).join('\n');
    for (const secret of [...Object.values(SECRETS), api.authToken]) {
      expect(everything).not.toContain(secret);
      expect(output).not.toContain(secret);
      expect(readFileSync(join(folder.path, '.env.functions'), 'utf8')).not.toContain(secret);
    }
    expect(everything).not.toContain('sourceMappingURL');
    expect(statSync(join(folder.path, '.env.functions')).mode & 0o777).toBe(0o600);
    expect(output).toContain('https://realtime-phone-1234-dev.twil.io/stream-mode');
    expect(output).toContain('npm run number -- stream +1…');
  });

  it('does no harm when run twice, and takes over a changed variable', async () => {
    await deploy();
    const again = await deploy({ FALLBACK_SAY: 'Another sentence.' });
    expect(again.code).toBe(0);
    expect(again.output).toContain('replaces what is at https://realtime-phone-1234-dev.twil.io');
    expect(api.serverless.services).toHaveLength(1);
    expect(api.serverless.variables).toEqual({ ...SETTINGS, FALLBACK_SAY: 'Another sentence.' });
  });

  it('is the same as plain twilio-run deploy after a build', async () => {
    await deploy();
    const ours = api.serverless.served;
    // In a fresh clone nothing is there of the first deploy.
    for (const name of ['.twiliodeployinfo', '.env.functions']) rmSync(join(folder.path, name));
    // The last step of npm run build.
    const built = await folder.run('functions-env', [], { ...SETTINGS, ...SECRETS });
    expect([built.code, built.errors]).toEqual([
      0,
      'wrote .env.functions: BRIDGE_URL, BRIDGE_SECRET, FALLBACK_SAY\n',
    ]);
    // As the Twilio CLI would: nothing is said of folders, runtime or env; that is in the rc file.
    const plain = spawn(
      process.execPath,
      [join(folder.path, 'node_modules', 'twilio-run', 'bin', 'twilio-run.js'), 'deploy'],
      {
        cwd: folder.path,
        stdio: 'ignore',
        env: {
          PATH: process.env.PATH,
          ...api.environment,
          ACCOUNT_SID: api.accountSid,
          AUTH_TOKEN: api.authToken,
        },
      },
    );
    expect(await once(plain, 'close')).toEqual([0, null]);
    expect(api.serverless.builds).toHaveLength(2);
    expect(api.serverless.services.map((service) => service.unique_name)).toEqual([
      'realtime-phone',
    ]);
    expectWhole();
    const texts = (build: typeof ours) =>
      build?.versions.map(({ path, content }) => `${path} ${content}`).sort();
    expect(texts(api.serverless.served)).toEqual(texts(ours));
  });

  it('has its variables written by a build too, which does not fail where there are none', async () => {
    const path = join(folder.path, '.env.functions');
    writeFileSync(path, 'BRIDGE_SECRET=as before\n');
    const { code, errors } = await folder.run('functions-env', [], { BRIDGE_SECRET: 'short' });
    expect([code, errors]).toEqual([0, expect.stringContaining('BRIDGE_SECRET is too short')]);
    expect(errors).toContain('BRIDGE_URL is missing');
    expect(readFileSync(path, 'utf8')).toBe('BRIDGE_SECRET=as before\n');
  });

  it('says in one sentence what is wrong before anything is sent', async () => {
    for (const [environment, sentence] of [
      [{ TWILIO_ACCOUNT_SID: 'SK12' }, 'TWILIO_ACCOUNT_SID is no account SID'],
      [{ TWILIO_AUTH_TOKEN: '' }, 'TWILIO_AUTH_TOKEN is missing'],
      [{ BRIDGE_SECRET: '' }, 'BRIDGE_SECRET is missing'],
      [{ BRIDGE_URL: '' }, 'BRIDGE_URL is missing, and PUBLIC_DOMAIN too'],
      [{ BRIDGE_URL: 'http://bridge.example.com' }, 'BRIDGE_URL is not https'],
      [{ BRIDGE_URL: 'bridge.example.com:443' }, 'BRIDGE_URL is no address: it begins with https'],
      [{ BRIDGE_URL: 'http://localhost:8080' }, 'which the Functions on Twilio cannot reach'],
      [
        { BRIDGE_URL: '', PUBLIC_DOMAIN: 'https://a.example.com' },
        'PUBLIC_DOMAIN is more than a host',
      ],
      [{ BRIDGE_URL: 'https://me:pw@bridge.example.com' }, 'more than a host and a path'],
      [{ BRIDGE_SECRET: 'short' }, 'BRIDGE_SECRET is too short'],
      [{ FALLBACK_SAY: 'x'.repeat(4_000) }, 'Twilio takes 3072 (82006)'],
    ] as const) {
      const { code, errors } = await deploy(environment);
      expect([code, errors]).toEqual([1, expect.stringContaining(sentence)]);
    }
    expect(api.requests).toHaveLength(0);
  });

  it('takes the address of the bridge from PUBLIC_DOMAIN where BRIDGE_URL is not set', async () => {
    expect((await deploy({ BRIDGE_URL: '', PUBLIC_DOMAIN: 'other.example.com' })).code).toBe(0);
    expect(api.serverless.variables.BRIDGE_URL).toBe('https://other.example.com');
  });

  it('keeps every character of a variable, and says that two addresses do not agree', async () => {
    const FALLBACK_SAY = `"I'm \\new" #1 = a \\ 'quote' £`;
    const { output } = await deploy({ FALLBACK_SAY, PUBLIC_DOMAIN: 'abc.ngrok.app' });
    expect(api.serverless.variables).toEqual({ ...SETTINGS, FALLBACK_SAY });
    expect(output).toContain('BRIDGE_URL leads to bridge.example.com, and PUBLIC_DOMAIN is abc');
  });

  it('leaves a variable that .env no longer has, and says so', async () => {
    await deploy({ FALLBACK_MODE: 'message' });
    const { output } = await deploy();
    expect(output).toContain('also set on Twilio, and left as they are: FALLBACK_MODE.');
    expect(api.serverless.variables).toEqual({ ...SETTINGS, FALLBACK_MODE: 'message' });
  });

  it('has no options', async () => {
    const { code, errors } = await folder.run('deploy', ['--prod'], api.environment);
    expect([code, errors]).toEqual([2, expect.stringContaining('--prod is no option')]);
  });

  it('says that the credentials are wrong, and that Twilio is out of reach', async () => {
    const wrong = await deploy({ TWILIO_AUTH_TOKEN: 'f'.repeat(32) });
    expect([wrong.code, wrong.errors]).toEqual([
      1,
      expect.stringContaining('Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN'),
    ]);
    expect(wrong.errors).not.toContain('f'.repeat(32));
    const closed = createServer().listen(0, '127.0.0.1');
    const { port } = await new Promise<{ port: number }>((resolve) =>
      closed.once('listening', () => resolve(closed.address() as { port: number })),
    );
    await new Promise((resolve) => closed.close(resolve));
    const away = await deploy({ HTTP_PROXY: `http://127.0.0.1:${port}` });
    expect([away.code, away.errors]).toEqual([
      1,
      expect.stringContaining('Twilio cannot be reached'),
    ]);
  });

  it.each([
    ['failed', 'Twilio could not build the Functions'],
    ['refused', 'Twilio refuses the deploy with 20001'],
  ] as const)('says that a build %s, and completes it when run again', async (fault, sentence) => {
    api.setBuildFault(fault);
    const { code, errors } = await deploy();
    expect([code, errors]).toEqual([1, expect.stringContaining(sentence)]);
    expect(errors).toContain('npm run deploy again completes it');
    expect(errors.trim()).not.toContain('\n');
    api.setBuildFault(undefined);
    // The build that failed is not taken for the cause of what breaks later.
    api.dropAfter(12);
    expect((await deploy()).errors).not.toContain('could not build');
    api.dropAfter(undefined);
    expect((await deploy()).code).toBe(0);
    expectWhole();
  });

  it('takes twilio-run along when it is told to end, says so, and completes it when run again', async () => {
    const child = spawn(process.execPath, [join(folder.path, 'dist', 'commands', 'deploy.js')], {
      cwd: folder.path,
      env: { PATH: process.env.PATH, HOME: folder.path, ...api.environment, ...SETTINGS },
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('deploying')) child.kill('SIGTERM');
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(errors.trim()).toBe(
      'npm run deploy: The deploy was interrupted. What was served before is served still; npm run deploy again completes it.',
    );
    expect(api.serverless.builds).toEqual([]);
    expect((await deploy()).code).toBe(0);
    expectWhole();
  });

  /** Of a whole deploy's requests these are the first that no longer come through. */
  it.each([5, 14, 25])('completes a deploy that broke off at request %d', async (requests) => {
    api.dropAfter(requests);
    const { code, errors } = await deploy();
    expect([code, errors]).toEqual([1, expect.stringMatching(/completes it|cannot be reached/)]);
    expect(errors).not.toContain(api.authToken);
    expect(errors.trim()).not.toContain('\n');
    api.dropAfter(undefined);
    expect((await deploy()).code).toBe(0);
    expectWhole();
    expect(api.serverless.services).toHaveLength(1);
  });
});
