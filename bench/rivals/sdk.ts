/*
 * The Twilio transport of the OpenAI Agents SDK, in the way of its own example
 * (github:openai/openai-agents-js, examples/realtime-twilio).
 */
import type { AddressInfo } from 'node:net';
import { RealtimeAgent, RealtimeSession } from '@openai/agents/realtime';
import { TwilioRealtimeTransportLayer } from '@openai/agents-extensions';
import { setTracingDisabled } from '@openai/agents';
import { WebSocketServer } from 'ws';
import { MODEL_URL } from './session';

setTracingDisabled(true); // nothing may leave this machine
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  process.stdout.write(`listening ${port}\n`);
});
server.on('connection', (twilioWebSocket) => {
  const agent = new RealtimeAgent({
    name: 'Receptionist',
    instructions: 'You answer the telephone.',
  });
  const transport = new TwilioRealtimeTransportLayer({ twilioWebSocket });
  const session = new RealtimeSession(agent, {
    transport,
    config: { audio: { output: { voice: 'marin' } } },
  });
  session.on('error', ({ error }) => {
    process.stderr.write(`${error instanceof Error ? error.message : JSON.stringify(error)}\n`);
  });
  void session.connect({ apiKey: 'simulated', url: MODEL_URL }).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    twilioWebSocket.close();
  });
});
