// The text of server-sent events (WHATWG HTML, section "Server-sent events").

export const EVENTS_TYPE = "text/event-stream";

/** A comment now and then keeps proxies from closing the connection, which they do after a silent minute, and shows a broken one. */
export const HEARTBEAT = ": still here\n\n";
export const HEARTBEAT_MS = 15_000;

/** JSON holds no line break, so the data is one line. */
export const eventText = (event: string, data: unknown, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** An event whose JSON is written already, in parts. */
export const eventParts = (event: string, json: Uint8Array, id: string): Uint8Array[] => [
  Buffer.from(`id: ${id}\nevent: ${event}\ndata: `),
  json,
  END,
];

const END = Buffer.from("\n\n");
