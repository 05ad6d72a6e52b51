/** A request as the stand-in read it. */
export interface ApiRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
  /** Of a form or of a multipart body; repeated names keep their order. */
  readonly parameters: URLSearchParams;
  /** The whole body, a character a byte, for a test to search. */
  readonly body: string;
}

/** What a request is answered with. */
export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Twilio's answer where there is nothing. */
export function notFound(): ApiAnswer {
  return {
    status: 404,
    body: { code: 20404, message: 'The requested resource was not found', status: 404 },
  };
}

/** Reads the parameters of a body by its content type; a file of a multipart body is its text. */
export function readParameters(body: Buffer, contentType: string): URLSearchParams {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return new URLSearchParams(body.toString());
  const parameters = new URLSearchParams();
  for (const part of body.toString('latin1').split(`--${boundary}`)) {
    const cut = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(part.slice(0, Math.max(cut, 0)))?.[1];
    if (name !== undefined) parameters.append(name, part.slice(cut + 4).replace(/\r\n$/, ''));
  }
  return parameters;
}
