// Tells a frame that zstd can't decompress from a process that can't do the work.

/**
 * What zstd says is wrong with a frame. It throws a plain Error for that.
 * @returns undefined for any other error, such as one for want of memory: the frame may be sound
 */
export function frameDamage(error: unknown): string | undefined {
  const isPlain = error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;
  return isPlain && !/memory|allocat/i.test(error.message) ? error.message : undefined;
}
