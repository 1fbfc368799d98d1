// A generator of bytes as a web stream: nothing is read before somebody asks, and leaving it ends the generator.

export function webStream(
  bytes: AsyncGenerator<Uint8Array, unknown, undefined>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await bytes.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
