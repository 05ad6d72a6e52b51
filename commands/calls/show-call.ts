import type { CallRecord } from '../../bridge/src/records/call-record';
import { line } from '../../twilio-account/change-line';
import { describeEnd, describeLength } from './call-lines';

/** One call for a reader who knows nothing of it: who, what happened, what went wrong, what to do. */
export function showCall(record: CallRecord): string[] {
  const { callSid, callId, from, to, direction, agent, admittedAt, outcome, recording } = record;
  return [
    line('call', callId === undefined ? callSid : `${callSid} (${callId})`),
    line('who', `${from} → ${to}, ${direction}, agent ${agent}`),
    line('when', `${admittedAt}, ${describeLength(record)} on the line`),
    line('end', describeEnd(record)),
    line(
      'heard',
      `${(record.heardMs / 1_000).toFixed(1)} s of the agent, cut ${record.bargeIns} times`,
    ),
    ...describeLatencies(record),
    ...describeTokens(record),
    ...(recording?.files ?? []).map(({ path, ms }) =>
      line('recording', ms === undefined ? path : `${path}, ${Math.round(ms / 1_000)} s`),
    ),
    ...(outcome === undefined ? [] : [line('outcome', JSON.stringify(outcome))]),
    '',
    ...tellCourse(record),
    ...tellErrors(record),
  ];
}

function describeLatencies({ modelReadyMs, firstAgentAudioMs, turns }: CallRecord): string[] {
  const waits = turns.flatMap(({ responseMs }) => (responseMs === undefined ? [] : [responseMs]));
  const parts = [
    ...(modelReadyMs === undefined ? [] : [`model ready after ${modelReadyMs} ms`]),
    ...(firstAgentAudioMs === undefined ? [] : [`first agent audio after ${firstAgentAudioMs} ms`]),
    ...(waits.length === 0 ? [] : [`answers after ${waits.join(', ')} ms`]),
  ];
  return parts.length === 0 ? [] : [line('latency', parts.join('; '))];
}

function describeTokens({ tokens }: CallRecord): string[] {
  if (tokens === undefined) return [];
  const { responses, input, inputAudio, inputCached, output, outputAudio } = tokens;
  const text = `${responses} responses; in ${input} (${inputAudio} audio, ${inputCached} cached), out ${output} (${outputAudio} audio)`;
  return [line('tokens', text)];
}

/** Everything that happened, in the order in which it did. */
function tellCourse({ course, turns, tools = [], statusEvents, errors }: CallRecord): string[] {
  const steps = [
    ...course.map(({ atMs, what }) => ({ atMs, text: what })),
    ...turns.map(({ atMs, who, text, cut }) => ({
      atMs,
      text: `${who}: “${text}”${cut === true ? ' (cut short)' : ''}`,
    })),
    ...tools.map(({ atMs, name, ms, result }) => ({
      atMs,
      text: `tool ${name} ${result} after ${ms} ms`,
    })),
    ...statusEvents.map(({ atMs, source, parameters }) => ({
      atMs,
      text: `Twilio, ${source}: ${parameters.CallStatus ?? parameters.StreamEvent ?? parameters.DialCallStatus ?? JSON.stringify(parameters)}`,
    })),
    ...errors.map(({ atMs, code }) => ({ atMs, text: `error ${code}` })),
  ];
  return steps
    .sort((one, other) => one.atMs - other.atMs)
    .map(({ atMs, text }) => `${String(atMs).padStart(8)} ms  ${text}`);
}

function tellErrors({ errors }: CallRecord): string[] {
  if (errors.length === 0) return [];
  const lines = errors.map(
    ({ code, message, remedy }) => `${code}: ${message}\n  what to do: ${remedy}`,
  );
  return ['', 'What went wrong:', ...new Set(lines)];
}
