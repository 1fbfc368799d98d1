// Ranges of IP addresses, as flags and variables name them: `10.0.0.0/8`, `::1`.

import { BlockList, isIP } from "node:net";

export interface AddressRange {
  address: string;
  family: "ipv4" | "ipv6";
  /** The number of bits that all addresses of the range share; 0 for a range of all. */
  prefix: number;
}

/** Reads an address or a range; undefined for a text that is neither. */
export function readRange(text: string): AddressRange | undefined {
  const [, address = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (family === 0 || address.includes("%") || prefix > bits) return undefined;
  return { address, family: familyOf(address), prefix };
}

export class AddressRanges {
  readonly #list = new BlockList();

  add({ address, family, prefix }: AddressRange): void {
    this.#list.addSubnet(address, prefix, family);
  }

  /** Whether an address is in one of the ranges. Gives false for a text that isn't an address. */
  has(address: string): boolean {
    return isIP(address) !== 0 && this.#list.check(address, familyOf(address));
  }
}

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");
