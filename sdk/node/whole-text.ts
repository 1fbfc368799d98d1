// A body that is small, unless the server is a wrong one.

import { unexpected } from "../error-answer.js";

/**
 * All of it as text.
 * @throws what says that the answer is not FlowG's, if it is longer than `maxBytes`
 */
export async function wholeText(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > maxBytes) throw unexpected("far too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
