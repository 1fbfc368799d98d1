// Reads the fields of a log from words: level=info message=hello.

import { CliError } from "../failure.js";

/** @throws USAGE */
export function fieldsOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf("=");
      if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
      throw new CliError(
        "USAGE",
        `${JSON.stringify(word)} isn't a field`,
        "write for example level=info",
      );
    }),
  );
}
