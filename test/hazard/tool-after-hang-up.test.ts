import { startToolServer, type ToolServer } from '../../bridge/test/stand-in/tool-server';
import { hearOut } from '../stage/hearing';
import { httpTool } from '../stage/http-tool';
import { BRISK, type Line, openLine, speech } from '../stage/line';

jest.setTimeout(60_000);

describe('A tool that is at work when the caller hangs up', () => {
  let server: ToolServer;
  let line: Line;
  let noteAsked: () => void = () => undefined;

  beforeAll(async () => {
    server = await startToolServer(() => noteAsked());
    const script = {
      greeting: { text: 'Hello.' },
      replies: [[{ tool: 'find_table', arguments: {} }]],
    };
    line = await openLine(`greeting: Hello.\n${httpTool(server, 'find_table')}${BRISK}`, {
      script,
    });
  });
  afterAll(async () => {
    await line.close();
    server.close();
  });

  it('is given up at once, and the call ends as any other', async () => {
    const asked = new Promise<void>((resolve) => (noteAsked = resolve));
    const call = await line.call();
    await hearOut(call.phone);
    await call.phone.say(speech(160));
    await asked;
    call.phone.hangUp();
    await call.phone.finished;
    await server.gaveUp;
    const record = await call.record();
    expect(record).toMatchObject({ end: { by: 'caller' }, errors: [] });
    expect(JSON.stringify(call.session.record.clientEvents)).not.toContain('function_call_output');
    expect(call.session.record.errors).toEqual([]);
  });
});
