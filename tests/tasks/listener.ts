// Listens to a task over a socket of its own, as any client of server-sent events does.

import type { TestServer } from "../http/test-server.js";

export interface Heard {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape
  data: any;
}

export interface Listener extends AsyncDisposable {
  status: number;
  headers: Headers;
  heard: Heard[];
  /** Resolves when the server has ended the events. */
  ended: Promise<void>;
  leave(): void;
}

export async function listenTo(
  server: Pick<TestServer, "url">,
  task: string,
  { as, lastEventId }: { as: string; lastEventId?: string },
): Promise<Listener> {
  const stop = new AbortController();
  const response = await fetch(`${server.url}/api/v1/tasks/${task}/events`, {
    headers: {
      Authorization: as,
      ...(lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId }),
    },
    signal: stop.signal,
  });
  const heard: Heard[] = [];
  const read = async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const one of events) {
        const [, id = "", event = "", data = "null"] =
          /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(one) ?? [];
        if (event !== "") heard.push({ id, event, data: JSON.parse(data) });
      }
    }
  };
  const ended = response.ok ? read() : Promise.resolve();
  const leave = () => stop.abort();
  return {
    status: response.status,
    headers: response.headers,
    heard,
    ended,
    leave,
    [Symbol.asyncDispose]: async () => {
      leave();
      await ended.catch(() => {});
    },
  };
}
