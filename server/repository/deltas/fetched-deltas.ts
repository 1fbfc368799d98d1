// Reads deltas, some of them ahead. A delta that can't be read comes as its error: what is read after it may still count.

import type { FlowgError } from "../../platform/errors.js";
import type { Readable } from "../manifest-objects.js";
import { isOfOne } from "../snapshots.js";
import type { Delta } from "./delta.js";
import { readDelta } from "./delta-objects.js";
import type { StoredDelta } from "./delta-path.js";

const AHEAD = 6;

interface Fetched {
  stored: StoredDelta;
  delta?: Delta | undefined;
  error?: FlowgError;
}

/** Gives the deltas in their order, and fetches some of them ahead. */
export async function* fetchedDeltas(
  repository: Readable,
  deltas: readonly StoredDelta[],
): AsyncGenerator<Fetched> {
  const fetch = async (stored: StoredDelta): Promise<Fetched> => {
    try {
      return { stored, delta: await readDelta(repository, stored.path) };
    } catch (error) {
      if (!isOfOneDelta(error)) throw error;
      return { stored, error };
    }
  };
  const ahead: Promise<Fetched>[] = [];
  let next = 0;
  try {
    while (next < deltas.length || ahead.length > 0) {
      while (ahead.length < AHEAD && next < deltas.length) {
        const one = fetch(deltas[next++] as StoredDelta);
        one.catch(() => {});
        ahead.push(one);
      }
      yield await (ahead.shift() as Promise<Fetched>);
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}

/** Whether it is one delta's fault. What else there is, every delta would meet. */
export const isOfOneDelta = (error: unknown): error is FlowgError =>
  isOfOne(error) && error.code !== "IDENTITY_REQUIRED";
