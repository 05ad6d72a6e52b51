import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signRequest } from '@realtime-phone/protocol/request-signature';
import { BRIDGE_SECRET, startTestBridge, type TestBridge } from './stand-in/bridge';
import { CALL_SID, startCallsApi } from './stand-in/calls-api';
import { startStandInModel, type StandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

describe('Two bridges with one address and one store', () => {
  let folder: string;
  let model: StandInModel;
  let a: TestBridge;
  let b: TestBridge;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'node-'));
    model = await startStandInModel();
    const start = (node: string) =>
      startTestBridge(model.url, { BRIDGE_NODE: node, CALL_STORE: join(folder, 'calls.db') });
    [a, b] = [await start('a'), await start('b')];
  });
  afterEach(async () => {
    await a.stop();
    await b.stop();
    model.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (bridge: TestBridge, path: string, content: object, node?: string) => {
    const body = JSON.stringify(content);
    const request = { method: 'POST', path, body };
    const authorization = signRequest(BRIDGE_SECRET, request, Date.now() / 1_000);
    const headers = { authorization, ...(node === undefined ? {} : { 'bridge-node': node }) };
    const response = await fetch(bridge.url + path, { ...request, headers });
    return {
      status: response.status,
      node: response.headers.get('bridge-node'),
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  const NEXT = { reason: 'stream-ended', try: 0 };

  it('name the node in the address of a stream, which is signed with it', async () => {
    const { streamUrl, token } = await a.admit('CA1');
    expect(streamUrl).toBe('wss://bridge.example.com/media-stream/a/CA1');
    const path = '/media-stream/a/CA1';
    const unsigned = connectTwilio(a.server.port, 'CA1', { path, signature: 'wrong' });
    await expect(unsigned.opened).rejects.toThrow('HTTP 403');
    const phone = connectTwilio(a.server.port, 'CA1', { path, token });
    await phone.opened;
    phone.start();
    await a.waitForLog('agent started');
    phone.socket.terminate();
  });

  it('take the stream of a call of theirs at an address without a node, as before', async () => {
    const { token } = await a.admit('CA1');
    const phone = connectTwilio(a.server.port, 'CA1', { path: '/media-stream/CA1', token });
    await phone.opened;
    phone.start();
    await a.waitForLog('agent started');
    phone.socket.terminate();
  });

  it('refuse the other’s stream with 421, after the signature, and say so in log and record', async () => {
    await a.admit('CA1');
    const path = '/media-stream/a/CA1';
    const stranger = connectTwilio(b.server.port, 'CA1', { path, signature: null });
    await expect(stranger.opened).rejects.toThrow('HTTP 403');
    const strayed = connectTwilio(b.server.port, 'CA1', { path });
    await expect(strayed.opened).rejects.toThrow('HTTP 421');
    expect(b.logs.filter(({ msg }) => msg === 'media-stream refused')).toMatchObject([
      { code: 'twilio_signature_missing' },
      { code: 'node_other', detail: 'the address is of node a, this is b' },
    ]);
    const { errors } = (await b.operator('/calls/CA1')).body;
    expect(errors).toMatchObject([{ code: 'node_other' }]);
  });

  it('send what is about the other’s call there, but answer it themselves where the proxy could not', async () => {
    await a.admit('CA1');
    for (const [path, body] of [
      ['/calls', { callSid: 'CA1' }],
      ['/calls/CA1/next', NEXT],
      ['/calls/CA1/events', { source: 'call-status', parameters: {} }],
    ] as const) {
      const sent = await ask(b, path, body);
      expect(sent).toMatchObject({ status: 409, node: 'a', body: { code: 'node_other' } });
    }
    expect(b.logs.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    expect(await ask(b, '/calls/CA1/next', NEXT, 'a')).toMatchObject({
      status: 200,
      node: 'b',
      body: { action: 'resume', streamUrl: 'wss://bridge.example.com/media-stream/b/CA1' },
    });
    expect(await ask(a, '/calls/CA1/next', NEXT, 'a')).toMatchObject({ status: 200, node: 'a' });
  });

  it('give a call that one refused to the other, which has it from then on', async () => {
    const drained = a.calls.drain(30_000);
    await drained;
    const refused = await ask(a, '/calls', { callSid: 'CA1' });
    expect(refused).toMatchObject({ status: 503, node: 'a', body: { code: 'bridge_draining' } });
    const admitted = await ask(b, '/calls', { callSid: 'CA1' });
    expect(admitted).toMatchObject({ status: 201, node: 'b' });
    expect((await ask(a, '/calls/CA1/next', NEXT)).node).toBe('b');
    expect((await b.operator('/calls/CA1')).body.node).toBe('b');
  });

  it('have Twilio come back to the one that placed a call', async () => {
    const api = await startCallsApi();
    const placing = await startTestBridge(model.url, { ...api.environment, BRIDGE_NODE: 'c' });
    const { body } = await placing.operator('/calls/outbound', {
      to: '+15550100123',
      machineDetection: true,
    });
    const form = Object.fromEntries(api.asked[0]?.form ?? []);
    expect(form).toMatchObject({
      Url: `https://functions.example.com/stream-mode?call_id=${String(body.callId)}&node=c`,
      FallbackUrl: 'https://functions.example.com/fallback?node=c',
      StatusCallback: 'https://functions.example.com/call-status?node=c',
      AsyncAmdStatusCallback: 'https://functions.example.com/call-status?node=c',
    });
    expect((await placing.operator(`/calls/${CALL_SID}`)).body.node).toBe('c');
    await placing.stop();
    api.close();
  });
});
