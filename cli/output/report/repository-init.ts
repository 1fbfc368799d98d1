// Tells people about a new repository, and above all what to keep.

import type { InitReport } from "../../../server/core.js";
import { quoted } from "../quoted.js";
import { safe } from "../safe.js";
import { wrap } from "../wrap.js";

const LABEL = 15;

/** @param url the repository's URL as the user wrote it, since its name alone doesn't say where a bucket is */
export function initText(
  report: InitReport,
  url: string,
  width = Number.POSITIVE_INFINITY,
): string {
  const { recipients, identityFile, identityMade, signingKey, keyFile } = report;
  const rows: [string, string | undefined][] = [
    ["Repository", report.place],
    ["Id", report.id],
    [
      "Encrypted for",
      report.encrypted ? recipients.map(short).join(", ") : "nobody: not encrypted",
    ],
    ["Identity", identityFile ? `${identityFile}${identityMade ? " (made now)" : ""}` : undefined],
    ["Signing key", signingKey ?? undefined],
    ["Key file", keyFile ?? undefined],
  ];
  const facts = rows
    .filter((row): row is [string, string] => row[1] !== undefined)
    .map(([name, value]) => `${`${name}:`.padEnd(LABEL)}${wrap(safe(value), width, LABEL)}`);
  const advice = adviceFor(report, url).map((text) =>
    text
      .split("\n")
      .map((line) => wrap(safe(line), width, 0))
      .join("\n"),
  );
  return [facts.join("\n"), ...advice].join("\n\n");
}

function adviceFor(report: InitReport, url: string): string[] {
  if (!report.encrypted) {
    return [
      "Everybody that can read the place can read the backups, and everybody that can write there can forge them.",
    ];
  }
  return [...whatOpens(report), ...whatToTrust(report), ...whatWrites(report, url)];
}

function whatOpens({ identityFile, identityMade, passphrase }: InitReport): string[] {
  const texts: string[] = [];
  if (identityMade) {
    texts.push(
      `KEEP ${identityFile}: copy it off this machine now, to two places, one of them on paper. Without it nobody can restore ` +
        "anything from this repository, ever. Making backups doesn't need it: then remove it from this machine.",
    );
  } else if (identityFile !== null) {
    texts.push(
      `KEEP ${identityFile}, as before: without it nobody can restore anything from this repository.`,
    );
  }
  if (passphrase) {
    texts.push(
      "KEEP the passphrase: write it down in a second place. Without it, or an identity, nobody can restore anything from this " +
        "repository, ever. Making backups doesn't need it. It opens an identity in repository.json: keep a copy of that file, too.",
    );
  }
  if (texts.length > 0) return texts;
  return [
    "KEEP the identities of these recipients: without one of them nobody can restore anything from this repository, ever.",
  ];
}

/** Says which signing key to trust, unless the identity file names it. */
function whatToTrust({ identityTrusts, passphrase, signingKey }: InitReport): string[] {
  if (identityTrusts || passphrase) return [];
  return [
    `Add this line to each identity file, so that a restore elsewhere refuses what was forged:\n# signing key: ${signingKey}`,
  ];
}

const whatWrites = ({ keyFile }: InitReport, url: string): string[] => [
  `The key file ${keyFile} lets this machine write backups, and read none. For another machine: ` +
    `flowg repository key --repository ${quoted(url)} --identity FILE`,
];

/** Post-quantum recipients are 2 KB long. */
const short = (recipient: string): string =>
  recipient.length > 80 ? `${recipient.slice(0, 40)}…` : recipient;
