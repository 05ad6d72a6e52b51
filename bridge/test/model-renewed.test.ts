import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAgentsFolder } from './stand-in/agents';
import { startTestBridge } from './stand-in/bridge';
import { startStandInModel } from './stand-in/model';
import { callTool, outputsOf } from './stand-in/tool-calls';
import { startToolServer } from './stand-in/tool-server';
import { connectTwilio } from './stand-in/twilio';

describe('A session that expires while a tool is at work', () => {
  it('is followed at the last moment by one that knows the call, and that one gets the answer', async () => {
    let answer: ServerResponse | undefined;
    const server = await startToolServer((_request, response) => (answer = response));
    const agents = makeAgentsFolder(
      `tools:\n  - { type: http, name: look, description: looks, method: GET, url: "${server.url}", parameters: { type: object, properties: {} } }\n`,
    );
    const model = await startStandInModel();
    const { onOpen } = model;
    model.onOpen = (session) => {
      const isFirst = model.sessions.length === 1;
      if (!isFirst) return onOpen(session);
      const expires_at = Math.floor(Date.now() / 1_000) + 4;
      session.send({ type: 'session.created', session: { id: 's1', model: 'm', expires_at } });
      void session.waitFor('session.update').then(() => session.confirm());
    };
    const bridge = await startTestBridge(model.url, { ...agents.environment, MODEL_RENEW_S: '1' });
    const first = model.nextSession();
    const { token } = await bridge.admit('CA1');
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    const session = await first;
    await bridge.waitForLog('agent started');
    session.send({ type: 'response.created', response: { id: 'r1' } });
    callTool(session, 'r1', 'c1', 'look', {});
    const second = model.nextSession();
    session.send({ type: 'response.done', response: { id: 'r1', status: 'completed' } });
    while (answer === undefined) await sleep(10);
    const next = await second;
    await bridge.waitForLog('model session replaced');
    answer.setHeader('content-type', 'application/json').end('{"rooms":2}');
    await next.waitFor('response.create');
    const items = next.received.filter(({ type }) => type === 'conversation.item.create');
    expect(items.map(({ item }) => item)).toMatchObject([
      { type: 'function_call', call_id: 'c1', name: 'look' },
      { type: 'function_call_output', call_id: 'c1' },
    ]);
    expect(outputsOf(next).c1).toContain('rooms');
    expect(outputsOf(session)).toEqual({});
    expect(bridge.logs.filter(({ msg }) => msg === 'model session lost')).toEqual([]);
    phone.socket.terminate();
    await bridge.stop();
    model.close();
    server.close();
    agents.remove();
  });
});
