// Items for `--select`, made of what databases hold.

import fc from "fast-check";
import type { Selected } from "../../../server/records/selection.js";
import type { AllContents } from "./contents.js";

/** The segments of a key. */
export const parts = (hex: string): string[] => Buffer.from(hex, "hex").toString().split("\x1b");

/** Items that the backup has, made of its own keys; numbers choose among them. */
export function itemsOf(contents: AllContents, choices: readonly number[]): Selected[] {
  const keys = Object.values(contents).flatMap((one) => [...one.keys()]);
  if (keys.length === 0) return [];
  return choices.map((choice): Selected => {
    const [kind = "", name = "", third] = parts(keys[choice % keys.length] as string);
    if (kind === "token") return { kind: "user", name };
    if (kind === "field" || (kind === "entry" && choice % 3 === 0)) return { kind: "stream", name };
    if (kind !== "entry") return { kind: kind as Selected["kind"], name };
    const ms = Number(third);
    const fromMs = choice % 5 === 0 ? undefined : Math.max(0, ms - (choice % 1_000_000_000_000));
    return { kind: "stream", name, fromMs, toMs: ms + 1 + (choice % 7) * 100_000_000_000 };
  });
}

export const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
