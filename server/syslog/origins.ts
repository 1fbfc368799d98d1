// Checks whether an address may send. In FlowG's way, all may unless some are named.

import { AddressRanges, readRange } from "../platform/address-ranges.js";
import { FlowgError } from "../platform/errors.js";

/**
 * Makes the check of an address.
 * @throws INPUT_INVALID
 */
export function allowedOrigins(origins: readonly string[]): (address: string) => boolean {
  if (origins.length === 0) return () => true;
  const allowed = new AddressRanges();
  for (const origin of origins) {
    const range = readRange(origin);
    if (!range) {
      throw new FlowgError(
        "INPUT_INVALID",
        `--syslog-allow-origin: ${JSON.stringify(origin)} isn't an address or a range`,
        { hint: "write addresses or ranges with commas between: 10.0.0.0/8,::1" },
      );
    }
    allowed.add(range);
  }
  return (address) => allowed.has(address);
}
