// Shows a client's own calls: for a log, for debugging, for facts that the methods don't give.

/**
 * An answer as it came. It holds nothing that was sent, so not the caller's token either.
 * @example
 * const onResponse = ({ method, url, status, milliseconds }: SeenResponse) =>
 *   console.error(`${method} ${url} ${status} ${milliseconds} ms`);
 */
export interface SeenResponse {
  /** For example `GET`. */
  method: string;
  /** The whole URL. */
  url: string;
  /** The HTTP status. */
  status: number;
  /** Headers by name in lower case. Among them is `x-request-id`, which names the call in the server's log. */
  headers: Readonly<Record<string, string>>;
  /** The body's text, which can hold a new token; undefined for a backup, whose bytes go to the caller. */
  body: string | undefined;
  /** From the call to this moment, each try by itself. */
  milliseconds: number;
}

/** Measures one call. */
export function watchCall(
  onResponse: ((seen: SeenResponse) => void) | undefined,
  { method, url }: { method: string; url: string },
): (status: number, headers: Record<string, string>, body?: string) => void {
  const start = performance.now();
  return (status, headers, body) => {
    const milliseconds = Math.round(performance.now() - start);
    onResponse?.({ method, url, status, headers, body, milliseconds });
  };
}
