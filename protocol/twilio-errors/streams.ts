import type { TwilioErrorTable } from './entry';

/** Media Streams. */
export const STREAM_ERRORS: TwilioErrorTable = {
  31900: {
    name: 'Stream: unknown error',
    level: 'error',
    cause: 'Twilio itself does not say what happened',
    remedy: 'try again, and ask Twilio’s support with the CallSid',
  },
  31901: {
    name: 'Stream: connection timed out',
    level: 'error',
    cause: 'nobody answered at the stream address: wrong host, tunnel down, firewall on 443',
    remedy: 'open wss://HOST/ws-test from another network; check that port 443 is open',
  },
  31902: {
    name: 'Stream: connection refused',
    level: 'error',
    cause: 'the host is there, and nothing listens on that port',
    remedy: 'start the bridge or the proxy in front of it, or correct the port',
  },
  31903: {
    name: 'Stream: connection broken',
    level: 'error',
    cause: 'the TCP connection went away in mid-stream: a restart, a proxy, a load balancer',
    remedy:
      'raise the idle time-outs of everything in between; look for a crash in the bridge’s log',
  },
  31904: {
    name: 'Stream: host unreachable',
    level: 'error',
    cause: 'the host name does not resolve, or leads to a private address',
    remedy: 'use a public name with a DNS record',
  },
  31910: {
    name: 'Stream: TLS error',
    level: 'error',
    cause: 'the port does not speak TLS, or the certificate is not one that browsers trust',
    remedy:
      'serve wss on 443 with a valid certificate and its full chain; a raw TCP tunnel will not do',
  },
  31920: {
    name: 'Stream: handshake error',
    level: 'error',
    cause:
      'the server answered the upgrade with something other than 101: wrong path, a proxy that does not pass upgrades, or a server that misses the query string that Twilio dropped',
    remedy:
      'look for the refused upgrade in the bridge’s log; StreamError has the status; pass values by <Parameter> or in the path',
  },
  31921: {
    name: 'Stream: closed by the server',
    level: 'error',
    cause: 'the server closed the socket; that may have been meant',
    remedy: 'nothing, if the bridge ended the stream on purpose; else see its log for the reason',
  },
  31922: {
    name: 'Stream: scheme not supported',
    level: 'error',
    cause: 'the stream address does not begin with wss://',
    remedy: 'write wss://, and put TLS in front of the server',
  },
  31923: {
    name: 'Stream: malformed address',
    level: 'error',
    cause: 'the stream address cannot be read',
    remedy: 'write wss://host/path; look for a variable that was not filled in',
  },
  31924: {
    name: 'Stream: protocol error',
    level: 'error',
    cause:
      'a frame broke the WebSocket rules, as a fragmented control frame does, or something was sent on a one-way stream',
    remedy: 'use a well-kept WebSocket library; send only on <Connect><Stream>',
  },
  31930: {
    name: 'Stream: media buffer overflow',
    level: 'warning',
    cause: 'the server reads more slowly than the call speaks, and Twilio drops audio',
    remedy: 'do not block the event loop; look at the load of the bridge',
  },
  31931: {
    name: 'Stream: media discarded',
    level: 'warning',
    cause: 'over ten minutes of audio waited to be played; the rest was dropped',
    remedy: 'send less ahead; clear what is no longer wanted',
  },
  31940: {
    name: 'Stream: invalid connector name',
    level: 'error',
    cause: 'connectorName names no connector of the account',
    remedy: 'use the connector’s unique name, or leave the attribute out',
  },
  31941: {
    name: 'Stream: invalid track',
    level: 'error',
    cause:
      '<Connect> allows only inbound_track; <Start> one of inbound_track, outbound_track, both_tracks; a list is never allowed',
    remedy: 'leave track out of a <Stream> in <Connect>',
  },
  31942: {
    name: 'Stream: invalid connector configuration',
    level: 'error',
    cause: 'the connector of a virtual agent is not set up right',
    remedy: 'correct it in the Twilio console',
  },
  31943: {
    name: 'Stream: undocumented code',
    level: 'error',
    cause: 'Twilio’s pages do not say what this code means; treat it as an unknown stream error',
    remedy: 'ask Twilio’s support with the CallSid',
  },
  31950: {
    name: 'Stream: malformed message',
    level: 'warning',
    cause: 'the server sent a binary frame; Twilio says so once a stream',
    remedy: 'send text frames of JSON',
  },
  31951: {
    name: 'Stream: invalid message',
    level: 'warning',
    cause:
      'a message was not JSON, had another event than media, mark or clear, lacked or added a field, or named another stream; Twilio says so once a stream',
    remedy: 'spell it streamSid, and send nothing but media, mark and clear',
  },
  31952: {
    name: 'Stream: extension not found',
    level: 'error',
    cause: 'the named stream extension is not installed in the account',
    remedy: 'install the add-on, or do not name it',
  },
  31954: {
    name: 'Stream: extension status not supported',
    level: 'error',
    cause: 'the stream extension is in a state in which it cannot be used',
    remedy: 'look at the add-on in the Twilio console',
  },
  31960: {
    name: 'Stream: quota exceeded',
    level: 'error',
    cause: 'the quota of a Dialogflow connector is used up',
    remedy: 'raise the quota with its provider',
  },
};
