import { createServer } from 'node:net';
import { makeCertificate } from '../../simulator/model/certificate';
import { startModel } from '../../simulator/model/model-server';
import { examineModel, findingsOf, KEY } from './stage/model-set-up';
import {
  answerWith,
  listen,
  serveSockets,
  serveWeb,
  type StandInEndpoint,
} from './stage/stand-in-endpoint';

const apiError = (code: string, message: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});
const say = (type: string, fields: object = {}) => JSON.stringify({ type, ...fields });
const complain = (code: string, message: string, param: string | null = null) =>
  say('error', { error: { type: 'invalid_request_error', code, message, param, event_id: null } });

describe('The doctor at an address that is no model', () => {
  let endpoint: StandInEndpoint | undefined;
  afterEach(() => {
    endpoint?.close();
    endpoint = undefined;
  });
  const examineAt = async (opening: Promise<StandInEndpoint>) => {
    endpoint = await opening;
    return findingsOf(await examineModel(endpoint.url));
  };

  it.each<[string, string, number, object | string]>([
    [
      'the place is not served',
      'address: fault region-blocked',
      403,
      apiError(
        'unsupported_country_region_territory',
        'Country, region, or territory not supported',
      ),
    ],
    [
      'the project has no access to the model',
      'name: fault model-not-allowed',
      403,
      apiError(
        'model_not_found',
        'Project `proj_1` does not have access to model `gpt-realtime-2.1`',
      ),
    ],
    [
      'the key may not',
      'key: fault key-forbidden',
      403,
      apiError('ip_not_authorized', 'Your IP is not'),
    ],
    [
      'there is no such model',
      'name: fault model-not-found',
      404,
      apiError('model_not_found', 'No'),
    ],
    [
      'Azure has no such deployment',
      'name: fault model-not-found',
      404,
      apiError('DeploymentNotFound', 'The API deployment for this resource does not exist.'),
    ],
    [
      'the path is wrong',
      'address: fault model-not-realtime',
      404,
      apiError('404', 'Resource not found'),
    ],
    ['a page is there', 'address: fault model-not-realtime', 200, '<html>Welcome</html>'],
    [
      'the quota is gone',
      'session: fault quota-exhausted',
      429,
      apiError('insufficient_quota', 'No'),
    ],
    ['a proxy has nothing behind it', 'address: fault model-server-error', 502, 'Bad Gateway'],
    [
      'a parameter is refused',
      'session: fault session-refused',
      400,
      apiError('invalid_value', 'No'),
    ],
  ])('has one finding where %s', async (_what, expected, status, body) => {
    expect(await examineAt(answerWith(status, body))).toEqual([`model.${expected}`]);
  });

  it('says where a redirect leads', async () => {
    endpoint = await answerWith(301, '', { Location: 'https://elsewhere.example/' });
    const results = await examineModel(endpoint.url);
    expect(findingsOf(results)).toEqual(['model.address: fault model-not-realtime']);
    expect(JSON.stringify(results)).toContain('answered 301, to https://elsewhere.example/');
  });

  it('knows a plain web server, another WebSocket, and one that says nothing of the kind', async () => {
    expect(await examineAt(serveWeb((_request, response) => response.end('hello')))).toEqual([
      'model.address: fault model-not-realtime',
    ]);
    endpoint?.close();
    expect(await examineAt(serveSockets((socket) => socket.send('welcome to the chat')))).toEqual([
      'model.session: fault model-not-realtime',
    ]);
    endpoint?.close();
    expect(await examineAt(listen(createServer((socket) => socket.end('220 mail\r\n'))))).toEqual([
      'model.address: fault model-not-realtime',
    ]);
  });

  it.each<[string, string, string]>([
    ['the key', 'key: fault key-refused', complain('invalid_api_key', `Incorrect key ${KEY}`)],
    ['the model', 'name: fault model-not-found', complain('model_not_found', 'No such model')],
    ['the beta interface', 'session: fault beta-header', complain('beta_api_shape_disabled', 'No')],
    [
      'a parameter',
      'session: fault session-refused',
      complain('unknown_parameter', 'No', 'session.x'),
    ],
    [
      'the voice',
      'session: fault voice-refused',
      complain('invalid_value', 'No', 'session.audio.output.voice'),
    ],
  ])('knows what an error event says against %s', async (_what, expected, event) => {
    const results = await examineAt(
      serveSockets((socket) => {
        socket.send(say('session.created', { session: {} }));
        socket.send(event);
      }),
    );
    expect(results).toEqual([`model.${expected}`]);
  });

  it.each([
    [4000, 'session: fault beta-header'],
    [1000, 'session: fault session-closed'],
    [1001, 'session: fault session-closed'],
    [1011, 'session: fault session-closed'],
  ])('knows what close code %i says before a session', async (code, expected) => {
    expect(await examineAt(serveSockets((socket) => socket.close(code)))).toEqual([
      `model.${expected}`,
    ]);
  });

  it('says within a second that nothing listens, or that there is no such host', async () => {
    const gone = await listen(createServer());
    gone.close();
    const startedMs = performance.now();
    expect(findingsOf(await examineModel(gone.url))).toEqual([
      'model.address: fault model-connection-refused',
    ]);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(findingsOf(await examineModel('wss://model.invalid/v1/realtime'))).toEqual([
      'model.address: fault model-host-unknown',
    ]);
  });

  it('says in seconds that an address answers nothing', async () => {
    const startedMs = performance.now();
    expect(await examineAt(listen(createServer()))).toEqual([
      'model.address: fault model-no-answer',
    ]);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  }, 15_000);

  it('knows a certificate that is not trusted, and an address without TLS', async () => {
    const model = await startModel({ tls: await makeCertificate() });
    const plain = await startModel();
    const secure = (url: string) => url.replace(/^wss?:\/\/127\.0\.0\.1/, 'wss://localhost');
    const results = [await examineModel(secure(model.url)), await examineModel(secure(plain.url))];
    await model.close();
    await plain.close();
    expect(results.map(findingsOf)).toEqual([
      ['model.address: fault model-certificate'],
      ['model.address: fault model-not-tls'],
    ]);
  });

  it('knows a key that was sent the way of another provider', async () => {
    endpoint = await answerWith(401, { error: { code: '401', message: 'Access denied' } });
    const place = endpoint.url.replace(/^ws/, 'http').replace('/v1/realtime', '');
    const results = await examineModel(
      'wss://my.openai.azure.com/openai/v1/realtime',
      {},
      {
        hosts: { 'my.openai.azure.com': place },
      },
    );
    expect(findingsOf(results)).toEqual(['model.key: fault provider-wrong']);
  });
});
