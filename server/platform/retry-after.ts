// Reads the header Retry-After in other servers' answers.

/**
 * Gives the milliseconds to wait. The header holds seconds or a date (RFC 9110 section 10.2.3); some servers send fractions of
 * a second.
 * @returns undefined without the header, or where it can't be understood
 */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const isSeconds = /^\d{1,9}(?:\.\d{1,9})?$/.test(header);
  const ms = isSeconds ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
