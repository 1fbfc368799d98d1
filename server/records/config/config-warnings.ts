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

  list(): string[] {
    const more = this.#count - this.#list.length;
    if (more === 0) return [...this.#list];
    return [...this.#list, `And ${more} more transformers, pipelines or alerts do not work here.`];
  }
}
