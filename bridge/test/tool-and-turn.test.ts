import { type StandInCall, startStandInCall } from './stand-in/call';
import { callTool, outputsOf } from './stand-in/tool-calls';
import { startToolServer, type ToolServer } from './stand-in/tool-server';

describe('A tool that answers around a turn of the caller', () => {
  let call: StandInCall;
  let server: ToolServer;
  let answer: () => void;
  let asked: Promise<void>;

  const begin = async (more = '', filler = 'null') => {
    let noteAsked: () => void;
    asked = new Promise((resolve) => (noteAsked = resolve));
    server = await startToolServer((_request, response) => {
      answer = () => response.end('{"free":true}');
      noteAsked();
    });
    call = await startStandInCall(`tools:
  - end_call
  - type: http
    name: find_table
    description: Finds a free table.
    url: ${server.url}/tables
    timeout_ms: 5000
    filler_ms: ${filler}
${more}`);
  };
  afterEach(async () => {
    await call.close();
    server.close();
  });

  const asks = () => call.session.received.filter(({ type }) => type === 'response.create');
  const isOpen = () => call.phone.socket.readyState === call.phone.socket.OPEN;
  /** The model takes the answer of a tool into the conversation. */
  const takeOutput = async () => {
    const { item } = await call.session.waitFor('conversation.item.create');
    call.session.send({
      type: 'conversation.item.added',
      previous_item_id: null,
      item: item as object,
    });
  };

  /** The caller begins to speak while a response to the tool's answer, r2, is asked for. */
  const speakAsItIsAsked = async () => {
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', {});
    call.finish('r1');
    await asked;
    answer();
    await takeOutput();
    await call.session.waitFor('response.create');
    call.speechStarted();
    call.respond('r2', 100);
  };

  it('is told by the response to the turn, where the model had it before that began', async () => {
    await begin();
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', {});
    call.finish('r1');
    call.speechStarted();
    await asked;
    answer();
    await takeOutput();
    call.speechStopped();
    call.respond('r2', 100);
    call.finish('r2');
    await call.settle();
    expect(asks()).toEqual([]);
  });

  it('does not talk over a caller who begins while it is asked for: that waits again', async () => {
    await begin();
    await speakAsItIsAsked();
    expect(await call.session.waitFor('response.cancel')).toMatchObject({ response_id: 'r2' });
    await call.settle();
    expect(call.phone.received.filter(({ event }) => event === 'media')).toEqual([]);
    call.finish('r2', 'cancelled');
    // The model answers the turn by itself, and has the output before it.
    call.speechStopped();
    call.respond('r3', 100);
    call.finish('r3');
    await call.phone.waitFor('media');
    await call.settle();
    expect(asks()).toHaveLength(1);
  });

  it('is asked for anew after a turn that the model does not answer by itself', async () => {
    await begin('turn_detection: { type: server_vad, create_response: false }\n');
    await speakAsItIsAsked();
    await call.session.waitFor('response.cancel');
    call.finish('r2', 'cancelled');
    call.speechStopped();
    await call.session.waitFor('response.create', 2);
  });

  it('is asked for once that response is over, where it came too late for it', async () => {
    await begin();
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'find_table', {});
    call.finish('r1');
    call.speechStarted();
    await asked;
    call.speechStopped();
    await call.settle();
    answer();
    await call.session.waitFor('conversation.item.create');
    call.respond('r2', 100);
    await takeOutput();
    await call.settle();
    expect(asks()).toEqual([]);
    call.finish('r2');
    await call.session.waitFor('response.create');
    expect(outputsOf(call.session)).toEqual({ c1: '{"free":true}' });
  });

  it('does not hang up on a caller who has said something meanwhile', async () => {
    await begin();
    call.respond('r1', 100);
    callTool(call.session, 'r1', 'c1', 'find_table', {});
    callTool(call.session, 'r1', 'c2', 'end_call', {});
    call.finish('r1');
    await asked;
    call.speechStarted();
    await call.settle();
    answer();
    await call.session.waitFor('conversation.item.create', 2);
    await call.settle();
    expect(isOpen()).toBe(true);
    expect(outputsOf(call.session).c2).toMatch(/caller/);
  });

  it('is not taken for a caller who has gone silent', async () => {
    await begin('limits: { silence_s: 1, silence_prompts: 0 }\n');
    call.respond('r1', 20);
    callTool(call.session, 'r1', 'c1', 'find_table', {});
    call.finish('r1');
    await call.phone.waitFor('mark');
    call.echoMarks();
    await asked;
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(asks()).toEqual([]);
    answer();
    await call.session.waitFor('response.create');
    call.respond('r2', 20);
    call.finish('r2');
    await call.phone.waitFor('mark', 2);
    call.echoMarks();
    await call.session.waitFor('response.create', 2);
    expect(isOpen()).toBe(true);
  });

  it('is bridged once the agent has ended what it was saying', async () => {
    await begin('', '150');
    call.respond('r1', 400);
    callTool(call.session, 'r1', 'c1', 'find_table', {});
    call.finish('r1');
    await call.phone.waitFor('mark');
    await asked;
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(asks()).toEqual([]);
    call.echoMarks();
    expect(await call.session.waitFor('response.create')).toMatchObject({
      response: { tool_choice: 'none' },
    });
    answer();
  });
});
