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
    const first = this.#chunks[0];
    if (first && first.byteLength >= length) return first.subarray(0, length);
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]?.subarray(0, length) ?? Buffer.alloc(0);
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
