import type { RealtimeError } from '@realtime-phone/protocol/realtime/server-events';
import type { Finding } from '../check';
import type { Diagnosis, ModelLink } from './diagnosis';
import { limitFault } from './limits';
import { keyRefused, noModel } from './refusal';
import type { Stage, TalkEnd } from './talk';
import type { ModelTarget } from './target';

type Ended = Extract<TalkEnd, { readonly kind: 'response-ended' }>;

const NO_CALL = 'the bridge gets no session, and every caller hears the fallback';
const LIMITS = new Set(['insufficient_quota', 'rate_limit_exceeded']);
const NO_MODEL = new Set(['model_not_found', 'invalid_model']);

const BETA: Finding = {
  level: 'fault',
  id: 'beta-header',
  found:
    'the provider took this for the beta interface, which is no longer there (close code 4000)',
  why: NO_CALL,
  remedy:
    'the bridge sends no OpenAI-Beta header, so something between adds it: look at the proxy at REALTIME_URL',
};

/** Says what an `error` event means, by the link that it came at. */
export function diagnoseError(
  error: RealtimeError,
  link: ModelLink,
  target: ModelTarget,
): Diagnosis {
  const { code, message, param = '' } = error;
  if (code === 'invalid_api_key') return { link: 'model.key', finding: keyRefused(target, code) };
  if (NO_MODEL.has(code) || param === 'model') {
    return { link: 'model.name', finding: noModel(target, code, message) };
  }
  if (code === 'beta_api_shape_disabled') return { link: 'model.session', finding: BETA };
  if (code === 'session_expired') {
    return {
      link,
      finding: diagnoseClose(1001, code, link === 'model.audio' ? 'confirmed' : 'created'),
    };
  }
  if (LIMITS.has(code)) return { link, finding: limitFault(code, 'an error event') };
  if (param.includes('voice'))
    return { link: 'model.session', finding: voiceRefused(target, message) };
  const said = [code, param, message.slice(0, 200)].filter((part) => part !== '').join(' ');
  if (link === 'model.audio') {
    return { link, finding: responseFailed(`the model answered response.create with ${said}`) };
  }
  return {
    link,
    finding: {
      level: 'fault',
      id: 'session-refused',
      found: `the model refused the session: ${said}`,
      why: NO_CALL,
      remedy: `correct what the message names, in the file of the agent ${target.agent}`,
    },
  };
}

/** Says what the end of a socket means: OpenAI's close codes are few and speak for themselves. */
export function diagnoseClose(code: number, reason: string, stage: Stage): Finding {
  if (code === 4000) return BETA;
  const { what, remedy } = CLOSES[code] ?? {
    what: 'the provider ended the session',
    remedy: 'look at the provider’s status page',
  };
  const when = stage === 'confirmed' ? 'after the session was set' : 'before the session was set';
  return {
    level: 'fault',
    id: 'session-closed',
    found: `the socket was closed ${when}: ${code}${reason === '' ? '' : ` ${reason.slice(0, 120)}`}; ${what}`,
    why:
      stage === 'confirmed'
        ? 'calls end in mid-sentence, and the caller hears the fallback'
        : NO_CALL,
    remedy,
  };
}

const CLOSES: Readonly<Record<number, { readonly what: string; readonly remedy: string }>> = {
  1000: {
    what: 'OpenAI does so where the model is not one of the Realtime API, or not for this key',
    remedy: 'set REALTIME_MODEL=gpt-realtime-2.1 and see whether it stays',
  },
  1001: {
    what: 'the session had expired, or the server was going away',
    remedy: 'run npm run doctor again; if it stays, look at the provider’s status page',
  },
  1002: {
    what: 'a protocol error',
    remedy: 'look at what stands between here and REALTIME_URL: a proxy changes the frames',
  },
  1006: {
    what: 'the connection broke',
    remedy: 'look at the network, and at the idle time-outs of a proxy at REALTIME_URL',
  },
  1011: {
    what: 'an error of the server',
    remedy: 'look at https://status.openai.com, or that of your provider',
  },
};

/** Says why a response ended without audio. */
export function diagnoseEnded({ status, error }: Ended): Finding {
  if (error !== undefined && LIMITS.has(error.code)) {
    return limitFault(error.code, 'a failed response.done');
  }
  const said = error === undefined ? 'without an error' : `${error.code} ${error.message}`;
  return responseFailed(`the response ended as ${status}, with no audio: ${said.slice(0, 200)}`);
}

function responseFailed(found: string): Finding {
  return {
    level: 'fault',
    id: 'response-failed',
    found,
    why: 'the caller hears silence and then the fallback',
    remedy:
      'run npm run doctor again; if it stays, look at the provider’s status page, and try REALTIME_MODEL=gpt-realtime-2.1',
  };
}

function voiceRefused({ session, agent, doubts }: ModelTarget, message: string): Finding {
  const doubt = doubts.find(({ about }) => about === 'voice');
  return {
    level: 'fault',
    id: 'voice-refused',
    found: `the model refused the voice ${session.audio.output.voice}: ${message.slice(0, 200)}`,
    why: `${NO_CALL}: with the voice the whole of session.update is refused`,
    remedy: `set voice: marin in the file of the agent ${agent}${doubt === undefined ? '' : `; ${doubt.text}`}`,
  };
}
