import { join } from 'node:path';
import { startFunctions } from '../../functions/local/start';
import {
  type BuiltFunctions,
  buildFunctions,
  ROOT,
} from '../../functions/test/stage/built-functions';
import {
  BRIDGE_SECRET,
  type StandInBridge,
  startStandInBridge,
} from '../../functions/test/stage/stand-in-bridge';
import { FUNCTIONS_CHECKS } from '../checks/functions/part';
import { examineSetUp } from './stage/examination';
import { AUTH_TOKEN } from './stage/stand-in-functions';

jest.setTimeout(60_000);

describe('The real Functions, in Twilio’s local runtime', () => {
  let built: BuiltFunctions;
  let bridge: StandInBridge;
  beforeAll(async () => {
    built = await buildFunctions();
    bridge = await startStandInBridge();
    bridge.script.set('/diagnostics', { status: 200, body: { functions: 'accepted' } });
  });
  afterAll(async () => {
    built.remove();
    await bridge.close();
  });

  it.each([
    ['sound', BRIDGE_SECRET, AUTH_TOKEN, []],
    [
      'with another secret',
      'quite another secret',
      AUTH_TOKEN,
      [['bridge-secret-differs', 'fault']],
    ],
    [
      'asked with a wrong auth token',
      BRIDGE_SECRET,
      'e'.repeat(32),
      [['functions-signature-refused', 'fault']],
    ],
  ])('are examined: %s', async (_, secret, authToken, expected) => {
    const running = await startFunctions({
      baseDir: built.root,
      functionsFolder: built.functions,
      assetsFolder: join(ROOT, 'assets'),
      authToken: AUTH_TOKEN,
      env: { BRIDGE_URL: bridge.url, BRIDGE_SECRET: secret },
    });
    const results = await examineSetUp(FUNCTIONS_CHECKS, {
      environment: {
        PUBLIC_DOMAIN: 'localhost:8080',
        FUNCTIONS_URL: running.url,
        TWILIO_AUTH_TOKEN: authToken,
      },
    });
    await running.close();
    const told = results.flatMap(({ findings }) => findings.map(({ id, level }) => [id, level]));
    expect(told).toEqual(expected);
    expect(JSON.stringify(results)).not.toContain(authToken);
  });
});
