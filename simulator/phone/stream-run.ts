import type { TwimlFinding } from '@realtime-phone/protocol/twiml/check';
import type { TwimlElement } from '@realtime-phone/protocol/twiml/document';
import type { WebSocket } from 'ws';
import type { Call } from './call';
import type { StreamReport } from './call-report';
import type { TwimlDocument } from './documents';
import { rounded } from './journal';
import { makeSid } from './phone-options';
import { sendStatus } from './status-callbacks';
import { Stream, type StreamEnd } from './stream';
import { dialledAddress, dialStream, type StreamRefusal } from './stream-dial';
import { addressIn } from './verbs/verb';

/**
 * One `<Stream>` from dialling to its end, with its status callbacks and its entry in the report.
 * @param fault what the TwiML check found wrong with the Stream: then nothing is dialled.
 * Source: https://www.twilio.com/docs/voice/twiml/stream
 */
export async function runStream(
  call: Call,
  element: TwimlElement,
  document: TwimlDocument,
  fault: TwimlFinding | undefined,
): Promise<void> {
  const { journal, settings } = call;
  const url = dialledAddress(element.attributes.url ?? '');
  const streamSid = settings.streamSid ?? makeSid('MZ');
  const stream = new Stream(call, {
    accountSid: settings.accountSid,
    callSid: settings.callSid,
    streamSid,
    customParameters: parametersOf(element),
  });
  const tell = (event: string, error?: string): void => {
    const { statusCallback, statusCallbackMethod, name = streamSid } = element.attributes;
    const address = statusCallback && addressIn(document, statusCallback);
    if (!address) return;
    sendStatus(call, {
      source: 'stream',
      event,
      url: address,
      method: statusCallbackMethod?.toUpperCase() === 'GET' ? 'GET' : 'POST',
      parameters: {
        AccountSid: settings.accountSid,
        CallSid: settings.callSid,
        StreamSid: streamSid,
        StreamName: name,
        StreamEvent: event,
        ...(error !== undefined && { StreamError: error }),
        Timestamp: new Date(journal.unixMs()).toISOString(),
      },
    });
  };

  const answer = await dial(call, stream, element.attributes, url, fault);
  if ('refusal' in answer) {
    call.streams.push(reportOf(stream, url, { refusal: answer.refusal }));
    tell('stream-error', answer.said);
    return;
  }
  call.stream = stream;
  stream.start(answer.socket);
  tell('stream-started');
  const onHangUp = () => stream.stop();
  call.hungUp.addEventListener('abort', onHangUp);
  if (call.isOver()) onHangUp();
  const end = await stream.ended;
  call.hungUp.removeEventListener('abort', onHangUp);
  call.stream = undefined;
  const { code, reason, closedBy } = end;
  const why = reason === '' ? '' : ` (${reason})`;
  journal.note('stream-closed', `the stream was closed by the ${closedBy}: ${code}${why}`, {
    code,
    reason,
    closedBy,
  });
  const error = faultOf(call, end);
  call.streams.push(reportOf(stream, url, { connectMs: answer.connectMs, end }));
  if (error !== undefined) tell('stream-error', error);
  tell('stream-stopped');
}

type Dialled =
  | { readonly socket: WebSocket; readonly connectMs: number }
  | { readonly refusal: number; readonly said: string };

async function dial(
  call: Call,
  stream: Stream,
  attributes: Readonly<Record<string, string>>,
  url: string,
  fault: TwimlFinding | undefined,
): Promise<Dialled> {
  const { journal } = call;
  const refused = ({ code, detail, status }: StreamRefusal): Dialled => {
    journal.note('stream-refused', `the stream was not accepted: ${code} ${detail}`, {
      code,
      ...(status !== undefined && { status }),
    });
    journal.fault(code, detail);
    return { refusal: code, said: `${code} ${detail}` };
  };
  const { track } = attributes;
  if (track !== undefined && track !== 'inbound_track') {
    return refused({ code: 31941, detail: `track is "${track}"` });
  }
  if (!URL.canParse(url)) return refused({ code: 31923, detail: `"${url}"` });
  if (!/^wss:/i.test(url)) return refused({ code: 31922, detail: url });
  if (fault?.code != null) {
    const { code, message, remedy } = fault;
    journal.note('stream-refused', `the stream was not accepted: ${code} ${message}`, { code });
    journal.problem({ code, level: 'error', message, remedy });
    return { refusal: code, said: `${code} ${message}` };
  }
  journal.note('stream-connecting', `connecting to ${url}`, { url });
  const startedMs = journal.nowMs();
  const answer = await dialStream(url, call.settings, stream);
  if ('detail' in answer) return refused(answer);
  const connectMs = rounded(journal.nowMs() - startedMs);
  journal.note('stream-accepted', `accepted in ${Math.round(connectMs)} ms`, { connectMs });
  return { socket: answer, connectMs };
}

/**
 * Twilio's fault for the way a stream ended. Assumed: a server that closes with 1000, 1001 or
 * without a code meant to; any other code is 31921.
 */
function faultOf(call: Call, { closedBy, code, reason, problem }: StreamEnd): string | undefined {
  if (closedBy === 'caller') return undefined;
  const detail = [`close code ${code}`, reason, problem?.message].filter(Boolean).join(', ');
  if (problem !== undefined && 'code' in problem && String(problem.code).startsWith('WS_ERR')) {
    call.journal.fault(31924, detail);
    return `31924 ${detail}`;
  }
  if (code === 1000 || code === 1001 || code === 1005) return undefined;
  const fault = code === 1006 ? 31903 : 31921;
  call.journal.fault(fault, detail);
  return `${fault} ${detail}`;
}

function reportOf(
  stream: Stream,
  url: string,
  how: { refusal: number } | { connectMs: number; end: StreamEnd },
): StreamReport {
  const end = 'end' in how ? how.end : undefined;
  const { firstAgentAudioMs: firstMs, startedAtMs, interruptions, marks } = stream;
  return {
    url,
    streamSid: stream.streamSid,
    accepted: end !== undefined,
    refusal: 'refusal' in how ? how.refusal : null,
    connectMs: 'connectMs' in how ? how.connectMs : null,
    startedAtMs: startedAtMs === undefined ? null : rounded(startedAtMs),
    firstAgentAudioMs: firstMs === undefined ? null : rounded(firstMs),
    framesSent: stream.framesSent,
    framesDropped: stream.framesDropped,
    heardMs: rounded(stream.playback.heardMs),
    clears: interruptions.length,
    interruptions,
    marks,
    digitsSent: stream.digitsSent,
    closedBy: end?.closedBy ?? null,
    closeCode: end?.code ?? null,
    closeReason: end?.reason ?? '',
  };
}

function parametersOf(stream: TwimlElement): Record<string, string> {
  return Object.fromEntries(
    stream.children
      .filter(({ name }) => name === 'Parameter')
      .map(({ attributes }) => [attributes.name ?? '', attributes.value ?? '']),
  );
}
