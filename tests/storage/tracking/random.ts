// Choices that a seed decides, so that a run that fails can be run again.

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 1 to `most`. */
  upTo(most: number): number {
    // Park and Miller's "minimal standard", of 1988
    this.#state = (Math.imul(48_271, this.#state % 0x7fff_ffff || 1) >>> 0) % 0x7fff_ffff;
    return 1 + Math.floor((this.#state / 0x7fff_ffff) * most);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.upTo(choices.length) - 1] as T;
  }

  weighed<T extends string>(weights: Record<T, number>): T {
    const names = Object.keys(weights) as T[];
    const total = names.reduce((sum, name) => sum + weights[name], 0);
    let left = (this.upTo(1e6) / 1e6) * total;
    for (const name of names) {
      left -= weights[name];
      if (left <= 0) return name;
    }
    return names[0] as T;
  }
}
