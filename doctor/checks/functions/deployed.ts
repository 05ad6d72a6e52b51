import { findDeployedFunctions, findNewestBuild } from '../../../twilio-account/deployed-functions';
import { CommandError } from '../../../twilio-account/failure';
import { type Check, type Finding, skip } from '../../check';
import { hasCredentials, isHostedByTwilio } from './place';

/** What the account says of the deploy. */
export const checkDeployed: Check = {
  id: 'functions.deployed',
  title: 'Deployed Functions',
  needs: ['functions.address'],
  after: ['account.credentials'],
  run: async ({ settings, facts, openTwilio }) => {
    const { functionsUrl = '' } = facts;
    if (!isHostedByTwilio(functionsUrl)) return skip(`${functionsUrl} is not hosted by Twilio`);
    if (!hasCredentials(settings)) return skip('there are no credentials to ask the account with');
    try {
      const client = openTwilio();
      const deployed = await findDeployedFunctions(client);
      const build = await findNewestBuild(client);
      const findings: Finding[] = [];
      if (deployed?.url !== functionsUrl) findings.push(isElsewhere(functionsUrl, deployed?.url));
      if (build?.status === 'failed') findings.push(BUILD_FAILED);
      return { found: `served at ${deployed?.url ?? 'no address of npm run deploy'}`, findings };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return skip(error.message.split('\n')[0] ?? '');
    }
  },
};

const BUILD_FAILED: Finding = {
  level: 'warning',
  id: 'functions-build-failed',
  twilioCode: 82003,
  found: 'the newest build of the Functions failed, so an older one is served',
  why: 'what was changed since then is not what callers get',
  remedy: 'npm run deploy, and read what it says of the build',
};

function isElsewhere(functionsUrl: string, deployedUrl: string | undefined): Finding {
  return {
    level: 'warning',
    id: 'functions-elsewhere',
    found: `${functionsUrl} is asked, and npm run deploy ${deployedUrl === undefined ? 'has put none into this account' : `has put them at ${deployedUrl}`}`,
    why: 'what is deployed from here is not what callers get',
    remedy:
      deployedUrl === undefined
        ? 'npm run deploy, then npm run number -- stream; or the credentials of the account that has them'
        : 'unset FUNCTIONS_URL, and npm run number -- stream points the number there',
  };
}
