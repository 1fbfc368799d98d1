// Bounds how many backups and restores run at once, in all and for one user. A slow download keeps its place for hours, so one
// user must not get all places.

import { FlowgError } from "../platform/errors.js";

/** The Retry-After of the answer when all places are taken. */
const RETRY_AFTER_SECONDS = 10;

export class TransferPlaces {
  #taken = 0;
  readonly #byUser = new Map<string, number>();

  constructor(
    private readonly max: number,
    private readonly maxOfUser: number,
  ) {}

  /**
   * Takes a place.
   * @returns a function that gives it back; calling it again does nothing
   * @throws BUSY
   */
  take(user: string): () => void {
    const own = this.#byUser.get(user) ?? 0;
    if (this.#taken >= this.max) {
      throw busy(`${this.#taken} backups and restores are under way`, "--max-transfers");
    }
    if (own >= this.maxOfUser) {
      throw busy(`${own} of your backups and restores are under way`, "--max-transfers-per-user");
    }
    this.#taken++;
    this.#byUser.set(user, own + 1);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.#taken--;
      const left = (this.#byUser.get(user) ?? 0) - 1;
      if (left > 0) this.#byUser.set(user, left);
      else this.#byUser.delete(user);
    };
  }
}

function busy(what: string, flag: string): FlowgError {
  return new FlowgError("BUSY", `${what}, as many as allowed`, {
    hint: `try again later, or start the server with a higher ${flag}`,
    details: { retryAfterSeconds: RETRY_AFTER_SECONDS },
  });
}
