// Slows down the guessing of passwords. It bounds failures in a window of time, for each address and user, and for each
// address. Attempts for the same user from the same address are checked one after another, and each counts as a failure until
// it has succeeded, so that a burst can't outrun the count. A check takes a core for some fifty milliseconds, and a thread that
// writes need, too. So only a few run at once.

import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { FlowgError } from "../platform/errors.js";
import { FewAtOnce } from "../stores/auth/few-at-once.js";

const WINDOW_SECONDS = 5 * 60;
export const FAILURES_PER_USER = 10;
export const FAILURES_PER_ADDRESS = 100;
/** How many attempts for one user from one address may wait. */
const QUEUE_MAX = 50;
/** How many passwords are checked at once, and how many may wait. */
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING_MAX = 200;

export class LoginGuard {
  readonly #pairs = new RateLimiterMemory({ points: FAILURES_PER_USER, duration: WINDOW_SECONDS });
  readonly #addresses = new RateLimiterMemory({
    points: FAILURES_PER_ADDRESS,
    duration: WINDOW_SECONDS,
  });
  readonly #turns = new Map<string, { waiting: number; last: Promise<unknown> }>();
  /** How many attempts are being checked, by address. */
  readonly #open = new Map<string, number>();
  readonly #checks = new FewAtOnce({ places: CHECKS_AT_ONCE, waiting: CHECKS_WAITING_MAX }, () =>
    tooMany(1),
  );

  /**
   * Runs `check` unless there were too many failures, and counts one if it says false.
   * @throws RATE_LIMITED
   */
  async attempt(address: string, user: string, check: () => Promise<boolean>): Promise<boolean> {
    const network = networkOf(address);
    // a digest, since a name can be long and hold any text
    const pair = createHash("sha256")
      .update(JSON.stringify([network, user]))
      .digest("base64");
    return this.#inTurn(pair, async () => {
      const open = (this.#open.get(network) ?? 0) + 1;
      this.#open.set(network, open);
      try {
        await this.#refuseExhausted(pair, { network, open });
        const succeeded = await this.#checks.run(check);
        if (succeeded) {
          await this.#pairs.delete(pair);
        } else {
          await this.#pairs.penalty(pair);
          await this.#addresses.penalty(network);
        }
        return succeeded;
      } finally {
        const left = (this.#open.get(network) ?? 1) - 1;
        if (left > 0) this.#open.set(network, left);
        else this.#open.delete(network);
      }
    });
  }

  /** @param address open: how many attempts of the address are being checked, with this one */
  async #refuseExhausted(
    pair: string,
    { network, open }: { network: string; open: number },
  ): Promise<void> {
    const [byPair, byAddress] = await Promise.all([
      this.#pairs.get(pair),
      this.#addresses.get(network),
    ]);
    let wait = 0;
    if (byPair && byPair.consumedPoints >= FAILURES_PER_USER) wait = byPair.msBeforeNext;
    const failures = byAddress?.consumedPoints ?? 0;
    if (byAddress && failures >= FAILURES_PER_ADDRESS)
      wait = Math.max(wait, byAddress.msBeforeNext);
    if (wait > 0) throw tooMany(Math.ceil(wait / 1000));
    // the open attempts will end soon
    if (failures + open > FAILURES_PER_ADDRESS) throw tooMany(1);
  }

  async #inTurn<T>(key: string, action: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(key) ?? { waiting: 0, last: Promise.resolve() };
    if (turn.waiting >= QUEUE_MAX) throw tooMany(1);
    this.#turns.set(key, turn);
    turn.waiting += 1;
    const mine = turn.last.then(action);
    turn.last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      turn.waiting -= 1;
      if (turn.waiting === 0) this.#turns.delete(key);
    }
  }
}

function tooMany(seconds: number): FlowgError {
  return new FlowgError("RATE_LIMITED", "too many failed attempts", {
    hint: `try again in ${seconds} seconds`,
    details: { retryAfterSeconds: seconds },
  });
}

/**
 * The network of one household or machine: an IPv4 address, or the first 64 bits of an IPv6 address, since a client can choose
 * the rest.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped) return mapped;
  const [head = "", tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
