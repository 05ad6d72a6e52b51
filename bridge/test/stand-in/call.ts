import { type AgentsFolder, makeAgentsFolder } from './agents';
import { startTestBridge, type TestBridge } from './bridge';
import { type StandInModel, type StandInSession, startStandInModel } from './model';
import { connectTwilio, type StandInTwilio } from './twilio';

/** One call that has begun, with both ends in the hands of a test. */
export interface StandInCall {
  readonly bridge: TestBridge;
  readonly model: StandInModel;
  readonly session: StandInSession;
  readonly phone: StandInTwilio;
  readonly agents: AgentsFolder;
  /** `response.created`, and audio of one item for each length. */
  respond(responseId: string, ...itemsMs: readonly number[]): void;
  /** `response.done`. */
  finish(responseId: string, status?: string): void;
  /** The caller begins to speak, as the model notices it. */
  speechStarted(itemId?: string): void;
  speechStopped(itemId?: string): void;
  /** Sends back every mark that has come and was not sent back yet. */
  echoMarks(): void;
  /** Resolves when everything that was sent before has been worked off. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const REPLY = 7;

/** Starts a bridge with an agent of this YAML, and a call on it. */
export async function startStandInCall(
  yaml = '',
  environment: Readonly<Record<string, string>> = {},
): Promise<StandInCall> {
  const agents = makeAgentsFolder(yaml);
  const model = await startStandInModel();
  const bridge = await startTestBridge(model.url, { ...agents.environment, ...environment });
  const { token } = await bridge.admit('CA1');
  const phone = connectTwilio(bridge.server.port, 'CA1', { token });
  await phone.opened;
  phone.start();
  await bridge.waitForLog('agent started');
  const session = model.sessions[0] ?? (await model.nextSession());
  let echoed = 0;
  let settled = 0;
  return {
    ...{ bridge, model, session, phone, agents },
    respond: (responseId, ...itemsMs) => {
      session.send({ type: 'response.created', response: { id: responseId } });
      for (const [index, ms] of itemsMs.entries())
        session.send({
          type: 'response.output_audio.delta',
          response_id: responseId,
          item_id: `${responseId}_item_${index}`,
          content_index: 0,
          delta: Buffer.alloc(ms * 8, REPLY).toString('base64'),
        });
    },
    finish: (responseId, status = 'completed') =>
      session.send({ type: 'response.done', response: { id: responseId, status } }),
    speechStarted: (itemId = 'turn_1') =>
      session.send({
        type: 'input_audio_buffer.speech_started',
        audio_start_ms: 0,
        item_id: itemId,
      }),
    speechStopped: (itemId = 'turn_1') =>
      session.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, item_id: itemId }),
    echoMarks: () => {
      const marks = phone.received.filter(({ event }) => event === 'mark');
      for (const { mark } of marks.slice(echoed)) phone.send({ event: 'mark', mark });
      echoed = marks.length;
    },
    settle: async () => {
      // A model that is asked and answers in order: an error of its own event is noted in the record.
      settled += 1;
      const code = `settled_${settled}`;
      session.send({ type: 'error', error: { type: 'test', code, message: '' } });
      while (!bridge.logs.some(({ detail }) => String(detail).startsWith(code)))
        await new Promise((resolve) => setImmediate(resolve));
      phone.media(Buffer.alloc(160, 0xff));
      const appended = session.received.length;
      while (session.received.length <= appended)
        await new Promise((resolve) => setImmediate(resolve));
    },
    close: async () => {
      phone.socket.terminate();
      await bridge.stop();
      model.close();
      agents.remove();
    },
  };
}
