// Object lock: until when an object may not be removed.

import { parseXML } from "@aws-sdk/xml-builder";
import type { RetentionMode } from "./s3-url.js";

export function retentionOf(mode: RetentionMode, until: Date): Buffer {
  const content = `<Mode>${mode}</Mode><RetainUntilDate>${until.toISOString()}</RetainUntilDate>`;
  return Buffer.from(
    `<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</Retention>`,
  );
}

/** Whether an answer says that an object is retained at least until then. */
export function isRetained(body: Buffer, until: Date): boolean {
  try {
    const { Retention: found } = parseXML(body.toString()) as {
      Retention?: { RetainUntilDate?: unknown };
    };
    return new Date(String(found?.RetainUntilDate)) >= until;
  } catch {
    return false;
  }
}
