import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { ConfigError, readConfig } from '../src/config';
import { startTestBridge, type TestBridge } from './stand-in/bridge';

const ENVIRONMENT = {
  OPENAI_API_KEY: 'a key',
  TWILIO_AUTH_TOKEN: '12345678901234567890123456789012',
  PUBLIC_DOMAIN: 'bridge.example.com',
  BRIDGE_SECRET: 'a secret of the tests',
};

describe('The provider of the model', () => {
  let server: WebSocketServer;
  let bridge: TestBridge | undefined;
  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
  });
  afterEach(async () => {
    await bridge?.stop();
    for (const client of server.clients) client.terminate();
    server.close();
  });

  /** The upgrade that the model is asked for when a call is admitted. */
  const upgradeOf = async (path: string, environment: Record<string, string>) => {
    const { port } = server.address() as AddressInfo; // it listens on a port
    const upgraded = once(server, 'connection') as Promise<[unknown, IncomingMessage]>;
    bridge = await startTestBridge(`ws://127.0.0.1:${port}${path}`, environment);
    await bridge.admit('CA00000000000000000000000000000001');
    const [, { url, headers }] = await upgraded;
    return { url, headers };
  };

  it('is OpenAI where nothing is said: the model in the query, the key as a bearer', async () => {
    const { url, headers } = await upgradeOf('/v1/realtime', {});
    expect(url).toBe('/v1/realtime?model=gpt-realtime-2.1');
    expect(headers.authorization).toBe('Bearer sk-of-the-tests');
    expect(headers['api-key']).toBeUndefined();
    expect(headers['openai-beta']).toBeUndefined();
  });

  it('can be Azure: the deployment in the query, the key in api-key', async () => {
    const { url, headers } = await upgradeOf('/openai/v1/realtime', {
      REALTIME_PROVIDER: 'azure',
      REALTIME_MODEL: 'our deployment',
    });
    expect(url).toBe('/openai/v1/realtime?model=our+deployment');
    expect(headers['api-key']).toBe('sk-of-the-tests');
    expect(headers.authorization).toBeUndefined();
  });

  it.each([
    ['OpenAI’s address', {}, /^REALTIME_URL is OpenAI’s own address; .*my-resource/],
    [
      'an address of the preview',
      { REALTIME_URL: 'wss://r.openai.azure.com/openai/v1/realtime?api-version=2024-10-01' },
      /^REALTIME_URL has an api-version/,
    ],
  ])('does not start as Azure with %s', (_, environment, sentence) => {
    const read = () => readConfig({ ...ENVIRONMENT, REALTIME_PROVIDER: 'azure', ...environment });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(sentence);
  });

  it('is one that is known', () => {
    expect(() => readConfig({ ...ENVIRONMENT, REALTIME_PROVIDER: 'other' })).toThrow(
      'REALTIME_PROVIDER is none of openai, azure',
    );
  });
});
