// The header Retry-After of answers of other servers.

/**
 * The milliseconds that a header Retry-After asks for: it holds seconds, or a date (RFC 9110 section 10.2.3). Some servers send
 * fractions of a second.
 * @returns undefined where it asks for nothing that can be understood
 */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const isSeconds = /^\d{1,9}(?:\.\d{1,9})?$/.test(header);
  const ms = isSeconds ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
