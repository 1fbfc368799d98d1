// Decides where webhooks may lead. Every user with the scope write_alerts chooses URLs. So unless the operator allows more, the
// server connects only to public addresses: never to its own machine, its network or a cloud's metadata. It resolves a name
// once, and connects to the addresses that it has judged.

import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { type AddressRange, AddressRanges, readRange } from "../../platform/address-ranges.js";
import { FlowgError } from "../../platform/errors.js";
import { forgetOldest } from "../../platform/forget-oldest.js";

/** Addresses that aren't on the public internet: the special-purpose registries of IANA (RFC 6890), and multicast. */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
  // addresses of IPv4 in IPv6 are judged as IPv4, see `addressIn`
  "2001::/23",
  "2001:db8::/32",
  "3fff::/20",
  // all that isn't in 2000::/3 isn't public. Not ::/3 at once: that has ::ffff:0:0/96, which a BlockList takes for all of IPv4
  "::/96",
  "::ffff:0:0:0/96",
  "64:ff9b:1::/48",
  "100::/8",
  "200::/7",
  "400::/6",
  "800::/5",
  "1000::/4",
  "4000::/2",
  "8000::/1",
];

/** The most look-ups at once. Each takes one of libuv's four threads, which files and passwords need, too. */
const LOOKUPS_AT_ONCE = 2;
const LOOKUP_KEPT_MS = 5_000;
const MOST_KEPT = 1_000;

const LOOPBACK = ["127.0.0.1", "::1"];

const notPublic = new AddressRanges();
for (const text of NOT_PUBLIC) notPublic.add(readRange(text) as AddressRange);

interface Lookup {
  addresses: Promise<LookupAddress[]>;
  until: number;
}

export class AllowedHosts {
  readonly #names = new Set<string>();
  readonly #ranges = new AddressRanges();
  readonly #lookups = new Map<string, Lookup>();
  readonly #waiting: (() => void)[] = [];
  #looking = 0;

  /**
   * @param allowed hosts, addresses and ranges besides the public ones: `hooks.internal`, `10.0.0.0/8`, `::1`
   * @throws INPUT_INVALID
   */
  constructor(allowed: readonly string[] = []) {
    for (const each of allowed) this.#allow(each);
  }

  /**
   * Judges a URL without looking up a name.
   * @throws REFUSED
   */
  demandPlausible(url: URL): void {
    const host = hostOf(url);
    if (isIP(host) !== 0 && !this.#isAllowed(host, host)) throw refused();
  }

  /**
   * The host of a URL that is refused as it is written: an address, or this machine's own name. An address of IPv4 that an IPv6
   * address stands for is given itself, since that is what can be allowed.
   */
  refusedHost(url: URL): string | undefined {
    const host = hostOf(url);
    const addresses = host === "localhost" ? LOOPBACK : isIP(host) === 0 ? [] : [host];
    const isRefused = addresses.length > 0 && !addresses.some((one) => this.#isAllowed(host, one));
    return isRefused ? (addressIn(host) ?? host) : undefined;
  }

  /** Gives a connection only addresses that are allowed. Where all are refused, the error is a FlowgError. */
  readonly lookup: LookupFunction = (hostname, { all, family }, callback) => {
    this.#addressesOf(plainHost(hostname)).then(
      (found) => {
        const fit = found.filter((one) => !family || one.family === family);
        const allowed = fit.filter(({ address }) => this.#isAllowed(plainHost(hostname), address));
        const [first] = allowed;
        if (first === undefined) callback(refused() as NodeJS.ErrnoException, "");
        else if (all) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ""),
    );
  };

  #allow(text: string): void {
    const { name, range } = hostOrRange(text) ?? {};
    if (name !== undefined) this.#names.add(name);
    else if (range) this.#ranges.add(range);
    else {
      throw new FlowgError(
        "INPUT_INVALID",
        `--alert-allow: ${JSON.stringify(text)} is neither a host nor a range`,
        { hint: "write hosts, addresses or ranges with commas between: hooks.internal,10.0.0.0/8" },
      );
    }
  }

  #isAllowed(host: string, found: string): boolean {
    if (this.#names.has(host)) return true;
    const address = addressIn(found);
    return address !== undefined && (this.#ranges.has(address) || !notPublic.has(address));
  }

  async #addressesOf(host: string): Promise<LookupAddress[]> {
    const now = performance.now();
    const known = this.#lookups.get(host);
    if (known && known.until > now) return await known.addresses;
    const asked: Lookup = { addresses: this.#look(host), until: Number.POSITIVE_INFINITY };
    this.#lookups.delete(host);
    this.#lookups.set(host, asked);
    forgetOldest(this.#lookups, MOST_KEPT);
    try {
      return await asked.addresses;
    } finally {
      asked.until = performance.now() + LOOKUP_KEPT_MS;
    }
  }

  async #look(host: string): Promise<LookupAddress[]> {
    if (this.#looking >= LOOKUPS_AT_ONCE)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#looking++;
    try {
      return await lookup(host, { all: true });
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#looking--;
    }
  }
}

const refused = () =>
  new FlowgError("REFUSED", "it leads to an address that is not public", {
    hint: "if this server may call it, start it with --alert-allow and that host",
  });

interface HostOrRange {
  name?: string;
  range?: AddressRange;
}

/** A host or a range of addresses; undefined for a text that is neither. */
function hostOrRange(text: string): HostOrRange | undefined {
  const range = readRange(text.replace(/^\[([^\]]*)\]/, "$1"));
  if (range) return { range };
  if (!/^[^\s/:@?#\\[\]]+$/.test(text) || !URL.canParse(`http://${text}`)) return undefined;
  // the URL parser takes 10.1 for an address, and writes names as DNS has them
  const name = plainHost(new URL(`http://${text}`).hostname);
  return isIP(name) === 0 ? { name } : undefined;
}

export const isHostOrRange = (text: string): boolean => hostOrRange(text) !== undefined;

const hostOf = ({ hostname }: URL): string => plainHost(hostname);

const plainHost = (host: string): string =>
  host
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();

/** The IPv4 address that an IPv6 address stands for (RFC 4291 section 2.5.5, RFC 6052, RFC 3056); else the address itself. */
function addressIn(address: string): string | undefined {
  const family = isIP(address);
  if (family === 4) return address;
  if (family === 0 || address.includes("%")) return undefined;
  const groups = groupsOf(address);
  const [first, second] = groups;
  const dotted = (high = 0, low = 0) =>
    [high >> 8, high & 255, low >> 8, low & 255].map(String).join(".");
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const isTranslated =
    first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  if (isMapped || isTranslated) return dotted(groups[6], groups[7]);
  if (first === 0x2002) return dotted(second, groups[2]);
  return address;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // the URL parser writes a dotted end in hexadecimal
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = plain.split("::");
  const numbers = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return numbers(head);
  const [before, after] = [numbers(head), numbers(tail)];
  return [...before, ...new Array(8 - before.length - after.length).fill(0), ...after];
}
