// A restore, a verification or an inspection reads a source: bytes that can be read any number of times, wherever they are.

export interface Source {
  /** Its name in reports and messages: a file's path, `the upload`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Set if it is known to be a snapshot of ours, so that its first bytes need no look. */
  readonly isSnapshot?: true | undefined;
  /**
   * Its bytes from the first on. Each call reads them anew; a chunk belongs to its reader.
   * @throws FILE_UNAVAILABLE
   */
  open(): AsyncIterable<Uint8Array>;
}

/** The first bytes of a source: this many, or all there are. */
export async function firstBytes(source: Source, count: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let have = 0;
  for await (const chunk of source.open()) {
    chunks.push(chunk);
    have += chunk.byteLength;
    if (have >= count) break;
  }
  return Buffer.concat(chunks).subarray(0, count);
}
