import { startToolServer, type ToolServer } from '../../bridge/test/stand-in/tool-server';
import { hearOut } from '../stage/hearing';
import { httpTool } from '../stage/http-tool';
import { BRISK, type Line, openLine, speech } from '../stage/line';

jest.setTimeout(60_000);

describe('Two tools that are called in one response', () => {
  let server: ToolServer;
  let line: Line;

  beforeAll(async () => {
    server = await startToolServer(({ url }, response) => {
      const answer = () => response.end(JSON.stringify({ of: url }));
      if (url === '/find_table') setTimeout(answer, 300);
      else answer();
    });
    const tools = ['find_table', 'find_parking'];
    const script = {
      greeting: { text: 'Hello.' },
      replies: [tools.map((tool) => ({ tool, arguments: {} })), { text: 'Both are free.' }],
    };
    line = await openLine(`greeting: Hello.\n${httpTool(server, ...tools)}${BRISK}`, { script });
  });
  afterAll(async () => {
    await line.close();
    server.close();
  });

  it('are both answered before one response.create', async () => {
    const call = await line.call();
    await hearOut(call.phone);
    await call.phone.say(speech(160));
    await hearOut(call.phone);
    call.phone.hangUp();
    await call.phone.finished;
    const { clientEvents, errors } = call.session.record;
    const told = clientEvents
      .filter(({ type }) => type === 'conversation.item.create' || type === 'response.create')
      .map(
        ({ type, event }) => /"output":"[^}]*find_(\w+)/.exec(JSON.stringify(event))?.[1] ?? type,
      );
    expect(told).toEqual(['response.create', 'parking', 'table', 'response.create']);
    expect(errors).toEqual([]);
  });
});
