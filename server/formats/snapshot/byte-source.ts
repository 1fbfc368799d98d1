// Takes exact numbers of bytes from a stream of chunks, and knows the offset.

export class ByteSource {
  /** The number of bytes taken so far, and so the place of the next one in the file. */
  offset = 0;
  #chunks: Buffer[] = [];
  #held = 0;
  readonly #iterator: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes; at the end of the stream, whatever is left (then fewer). */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    this.#drop(bytes.byteLength);
    return bytes;
  }

  /** The same, without taking them. */
  async peek(length: number): Promise<Buffer> {
    while (this.#held < length) {
      const next = await this.#iterator.next();
      if (next.done) break;
      const { buffer, byteOffset, byteLength } = next.value;
      if (byteLength === 0) continue;
      this.#chunks.push(Buffer.from(buffer, byteOffset, byteLength));
      this.#held += byteLength;
    }
    return this.#joined(length);
  }

  /** The first bytes in one piece. Only they are copied, not the chunks that they begin and end in: those are far longer. */
  #joined(length: number): Buffer {
    const first = this.#chunks[0];
    if (first === undefined) return Buffer.alloc(0);
    if (first.byteLength >= length) return first.subarray(0, length);
    if (this.#chunks.length === 1) return first;
    const joined = Buffer.allocUnsafeSlow(Math.min(length, this.#held));
    let filled = 0;
    while (filled < joined.byteLength) {
      const chunk = this.#chunks[0] as Buffer;
      const copied = chunk.copy(joined, filled);
      filled += copied;
      if (copied < chunk.byteLength) this.#chunks[0] = chunk.subarray(copied);
      else this.#chunks.shift();
    }
    this.#chunks.unshift(joined);
    return joined;
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  #drop(length: number): void {
    this.offset += length;
    this.#held -= length;
    let rest = length;
    while (rest > 0) {
      const first = this.#chunks[0] as Buffer;
      if (first.byteLength > rest) {
        this.#chunks[0] = first.subarray(rest);
        return;
      }
      rest -= first.byteLength;
      this.#chunks.shift();
    }
  }
}
