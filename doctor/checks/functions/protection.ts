import { type Check, type Finding, type Outcome } from '../../check';
import type { Examination } from '../../examination';
import { type Answer, Unreachable } from '../../reach';
import { postForm } from '../../twiml/signed-post';
import { makeCallSid, readVoiceParameters } from '../../twiml/voice-parameters';

const ROUTES = [
  'stream-mode',
  'test-mode',
  'stream-ended',
  'fallback',
  'call-status',
  'stream-status',
];

/**
 * Only Twilio gets in. The unsigned posts have no CallSid: where nothing protects a route, it refuses
 * them by itself, and nothing has happened.
 */
export const checkProtection: Check = {
  id: 'functions.protection',
  title: 'Protection of the Functions',
  needs: ['functions.diagnostics'],
  after: ['account.credentials'],
  run: async (examination): Promise<Outcome> => {
    try {
      const [unsigned, signed] = await Promise.all([
        postUnsigned(examination),
        postSigned(examination),
      ]);
      const findings = [...unsigned, ...signed];
      const { TWILIO_AUTH_TOKEN } = examination.settings.environment;
      return {
        found:
          TWILIO_AUTH_TOKEN === undefined
            ? 'unsigned posts are refused; a signed one was not tried, for TWILIO_AUTH_TOKEN is not set'
            : 'unsigned posts are refused, a signed one is taken',
        findings,
      };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return { found: '', findings: [brokeOff(error)] };
    }
  },
};

/** What became of the unsigned posts: a finding a kind, not one a route. */
async function postUnsigned({ facts, reach }: Examination): Promise<Finding[]> {
  const answers = await Promise.all(
    ROUTES.map(async (route) => {
      const url = `${facts.functionsUrl ?? ''}/${route}`;
      return {
        route,
        answer: await postForm(reach, { url, parameters: {}, authToken: undefined }),
      };
    }),
  );
  const routesWhere = (holds: (answer: Answer) => boolean) =>
    answers.filter(({ answer }) => holds(answer)).map(({ route }) => `/${route}`);
  const missing = routesWhere(({ status }) => status === 404);
  const open = routesWhere((answer) => answer.status !== 404 && !isRefusal(answer));
  return [
    ...(missing.length === 0 ? [] : [isMissing(missing)]),
    ...(open.length === 0 ? [] : [isOpen(open)]),
  ];
}

/** A route that refuses for want of a CallSid has not asked for a signature. */
function isRefusal({ status, body }: Answer): boolean {
  return [400, 401, 403].includes(status) && !body.includes('call_sid_missing');
}

function isMissing(routes: readonly string[]): Finding {
  return {
    level: 'fault',
    id: 'functions-route-missing',
    twilioCode: 11200,
    found: `the Functions have no ${routes.join(', ')}`,
    why: 'Twilio asks it in the course of a call, and the call fails there',
    remedy: 'npm run deploy: these Functions are older than this package, or not all of it',
  };
}

function isOpen(routes: readonly string[]): Finding {
  return {
    level: 'fault',
    id: 'functions-unprotected',
    found: `${routes.join(', ')} takes a post that nobody signed`,
    why: 'anybody can place calls into the bridge, at your cost, and claim that calls are over',
    remedy:
      'deploy with npm run deploy, which keeps .protected in the names; on a server of your own put npm run functions in front, which checks the signature',
  };
}

/** To the one route that touches neither bridge nor model. */
async function postSigned({ settings, facts, reach }: Examination): Promise<Finding[]> {
  const authToken = settings.environment.TWILIO_AUTH_TOKEN;
  if (authToken === undefined) return [];
  const url = `${facts.functionsUrl ?? ''}/test-mode`;
  const parameters = readVoiceParameters(settings, makeCallSid());
  const answer = await postForm(reach, { url, parameters, authToken });
  // A route that is not there is told of by the unsigned post.
  return answer.status === 200 || answer.status === 404 ? [] : [isNotTaken(url, answer)];
}

function isNotTaken(url: string, { status, body }: Answer): Finding {
  if ([400, 401, 403].includes(status)) {
    return {
      level: 'fault',
      id: 'functions-signature-refused',
      found: `${url} refuses what TWILIO_AUTH_TOKEN of this machine signs (${status})`,
      why: 'the bridge checks each stream with the same token: it would refuse every call, or the Functions would refuse Twilio',
      remedy:
        'set TWILIO_AUTH_TOKEN here and on the bridge to the primary auth token of the account that has the Functions, not a secondary one or an API key; FUNCTIONS_URL must be what Twilio asks, letter for letter',
    };
  }
  return {
    level: 'fault',
    id: 'functions-failing',
    twilioCode: status >= 500 ? 82002 : 11200,
    found: `${url} answered ${status} to a signed post: ${body.replace(/\s+/g, ' ').slice(0, 120)}`,
    why: 'Twilio gets no TwiML: the caller hears an error message',
    remedy: 'look into the log of the Functions for this request',
  };
}

function brokeOff({ code, message }: Unreachable): Finding {
  return {
    level: 'fault',
    id: 'functions-unsteady',
    found: `the Functions answered once and then no more: ${message} (${code})`,
    why: 'calls will fail now and then',
    remedy: 'look at the tunnel, proxy or host in front of them; run npm run doctor again',
  };
}
