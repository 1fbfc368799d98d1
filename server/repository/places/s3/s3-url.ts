// `s3://BUCKET/PREFIX?endpoint=…&region=…&path-style=true&profile=…&as-of=TIME` says where a bucket is. Two destinations may be
// two stores, so each URL can say what the environment would say for all of them. No URL holds credentials.

import { FlowgError } from "../../../platform/errors.js";
import { momentOrDay } from "../../../records/times.js";

export interface S3Url {
  bucket: string;
  /** The beginning of all paths: empty, or with a slash at its end. */
  prefix: string;
  endpoint: URL | undefined;
  region: string | undefined;
  /** Whether requests name the bucket in the path instead of the host's name. */
  pathStyle: boolean | undefined;
  /** The profile in the shared profile files. */
  profile: string | undefined;
  /** The time as of which the objects are seen, where the bucket keeps their versions. */
  asOf: Date | undefined;
}

const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
const PARAMETERS = ["endpoint", "region", "path-style", "profile", "as-of"];
const HINT = "give s3://BUCKET/PREFIX, as s3://backups/flowg?endpoint=https://s3.example.com";

/** @throws INPUT_INVALID. The message never holds the URL: it may contain a key */
export function readS3Url(text: string): S3Url {
  const [, bucket = "", path = "", query = ""] =
    /^s3:\/\/([^/?#]*)(\/[^?#]*)?(\?[^#]*)?$/i.exec(text) ?? [];
  if (bucket.includes("@")) {
    throw invalid("an s3:// URL holds no keys", {
      hint: "give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in a profile",
    });
  }
  if (bucket === "") throw invalid("the s3:// URL names no bucket", { hint: HINT });
  if (!BUCKET.test(bucket)) {
    throw invalid(
      "what the s3:// URL names can't be a bucket: a name has 3 to 63 letters, digits, dots and dashes, and begins and ends with a letter or digit",
      {
        hint: HINT,
      },
    );
  }
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (PARAMETERS.includes(name)) continue;
    throw invalid(`an s3:// URL has no parameter ${JSON.stringify(name)}`, {
      hint: `it may have ${PARAMETERS.join(", ")}`,
    });
  }
  const given = (name: string) => parameters.get(name) || undefined;
  return {
    bucket,
    prefix: prefixOf(path),
    endpoint: readEndpoint(given("endpoint")),
    region: readRegion(given("region")),
    pathStyle: readChoice(given("path-style"), { true: true, false: false }, "path-style"),
    profile: given("profile"),
    asOf: readTime(given("as-of")),
  };
}

function prefixOf(path: string): string {
  let parts: string[];
  try {
    parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch (cause) {
    throw invalid("the s3:// URL's prefix has a % that begins no character", { cause, hint: HINT });
  }
  if (parts.some((part) => /^\.{1,2}$|[\u0000-\u001f\u007f/]/.test(part)))
    throw invalid("the s3:// URL's prefix can't be the beginning of a path", { hint: HINT });
  const prefix = parts.map((part) => `${part}/`).join("");
  if (Buffer.byteLength(prefix) > 400) throw invalid("the s3:// URL's prefix is too long");
  return prefix;
}

/** @throws INPUT_INVALID */
export function readEndpoint(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const hint = "give its URL, as https://s3.example.com";
  if (!URL.canParse(text)) throw invalid("the endpoint of the store isn't a URL", { hint });
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw invalid("the endpoint of the store can't be used", { hint });
  if (url.username !== "" || url.password !== "")
    throw invalid("the endpoint of the store holds a name or password: it takes none", { hint });
  return url;
}

/**
 * Checks a bucket's name that becomes part of a host's name.
 * @throws INPUT_INVALID
 */
export function readRegion(text: string | undefined): string | undefined {
  if (text === undefined || /^[A-Za-z0-9-]{1,63}$/.test(text)) return text;
  throw invalid("the region of the store can't be one", { hint: "give one as eu-central-1" });
}

function readTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  // a + that wasn't written as %2B has become a blank
  const ms = momentOrDay(text.replace(/ (\d\d:\d\d)$/, "+$1"));
  if (ms !== undefined) return new Date(ms);
  throw invalid("as-of of an s3:// URL is neither an RFC 3339 time with a zone nor a date", {
    hint: "write for example as-of=2026-11-28T10:00:00Z",
  });
}

function readChoice<T>(
  text: string | undefined,
  choices: Readonly<Record<string, T>>,
  name: string,
): T | undefined {
  if (text === undefined) return undefined;
  if (Object.hasOwn(choices, text)) return choices[text];
  throw invalid(`${name} of an s3:// URL can't be ${JSON.stringify(text)}`, {
    hint: `it is ${Object.keys(choices).join(" or ")}`,
  });
}

const invalid = (message: string, options: { hint?: string; cause?: unknown } = {}) =>
  new FlowgError("INPUT_INVALID", message, options);
