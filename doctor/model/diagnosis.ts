import type { Finding } from '../check';
import { diagnoseClose, diagnoseEnded, diagnoseError } from './complaint';
import { diagnoseRefusal, keyMalformed } from './refusal';
import type { Stage, Talk } from './talk';
import type { ModelTarget } from './target';
import { diagnoseUnreachable } from './unreachable';

/** A link of the chain from the bridge to the model's first word: the id of its check. */
export type ModelLink =
  'model.address' | 'model.key' | 'model.name' | 'model.session' | 'model.audio';

/** The one link that broke a talk, and how. */
export interface Diagnosis {
  readonly link: ModelLink;
  readonly finding: Finding;
}

/** Says which link broke a talk; undefined where it came to its first audio, as mu-law both ways. */
export function diagnose(talk: Talk, target: ModelTarget): Diagnosis | undefined {
  const { end, stage, session } = talk;
  if (session !== undefined && (session.inputFormat ?? session.outputFormat) !== undefined) {
    const { inputFormat, outputFormat } = session;
    if (inputFormat !== PCMU || outputFormat !== PCMU)
      return wrongFormat(inputFormat, outputFormat);
  } else if (session !== undefined) {
    return wrongFormat(undefined, undefined);
  }
  switch (end.kind) {
    case 'heard':
      return undefined;
    case 'unreachable':
      if (end.code === 'ERR_INVALID_CHAR') return { link: 'model.key', finding: keyMalformed() };
      return stage === 'opening'
        ? { link: 'model.address', finding: diagnoseUnreachable(end, target) }
        : { link: linkAt(stage), finding: diagnoseClose(1006, end.message, stage) };
    case 'refused':
      return diagnoseRefusal(end, target);
    case 'closed':
      return { link: linkAt(stage), finding: diagnoseClose(end.code, end.reason, stage) };
    case 'error':
      return diagnoseError(end.error, linkAt(stage), target);
    case 'response-ended':
      return { link: 'model.audio', finding: diagnoseEnded(end) };
    case 'late':
      return { link: linkAt(stage), finding: LATE[stage](end.limitMs, target) };
    case 'malformed':
      return { link: linkAt(stage), finding: malformed(end.what, target) };
  }
}

const PCMU = 'audio/pcmu';

function linkAt(stage: Stage): ModelLink {
  if (stage === 'opening') return 'model.address';
  return stage === 'confirmed' ? 'model.audio' : 'model.session';
}

const LATE: Readonly<Record<Stage, (limitMs: number, target: ModelTarget) => Finding>> = {
  opening: (limitMs, target) =>
    diagnoseUnreachable({ code: 'TIMEOUT', message: `no answer within ${limitMs} ms` }, target),
  opened: (limitMs, { url }) => ({
    level: 'fault',
    id: 'session-not-created',
    found: `a WebSocket opened, and no session.created came within ${limitMs} ms`,
    why: 'the bridge cannot begin a session, and every caller hears the fallback',
    remedy: `see that REALTIME_URL (${hostOf(url)}) is a Realtime endpoint; if it is, look at the provider’s status page`,
  }),
  created: (limitMs) => ({
    level: 'fault',
    id: 'session-not-confirmed',
    found: `session.update was not answered within ${limitMs} ms`,
    why: 'without session.updated nobody knows the audio format, so the bridge plays nothing and the caller hears the fallback',
    remedy: 'look at the provider’s status page; MODEL_READY_MS is how long the bridge waits',
  }),
  confirmed: (limitMs) => ({
    level: 'fault',
    id: 'model-silent',
    found: `a response was asked for, and no audio came within ${limitMs} ms`,
    why: 'the caller hears silence and then the fallback',
    remedy:
      'look at the provider’s status page, and try REALTIME_MODEL=gpt-realtime-2.1; MODEL_AUDIO_MS is how long the bridge waits',
  }),
};

function wrongFormat(input: string | undefined, output: string | undefined): Diagnosis {
  return {
    link: 'model.session',
    finding: {
      level: 'fault',
      id: 'audio-format-wrong',
      found: `session.updated says ${input ?? 'nothing'} in, ${output ?? 'nothing'} out; audio/pcmu both ways was asked for`,
      why: 'played on a telephone this would be noise; the bridge plays nothing, and the caller hears the fallback',
      remedy:
        'use a model and a provider that speak audio/pcmu; if a proxy is at REALTIME_URL, see that it passes session.update on as it is',
    },
  };
}

function malformed(what: string, { url }: ModelTarget): Finding {
  return {
    level: 'fault',
    id: 'model-not-realtime',
    found: `${hostOf(url)} sent what is no event of the Realtime API: ${what}`,
    why: 'the bridge cannot read it, and every caller hears the fallback',
    remedy: 'set REALTIME_URL to a Realtime endpoint, as in wss://api.openai.com/v1/realtime',
  };
}

/** The host of an address; a query may hold what is nobody’s business. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
