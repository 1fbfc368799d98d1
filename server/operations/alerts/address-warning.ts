// Warns of alerts that the server doesn't call where they lead: to addresses that aren't public, as they are and without a look-up
// of names. After a restore, those are the alerts inside a company's own network.

import type { Recipient } from "../../records/config/recipient.js";
import { recipientProblem } from "../../records/config/recipient.js";
import { printable } from "../../records/records.js";
import { placesOf } from "../forwarders/deliver.js";
import type { AllowedHosts } from "../webhooks/allowed-hosts.js";

/** A sentence about an alert; undefined if it can be called, or can't be for another reason. */
export type AddressWarning = (name: string, recipient: Recipient) => string | undefined;

export const addressWarningFor =
  (hosts: AllowedHosts): AddressWarning =>
  (name, recipient) => {
    if (recipientProblem(recipient) !== undefined) return undefined;
    const [host] = urlsIn(recipient).flatMap((url) => hosts.refusedHost(url) ?? []);
    if (host === undefined) return undefined;
    return `The alert "${printable(name)}" leads to ${host}, which is not a public address: the server calls it only where it is started with --alert-allow ${host}.`;
  };

/** Parts of a restored forwarder may be what makes no URL; its calls say so. */
function urlsIn(recipient: Recipient): URL[] {
  try {
    return placesOf(recipient);
  } catch {
    return [];
  }
}
