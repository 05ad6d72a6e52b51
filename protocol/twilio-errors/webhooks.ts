import type { TwilioErrorTable } from './entry';

/** Twilio asks your server for TwiML: getting the document (11xxx) and reading it (12xxx). */
export const WEBHOOK_ERRORS: TwilioErrorTable = {
  11100: {
    name: 'Invalid URL format',
    level: 'error',
    cause: 'a webhook, an action or a callback has an address that Twilio cannot read',
    remedy: 'give the whole http(s) address, with blanks and & encoded',
  },
  11200: {
    name: 'HTTP retrieval failure',
    level: 'error',
    cause:
      'your server answered with a 4xx or 5xx, without a content type, or the network between failed; it says nothing about the TwiML itself',
    remedy:
      'look at your own log for the request; answer 2xx with Content-Type: text/xml, and quickly',
    folklore: 'the TwiML is invalid',
  },
  11201: {
    name: 'TCP connection timed out',
    level: 'error',
    cause: 'two attempts of 5 s each found nobody who took the connection',
    remedy: 'open the port in the firewall, and check that the server runs',
  },
  11202: {
    name: 'TCP connection refused',
    level: 'error',
    cause: 'the host is there, and nothing listens on that port',
    remedy: 'start the server, or correct the port',
  },
  11203: {
    name: 'Total time-out',
    level: 'error',
    cause: 'the answer was not complete within the total time allowed (tt)',
    remedy: 'answer faster; do slow work after the answer',
  },
  11205: {
    name: 'HTTP connection failure',
    level: 'error',
    cause:
      'no connection to the webhook within 10 s or no answer within 15 s in all; a private address ends here too. It is about webhooks, not about the stream',
    remedy: 'use an address that is reachable from the internet, and answer at once',
    folklore: 'the address of the stream is invalid',
  },
  11206: {
    name: 'HTTP protocol violation',
    level: 'error',
    cause: 'the answer was not HTTP; often http is spoken to an https port',
    remedy: 'match scheme and port; look at what stands in between',
  },
  11210: {
    name: 'Bad host name',
    level: 'error',
    cause: 'the host name of the webhook does not resolve',
    remedy: 'check the spelling and the DNS record; a tunnel may have a new name',
  },
  11215: {
    name: 'Too many redirects',
    level: 'error',
    cause: 'the webhook redirects again and again',
    remedy: 'give Twilio the final address; look for http→https and slash loops',
  },
  11220: {
    name: 'TLS handshake error',
    level: 'error',
    cause: 'Twilio and the server found no common TLS version or cipher',
    remedy: 'offer TLS 1.2 with common ciphers',
  },
  11235: {
    name: 'Certificate: wrong domain',
    level: 'error',
    cause: 'the certificate is for another host name',
    remedy: 'get a certificate for exactly this name',
  },
  11236: {
    name: 'Certificate expired',
    level: 'error',
    cause: 'the certificate has run out, or is not valid yet',
    remedy: 'renew it, and see that renewal runs by itself',
  },
  11237: {
    name: 'Certificate: no trusted path',
    level: 'error',
    cause: 'the certificate is self-signed, or an intermediate one is not sent along',
    remedy: 'use a public authority and send the full chain',
  },
  11240: {
    name: 'Bad edge in the URL',
    level: 'error',
    cause: 'the part #e= of the webhook address cannot be read',
    remedy: 'correct or remove it',
  },
  11241: {
    name: 'Unsupported edge',
    level: 'error',
    cause: '#e= of the webhook address names an edge that is not supported',
    remedy: 'use one that Twilio lists, or remove it',
  },
  11243: {
    name: 'Bad retry policy',
    level: 'error',
    cause: '#rp= of the webhook address is not a retry policy',
    remedy: 'use 4xx, 5xx, ct, rt or all',
  },
  11750: {
    name: 'TwiML too large',
    level: 'error',
    cause: 'the answer is over 64 kB; often an HTML error page came instead of TwiML',
    remedy: 'open the address yourself and look at what comes',
  },
  11770: {
    name: 'Empty answer',
    level: 'error',
    cause: 'the answer promised a body and had none',
    remedy: 'answer <Response/> where nothing is to be done',
  },
  12100: {
    name: 'Document parse failure',
    level: 'error',
    cause:
      'the answer is not well-formed XML: a blank before the declaration, a bare &, a tag left open',
    remedy: 'let a TwiML library write it; try `npm run doctor -- --twiml` on it',
  },
  12101: {
    name: 'Invalid version',
    level: 'error',
    cause: 'the document declares a version that does not exist',
    remedy: 'write <?xml version="1.0" encoding="UTF-8"?>',
  },
  12102: {
    name: 'Root is not <Response>',
    level: 'error',
    cause: 'the outermost element has another name; a web page ends here too',
    remedy: 'put everything into one <Response>',
  },
  12200: {
    name: 'Schema warning',
    level: 'warning',
    cause:
      'a verb, attribute, value or nesting that TwiML does not have; upper and lower case count',
    remedy: 'correct the named place; Twilio ignored it and went on',
  },
  12300: {
    name: 'Invalid content type',
    level: 'error',
    cause: 'the answer is not called XML',
    remedy: 'send Content-Type: text/xml',
  },
  12400: {
    name: 'Internal failure',
    level: 'error',
    cause: 'something failed on Twilio’s side',
    remedy: 'see status.twilio.com; the voice fallback URL takes such calls',
  },
};
