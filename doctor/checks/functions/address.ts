import { findDeployedFunctions, findNewestBuild } from '../../../twilio-account/deployed-functions';
import { CommandError } from '../../../twilio-account/failure';
import { findAddressFault } from '../../../twilio-account/functions-address';
import { type Check, type Finding, oneFinding, type Outcome, skip } from '../../check';
import type { Examination } from '../../examination';
import { isLoopbackUrl } from '../../settings';
import { hasCredentials, isOnThisMachine } from './place';

const WHY = 'nobody knows what Twilio shall ask, so no call gets its TwiML';

/** Where the Functions are: set by hand, as the number points, or as they were deployed. */
export const checkAddress: Check = {
  id: 'functions.address',
  title: 'Address of the Functions',
  needs: [],
  after: ['account.credentials'],
  run: async (examination) => {
    const { settings, facts, findVariableFaults } = examination;
    const { FUNCTIONS_URL: given, FUNCTIONS_PORT = '3000' } = settings.environment;
    if (given !== undefined) {
      const isNamed = findVariableFaults({ ...settings.environment }).some((line) =>
        line.startsWith('FUNCTIONS_URL'),
      );
      if (isNamed) return skip('FUNCTIONS_URL is wrong, as config.variables says');
      const fault = findFault(given, examination);
      if (fault !== undefined) return oneFinding(fault);
      facts.functionsUrl = given.replace(/\/+$/, '');
      return { found: `${facts.functionsUrl}, by FUNCTIONS_URL` };
    }
    if (facts.functionsUrl !== undefined) {
      return { found: `${facts.functionsUrl}, as the number points` };
    }
    if (settings.isTrial && !hasCredentials(settings)) {
      facts.functionsUrl = `http://localhost:${FUNCTIONS_PORT}`;
      return { found: `${facts.functionsUrl}, where npm run functions serves them` };
    }
    if (!hasCredentials(settings)) {
      return oneFinding({
        level: 'fault',
        id: 'functions-address-unknown',
        found: 'neither FUNCTIONS_URL is set nor the account in which they could be looked for',
        why: WHY,
        remedy: 'set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or FUNCTIONS_URL, in .env',
      });
    }
    return findDeployed(examination);
  },
};

function findFault(given: string, { settings, reach }: Examination): Finding | undefined {
  const fault = findAddressFault(given);
  if (fault === undefined) return undefined;
  const isHttp = URL.canParse(given) && /^https?:\/\//i.test(given);
  const isReached =
    isHttp &&
    (reach.isMapped(new URL(given).host) ||
      (isLoopbackUrl(given) && isOnThisMachine(settings, reach)));
  if (isReached) return undefined;
  return {
    level: 'fault',
    id: 'functions-url-wrong',
    twilioCode: isHttp ? 11205 : 11100,
    found: `FUNCTIONS_URL ${fault}`,
    why: 'Twilio does not get the TwiML there: the caller hears an error message',
    remedy:
      'unset FUNCTIONS_URL for those that npm run deploy puts on Twilio, or give a public one, as FUNCTIONS_URL=https://functions.example.com',
  };
}

async function findDeployed({ openTwilio, facts }: Examination): Promise<Outcome> {
  try {
    const client = openTwilio();
    const deployed = await findDeployedFunctions(client);
    if (deployed !== undefined) {
      facts.functionsUrl = deployed.url;
      return { found: `${deployed.url}, as deployed` };
    }
    const build = await findNewestBuild(client);
    const failed = build?.status === 'failed';
    return oneFinding({
      level: 'fault',
      id: 'functions-not-deployed',
      ...(failed ? { twilioCode: 82003 } : {}),
      found: failed
        ? 'the Functions are not served: their newest build failed'
        : 'the Functions were never deployed to this account',
      why: WHY,
      remedy: 'npm run deploy',
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.message.startsWith('Twilio cannot be reached')) {
      return skip('not known, for Twilio cannot be asked now; FUNCTIONS_URL would say it');
    }
    return oneFinding({
      level: 'fault',
      id: 'functions-address-unknown',
      found: `the deployed Functions cannot be looked for: ${error.message.replace(/\n/g, '; ')}`,
      why: WHY,
      remedy: 'correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or set FUNCTIONS_URL',
    });
  }
}
