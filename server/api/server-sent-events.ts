// The text of server-sent events (WHATWG HTML, section "Server-sent events").

export const EVENTS_TYPE = "text/event-stream";

/** A comment that is sent now and then. It keeps proxies from closing a silent connection, and shows a broken one. */
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
