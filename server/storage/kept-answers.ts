// Keeps answers that hold until the next commit of any process, such as what a token opens. An engine asks with its present
// state. Answers for another state are dropped at once.

/** The most answers that are kept for one database. Fewer are in use at a time. */
const MOST = 10_000;

export class KeptAnswers {
  readonly #answers = new Map<string, unknown>();
  /** The file whose answers are kept, beside the number of its last commit. */
  #file: object | undefined;
  #version = Number.NaN;

  /**
   * Finds a kept answer.
   * @returns undefined where none is kept of this state
   */
  find(name: string, file: object, version: number): unknown {
    if (this.#version !== version || this.#file !== file) {
      this.#answers.clear();
      this.#file = file;
      this.#version = version;
    }
    return this.#answers.get(name);
  }

  /**
   * Keeps an answer for the state of the last `find`. Call it once it is certain that the answer is of that state.
   */
  keep(name: string, answer: unknown): void {
    if (this.#answers.size >= MOST) this.#answers.clear();
    this.#answers.set(name, answer);
  }
}
