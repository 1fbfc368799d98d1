// The text of server-sent events (WHATWG HTML, section "Server-sent events").

export const EVENTS_TYPE = "text/event-stream";

/** A comment now and then keeps proxies from closing the connection, which they do after a silent minute, and shows a broken one. */
export const HEARTBEAT = ": still here\n\n";
export const HEARTBEAT_MS = 15_000;

/** JSON holds no line break, so the data is one line. */
export function eventText(event: string, data: unknown, id?: string): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
