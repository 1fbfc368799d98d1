// Collects the warnings of a configuration, up to a limit.

const MAX_WARNINGS = 20;

/** Keeps 20 warnings at most, and counts the others in one more. */
export class ConfigWarnings {
  readonly #list: string[] = [];
  #count = 0;

  add(warning: string | undefined): void {
    if (warning === undefined) return;
    this.#count++;
    if (this.#list.length < MAX_WARNINGS) this.#list.push(warning);
  }

  /** @param last a sentence that counts as none of them */
  list(last?: string): string[] {
    const more = this.#count - this.#list.length;
    const rest =
      more === 0 ? [] : [`And ${more} more transformers, pipelines or alerts do not work here.`];
    return [...this.#list, ...rest, ...(last === undefined ? [] : [last])];
  }
}
