import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestBridge } from './stand-in/bridge';
import { type StandInCall, startStandInCall } from './stand-in/call';
import { startStandInModel } from './stand-in/model';
import { callTool } from './stand-in/tool-calls';
import { startToolServer } from './stand-in/tool-server';
import { connectTwilio, type FromBridge } from './stand-in/twilio';

const SLOW = { MODEL_SLOW_MS: '200' };
/** Longer than a test waits for what shall not come. */
const A_WHILE_MS = 600;

/** The clip that comes with the bridge is longer than whatever else is sent here. */
const isClip = ({ media }: FromBridge) =>
  Buffer.from((media as { payload: string }).payload, 'base64').length > 8_000;

describe('A caller whose model is there and owes an answer', () => {
  let call: StandInCall;

  const open = async (yaml = '', environment: Readonly<Record<string, string>> = SLOW) => {
    call = await startStandInCall(yaml, environment);
  };
  afterEach(() => call.close());

  const clips = () =>
    call.phone.received.filter((message) => message.event === 'media' && isClip(message)).length;
  const told = () => call.session.received.map(({ type }) => type);

  it('hears a clip after a moment of silence, and can speak over it', async () => {
    await open();
    call.speechStarted();
    call.speechStopped();
    expect(isClip(await call.phone.waitFor('media'))).toBe(true);
    call.speechStarted('turn_2');
    await call.phone.waitFor('clear');
    await call.settle();
    expect(told()).not.toContain('conversation.item.truncate');
    const { bargeIns, firstAgentAudioMs } = (await call.bridge.operator('/calls/CA1')).body;
    expect([bargeIns, firstAgentAudioMs]).toEqual([0, undefined]);
  });

  it('hears it before the greeting too, if that takes its time', async () => {
    await open('greeting: Hello.\n');
    expect(isClip(await call.phone.waitFor('media'))).toBe(true);
  });

  it('hears none while they speak, while the answer is heard, or when it has been', async () => {
    await open();
    call.speechStarted();
    await sleep(A_WHILE_MS);
    call.speechStopped();
    call.respond('r1', A_WHILE_MS);
    await sleep(A_WHILE_MS / 2);
    call.finish('r1');
    call.echoMarks();
    await sleep(2 * A_WHILE_MS);
    expect(clips()).toBe(0);
  });

  it('hears none while they speak to an agent that does not stop for them', async () => {
    await open('turn_detection: { type: server_vad, interrupt_response: false }\n');
    call.speechStarted();
    call.respond('r1');
    await sleep(A_WHILE_MS);
    expect(call.bridge.logs.filter(({ msg }) => msg === 'model session lost')).toEqual([]);
    expect(clips()).toBe(0);
  });

  it('hears it when an answer stops in the middle', async () => {
    await open();
    call.respond('r1', 100);
    await call.phone.waitFor('mark');
    call.echoMarks();
    expect(isClip(await call.phone.waitFor('media', 2))).toBe(true);
  });

  it('hears none while a tool is at work, which has words of its own', async () => {
    let answer: ServerResponse | undefined;
    const server = await startToolServer((_request, response) => (answer = response));
    await open(
      `tools:\n  - { type: http, name: look, description: looks, method: GET, url: "${server.url}", filler_ms: null, parameters: { type: object, properties: {} } }\n`,
    );
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'look', {});
    call.finish('r1');
    while (answer === undefined) await sleep(10);
    await sleep(A_WHILE_MS);
    expect(clips()).toBe(0);
    answer.setHeader('content-type', 'application/json').end('{}');
    await call.session.waitFor('response.create');
    expect(isClip(await call.phone.waitFor('media'))).toBe(true);
    server.close();
  });

  it('hears none where it is turned off', async () => {
    await open('greeting: Hello.\n', { MODEL_SLOW_MS: '0' });
    await sleep(A_WHILE_MS);
    expect(clips()).toBe(0);
  });
});

describe('A caller who is there before the model', () => {
  it('hears a clip after a moment, and then the greeting, which is the agent’s first word', async () => {
    const model = await startStandInModel();
    model.onOpen = () => undefined;
    const opened = model.nextSession();
    const bridge = await startTestBridge(model.url, { MODEL_WAIT_MS: '60', MODEL_SLOW_MS: '0' });
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    expect(isClip(await phone.waitFor('media'))).toBe(true);
    phone.send({ event: 'mark', mark: (await phone.waitFor('mark')).mark });
    expect((await bridge.operator('/calls/CA1')).body).not.toHaveProperty('firstAgentAudioMs');
    const session = await opened;
    session.send({ type: 'session.created', session: { id: 's', model: 'm' } });
    await session.waitFor('session.update');
    session.confirm();
    await bridge.waitForLog('agent started');
    await session.waitFor('response.create');
    phone.socket.terminate();
    await bridge.stop();
    model.close();
  });
});
