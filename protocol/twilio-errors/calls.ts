import type { TwilioErrorTable } from './entry';

/** The account, the Calls API, <Dial>, and what ends a call. */
export const CALL_ERRORS: TwilioErrorTable = {
  10001: {
    name: 'Account not active',
    level: 'error',
    cause: 'the account is suspended, for want of money or for a rule',
    remedy: 'look at the account’s state in the console',
  },
  10002: {
    name: 'Not in a trial account',
    level: 'error',
    cause: 'a trial account does not have this feature',
    remedy: 'upgrade the account',
  },
  10003: {
    name: 'Incoming call rejected',
    level: 'error',
    cause: 'the account that owns the number is not active',
    remedy: 'bring the account in order',
  },
  10004: {
    name: 'Too many calls at once',
    level: 'error',
    cause:
      'the account has reached its number of calls at one time; new and trial accounts have few',
    remedy: 'finish the business profile, or ask Twilio for more',
  },
  13214: {
    name: 'Dial: bad caller id',
    level: 'error',
    cause: 'callerId is neither a party of this call nor a number that the account may show',
    remedy: 'use a number of the account, or verify this one',
  },
  13223: {
    name: 'Dial: bad number',
    level: 'error',
    cause: 'what shall be dialled is not a phone number',
    remedy: 'write it in E.164, as +15550100100',
  },
  13224: {
    name: 'Dial: number not supported',
    level: 'warning',
    cause: 'the number looks right and cannot be called, or does not exist',
    remedy: 'check the number by hand',
  },
  13225: {
    name: 'Dial: number blocked',
    level: 'error',
    cause: 'Twilio does not connect to this number',
    remedy: 'ask Twilio’s support if it should',
  },
  13227: {
    name: 'Dial: country not allowed',
    level: 'error',
    cause: 'the account’s voice permissions leave this country out',
    remedy: 'allow the country in the console, under Voice geographic permissions',
  },
  13710: {
    name: 'Redirect: bad method',
    level: 'error',
    cause: 'method of <Redirect> is neither GET nor POST',
    remedy: 'leave it out; POST is the default',
  },
  20001: {
    name: 'Unknown parameters, or a refused build',
    level: 'error',
    cause:
      'a request had parameters that Twilio does not know; a deployment also ends here when the platform does not have the pinned @twilio/runtime-handler',
    remedy: 'pin a version of the runtime handler that Twilio’s handler page lists',
  },
  20003: {
    name: 'Permission denied',
    level: 'error',
    cause:
      'SID and token do not belong together: a test token on the live API, a sub-account mixed up, a rotated token',
    remedy: 'copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN anew from the console',
  },
  20005: {
    name: 'Account not active',
    level: 'error',
    cause: 'the account is suspended or closed',
    remedy: 'look at the account’s state in the console',
  },
  20006: {
    name: 'Access denied',
    level: 'error',
    cause: 'these credentials may not touch this resource',
    remedy: 'use those of the account that owns it',
  },
  20008: {
    name: 'Test credentials not allowed',
    level: 'error',
    cause: 'this resource cannot be used with test credentials',
    remedy: 'use the live ones',
  },
  20404: {
    name: 'Not found',
    level: 'error',
    cause: 'there is no such resource: a wrong or missing SID, or a path in the wrong case',
    remedy: 'check the SID, and that it belongs to this account',
  },
  20429: {
    name: 'Too many requests',
    level: 'error',
    cause: 'too many requests at one time; this one was not processed',
    remedy: 'wait a little longer each time and try again',
  },
  21200: {
    name: 'Call: something is missing',
    level: 'error',
    cause: 'a call needs To, From, and one of url, twiml and applicationSid',
    remedy: 'give all three',
  },
  21201: {
    name: 'Call: no To',
    level: 'error',
    cause: 'nobody is named to be called',
    remedy: 'give To in E.164',
  },
  21205: {
    name: 'Call: invalid URL',
    level: 'error',
    cause: 'the url of the call cannot be read, or the application has no voice URL',
    remedy: 'give the whole https address; check FUNCTIONS_URL',
  },
  21210: {
    name: 'Call: From not verified',
    level: 'error',
    cause: 'the number to call from belongs neither to the account nor to its verified ones',
    remedy: 'set TWILIO_PHONE_NUMBER to a number of the account',
  },
  21211: {
    name: 'Call: invalid To',
    level: 'error',
    cause: 'the number to call is not one, or is the very number that is calling',
    remedy: 'write it in E.164, as +15550100100',
  },
  21212: {
    name: 'Call: invalid From',
    level: 'error',
    cause: 'the number to call from is not one',
    remedy: 'write it in E.164, as +15550100100',
  },
  21213: {
    name: 'Call: no From',
    level: 'error',
    cause: 'no number to call from is given',
    remedy: 'set TWILIO_PHONE_NUMBER',
  },
  21214: {
    name: 'Call: To cannot be reached',
    level: 'error',
    cause: 'Twilio has no way to this number',
    remedy: 'check the number by hand',
  },
  21215: {
    name: 'Call: country not allowed',
    level: 'error',
    cause: 'the account’s voice permissions leave this country out',
    remedy: 'allow the country in the console, under Voice geographic permissions',
  },
  21216: {
    name: 'Call: number blocked',
    level: 'error',
    cause: 'the number stands on Twilio’s block list',
    remedy: 'ask Twilio’s support if it should not',
  },
  21217: {
    name: 'Call: To does not look valid',
    level: 'error',
    cause: 'the number has too many or too few digits, or letters',
    remedy: 'write it in E.164, as +15550100100',
  },
  21218: {
    name: 'Call: invalid ApplicationSid',
    level: 'error',
    cause: 'there is no such TwiML application in the account',
    remedy: 'check the SID, or use url',
  },
  21219: {
    name: 'Call: To not verified',
    level: 'error',
    cause: 'a trial account may call only numbers that were verified',
    remedy: 'verify the number in the console, or upgrade',
  },
  21220: {
    name: 'Call: wrong state',
    level: 'error',
    cause: 'the call is not in progress, and so cannot be redirected or recorded',
    remedy: 'treat the call as over',
  },
  21262: {
    name: 'Machine detection without callback',
    level: 'warning',
    cause: 'asynchronous machine detection has nowhere to report to',
    remedy: 'give asyncAmdStatusCallback',
  },
  21263: {
    name: 'Machine detection in the wrong place',
    level: 'warning',
    cause: 'parameters of asynchronous machine detection stand where they do not count',
    remedy: 'give them when the call is created, with asyncAmd',
  },
  21608: {
    name: 'Message: To not verified',
    level: 'error',
    cause: 'a trial account may send messages only to verified numbers; it is not about calls',
    remedy: 'verify the number in the console, or upgrade',
  },
  32014: {
    name: 'Call ended: no audio',
    level: 'error',
    cause: 'no audio came from the other side for too long',
    remedy: 'look at the carrier or SIP leg',
  },
  32015: {
    name: 'Call ended: too long',
    level: 'error',
    cause: 'the call reached the longest time that is allowed',
    remedy: 'raise the time limit, if there is one of yours',
  },
  32018: {
    name: 'Inline TwiML too long',
    level: 'error',
    cause: 'the twiml of a call request is over 4,000 characters',
    remedy: 'serve it from an address and give url',
  },
  32019: {
    name: 'Url and Twiml both given',
    level: 'warning',
    cause: 'a call request has both; Twilio takes Url',
    remedy: 'give one of the two',
  },
  57012: {
    name: 'Signature not by the primary token',
    level: 'error',
    cause:
      'a signature was checked with another auth token than the primary one, which alone signs',
    remedy: 'check with the primary auth token; after a rotation, update it everywhere',
  },
  63006: {
    name: 'Message: content cannot be formatted',
    level: 'error',
    cause: 'a messaging channel cannot show this content; it has nothing to do with Media Streams',
    remedy: 'send what the channel supports',
  },
};
