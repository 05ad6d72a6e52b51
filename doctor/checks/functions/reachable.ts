import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';
import { webhookCodeOf } from '@realtime-phone/simulator/phone/twilio-faults';
import { type Check, type Finding, oneFinding } from '../../check';
import type { Examination } from '../../examination';
import { type Answer, Unreachable } from '../../reach';
import { isLoopbackUrl } from '../../settings';
import { findPrivateAddresses } from '../../twiml/public-address';
import { isHostedByTwilio, isOnThisMachine } from './place';

/** Twilio gives a webhook 15 s, and ends a Function after 10 s. */
const WEBHOOK_MS = 15_000;
const FUNCTION_MS = 10_000;
/** The bridge is waited for 1.5 s at most; a cold start takes about one more. */
const SLOW_MS = 4_000;

const WHY =
  'Twilio gets no TwiML: the caller hears an error message, or the fallback of the number';

/** DNS, TLS, HTTP and time of the Functions, by their public diagnostics. */
export const checkReachable: Check = {
  id: 'functions.reachable',
  title: 'Functions reached',
  needs: ['functions.address'],
  run: async (examination) => {
    const { reach, facts } = examination;
    const { functionsUrl = '' } = facts;
    try {
      const url = `${functionsUrl}/diagnostics`;
      const [answer, isPrivate] = await Promise.all([
        reach.ask({ url, limitMs: WEBHOOK_MS }),
        findPrivateName(examination, functionsUrl),
      ]);
      if (isPrivate !== undefined) return oneFinding(isPrivate);
      const fault = judge(url, answer);
      if (fault !== undefined) return oneFinding(fault);
      facts.functionsAnswer = answer;
      const found = `answered in ${answer.tookMs} ms`;
      return answer.tookMs > SLOW_MS ? { found, findings: [isSlow(answer.tookMs)] } : { found };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return oneFinding(nameUnreachable(functionsUrl, error));
    }
  },
};

async function findPrivateName(
  { settings, reach }: Examination,
  functionsUrl: string,
): Promise<Finding | undefined> {
  const { host, hostname } = new URL(functionsUrl);
  if (reach.isMapped(host) || isOnThisMachine(settings, reach)) return undefined;
  const { all, closed } = await findPrivateAddresses(reach, hostname);
  if (closed.length === 0 || closed.length < all.length) return undefined;
  return {
    level: 'fault',
    id: 'functions-private',
    twilioCode: 11205,
    found: `${hostname} leads to ${closed.join(', ')}, which only its own network reaches`,
    why: WHY,
    remedy: 'give the name a public address, or use npm run deploy',
  };
}

const NAMES: Readonly<Record<number, string>> = {
  11202: 'functions-refused',
  11205: 'functions-timeout',
  11206: 'functions-not-http',
  11210: 'functions-dns',
  11220: 'functions-tls',
  11235: 'functions-certificate-name',
  11236: 'functions-certificate-expired',
  11237: 'functions-certificate-untrusted',
};

/** What of DNS, TCP, TLS and HTTP did not hold. */
function nameUnreachable(functionsUrl: string, problem: Unreachable): Finding {
  const code = problem.code === 'TIMEOUT' ? 11205 : webhookCodeOf(problem);
  const { name, cause, remedy } = describeTwilioError(code);
  return {
    level: 'fault',
    id: NAMES[code] ?? 'functions-unreachable',
    twilioCode: code,
    found: `${functionsUrl} cannot be reached: ${name.toLowerCase()} (${problem.message})`,
    why: `${code === 11200 ? 'the connection broke' : cause}; ${WHY}`,
    remedy:
      code === 11202 && isLoopbackUrl(functionsUrl)
        ? 'npm run functions'
        : isHostedByTwilio(functionsUrl) && code === 11210
          ? 'npm run deploy: the service at this address is gone'
          : remedy,
  };
}

function judge(url: string, { status, headers, body }: Answer): Finding | undefined {
  if (status === 200) return undefined;
  const said = body.replace(/\s+/g, ' ').trim().slice(0, 120);
  const fault = { level: 'fault', found: `${url} answered ${status}`, why: WHY } as const;
  if (status >= 300 && status < 400) {
    return {
      ...fault,
      id: 'functions-redirect',
      found: `${url} redirects to ${headers.location ?? 'nowhere'}`,
      why: 'what Twilio signed for one address does not fit another: a redirected webhook is refused',
      remedy: 'set FUNCTIONS_URL, and the number, to the address at which they answer themselves',
    };
  }
  if (status === 404) {
    return {
      ...fault,
      id: 'functions-not-there',
      twilioCode: 11200,
      remedy: isHostedByTwilio(url)
        ? 'npm run deploy'
        : 'let FUNCTIONS_URL end where the Functions begin: {FUNCTIONS_URL}/diagnostics must answer',
    };
  }
  return {
    ...fault,
    id: status >= 500 ? 'functions-failing' : 'functions-status',
    twilioCode: status >= 500 && isHostedByTwilio(url) ? 82002 : 11200,
    found: `${url} answered ${status}${said === '' ? '' : `: ${said}`}`,
    remedy:
      status >= 500
        ? 'look into the log of the Functions; behind a proxy or tunnel, see that they run'
        : 'let Twilio in: no login and no address filter may stand in front of the Functions',
  };
}

function isSlow(tookMs: number): Finding {
  return {
    level: 'warning',
    id: 'functions-slow',
    ...(tookMs > FUNCTION_MS ? { twilioCode: 82002 } : {}),
    found: `the Functions took ${tookMs} ms`,
    why: 'the caller hears nothing for so long; Twilio ends a Function after 10 s and a webhook after 15 s',
    remedy:
      'run npm run doctor again: a first start is slow; if it stays, look at the way from the Functions to the bridge',
  };
}
