// Keeps what the compilation of scripts gave. Lists ask for the same scripts again and again, and several may ask at once: each
// script is compiled once for all of them.

import { forgetOldest } from "../../platform/forget-oldest.js";
import { scriptKey } from "./script-key.js";
import type { Checked } from "./script-lane.js";

const MOST_KEPT = 5_000;
/** A script that was stopped is tried anew after this time: on a busy machine that can be chance. */
const STOPPED_KEPT_MS = 10 * 60_000;

export class KeptChecks {
  readonly #kept = new Map<string, { checked: Checked; until: number }>();
  readonly #underWay = new Map<string, Promise<Checked>>();

  /**
   * @param check compiles a script
   * @param now milliseconds of the process's own clock
   */
  constructor(
    private readonly check: (script: string) => Promise<Checked>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** An answer that was kept took no time. @throws what `check` throws */
  async of(script: string): Promise<Checked> {
    const key = scriptKey(script);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > this.now()) return { ...kept.checked, ms: 0 };
    return await (this.#underWay.get(key) ?? this.anew(script));
  }

  /** Compiles a script whose answer may be kept already. @throws what `check` throws */
  async anew(script: string): Promise<Checked> {
    const key = scriptKey(script);
    const asked = this.check(script);
    this.#underWay.set(key, asked);
    try {
      const checked = await asked;
      if (checked.isTried) this.#keep(key, checked);
      return checked;
    } finally {
      if (this.#underWay.get(key) === asked) this.#underWay.delete(key);
    }
  }

  #keep(key: string, checked: Checked): void {
    const until = checked.isStopped ? this.now() + STOPPED_KEPT_MS : Number.POSITIVE_INFINITY;
    this.#kept.delete(key);
    this.#kept.set(key, { checked, until });
    forgetOldest(this.#kept, MOST_KEPT);
  }
}
