// An answer that goes on for hours must not outlive the right to it: a token may be revoked, a role taken away, a session ended.

/**
 * Gives the items one by one, and looks before each whether the caller still may have it.
 * @param demand throws once they may not: the items end with that, and the one that was waiting isn't given
 */
export async function* whilePermitted<T>(
  items: AsyncIterable<T>,
  demand: () => Promise<unknown>,
): AsyncGenerator<T> {
  for await (const item of items) {
    await demand();
    yield item;
  }
}
