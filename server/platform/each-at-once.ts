// Work on many items, a few at once.

/**
 * Does the work on each item, begun in their order. After a failure no other item is begun. The failure is thrown once those
 * under way have ended, because the caller then lets go of what they use.
 * @throws what `work` throws first
 */
export async function eachAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const failed: unknown[] = [];
  const inTurn = async () => {
    while (failed.length === 0) {
      const next = left.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (error) {
        failed.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, inTurn));
  if (failed.length > 0) throw failed[0];
}
