// A log store whose database is held, as a restore holds it.

import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import type { Environment } from "../../../server/engine/lmdb/environment.js";
import {
  type LogStore,
  type LogStoreOptions,
  openLogStore,
} from "../../../server/stores/logs/store.js";
import { eventually } from "../../eventually.js";
import { collect } from "./collect.js";

export const FILE = "deferred-entries";
export const isWaiting = async ({ dir }: Environment) => (await readdir(dir)).includes(FILE);
export const numbers = async (store: LogStore, stream = "s") =>
  (await collect(store, stream)).map(({ fields }) => Number(fields.n)).sort((a, b) => a - b);

/** A stand-in for a restore: the database is held until `end` is called. */
export function hold(db: Environment): { end: () => Promise<void> } {
  let finish = () => {};
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const held = db.exclude(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
        begun();
      }),
  );
  return {
    end: async () => {
      // it begins once the writes before are done
      await isBegun;
      finish();
      await held;
    },
  };
}

export const until = (isSo: () => boolean | Promise<boolean>) =>
  eventually(async () => expect(await isSo()).toBe(true));
export const untilStored = (db: Environment) => until(async () => !(await isWaiting(db)));

export async function openStore(db: Environment, options: LogStoreOptions = {}) {
  const errors: string[] = [];
  const stored: number[] = [];
  const store = openLogStore(db, {
    onError: (error) => errors.push(String(error)),
    onDeferredStored: (entries) => stored.push(entries),
    ...options,
  });
  await store.start();
  return { store, errors, stored, [Symbol.asyncDispose]: () => store.close() };
}

export const log = (n: number, stream = "s") => ({
  stream,
  fields: { n: String(n), even: `${n % 2 === 0}` },
});
