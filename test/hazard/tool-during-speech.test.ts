import { setTimeout as sleep } from 'node:timers/promises';
import { startToolServer, type ToolServer } from '../../bridge/test/stand-in/tool-server';
import { agentQuiet, agentSpeaks, hangUp, hearOut, heardAndSaid } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';
import { httpTool } from '../stage/http-tool';

const TOOL = { tool: 'find_table', arguments: {} };

jest.setTimeout(60_000);

describe('A tool that works while somebody speaks', () => {
  let server: ToolServer;
  let answersInMs = 0;
  let line: Line;

  beforeAll(async () => {
    server = await startToolServer((_request, response) => {
      setTimeout(() => response.end('{"free":true}'), answersInMs);
    });
    const script = {
      greeting: { text: 'Hello.' },
      replies: [
        [{ text: 'I am looking for a table by the window, one moment please.' }, TOOL],
        { text: 'There is one, and it is free.' },
        { text: 'Is there anything else?' },
      ],
    };
    line = await openLine(`greeting: Hello.\n${httpTool(server, 'find_table')}${BRISK}`, {
      script,
    });
  });
  afterAll(async () => {
    await line.close();
    server.close();
  });

  it('holds up no audio: the agent is heard out, then tells what the tool gave', async () => {
    answersInMs = 100;
    const call = await line.call();
    await hearOut(call.phone);
    await call.phone.say(speech(160));
    await agentSpeaks(call.phone);
    while (call.session.record.responses.length < 3) await agentQuiet(call.phone);
    const { heard, said } = heardAndSaid(call);
    expect(heard).toEqual(said);
    expect(call.session.record.spoken.at(-1)?.transcript).toBe('There is one, and it is free.');
    await hangUp(call, 200);
    expect(call.session.record.errors).toEqual([]);
  });

  it('and answers in a turn of the caller, asks for no second response at once', async () => {
    answersInMs = 2_500;
    const call = await line.call();
    await hearOut(call.phone);
    await call.phone.say(speech(160));
    await hearOut(call.phone);
    await sleep(300);
    await call.phone.say(speech(1_200));
    while (call.session.record.responses.length < 4) await agentQuiet(call.phone);
    await hangUp(call, 200);
    const outputs = call.session.record.clientEvents.filter(({ event }) =>
      JSON.stringify(event).includes('function_call_output'),
    );
    expect(outputs).toHaveLength(1);
    expect(call.session.record.errors).toEqual([]);
  });
});
