// Ends a long answer once the caller loses the right to it: a token may be revoked, a role taken away, a session ended.

/**
 * Gives the items one by one, and checks before each whether the caller may still have it.
 * @param demand throws once the caller may not; then the items end with that error
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
