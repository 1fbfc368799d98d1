// Answers that hold until the next commit, by whatever process: what a token opens, say. An engine asks with
// the state that it stands at; whatever was kept of another state is dropped at once.

/** Of one database; more than these are not in use at a time. */
const MOST = 10_000;

export class KeptAnswers {
  readonly #answers = new Map<string, unknown>();
  /** The file, and the number of its last commit. */
  #file: object | undefined;
  #version = Number.NaN;

  /** @returns undefined if none is kept of this state */
  find(name: string, file: object, version: number): unknown {
    if (this.#version !== version || this.#file !== file) {
      this.#answers.clear();
      this.#file = file;
      this.#version = version;
    }
    return this.#answers.get(name);
  }

  /** To be called with the state of the `find` before it, once it is certain that the answer is of that state. */
  keep(name: string, answer: unknown): void {
    if (this.#answers.size >= MOST) this.#answers.clear();
    this.#answers.set(name, answer);
  }
}
