// Which segments and signatures the manifests of a repository name, as far as they have been read. A list can be stale. What it
// has shown once stays known, so further lists can only protect more.

import { eachAtOnce } from "../../platform/each-at-once.js";
import { FlowgError } from "../../platform/errors.js";
import type { Manifest } from "../manifest.js";
import { type Named, signaturePathOf, snapshotObjects } from "../manifest-objects.js";
import type { Place, PlacedObject } from "../places/place.js";
import { type Based, basesOf } from "../retention/bases.js";

const AT_ONCE = 8;
const HINT = "flowg repository check says more";

export interface ManifestReader {
  readonly place: Place;
  readonly named: Named;
  /**
   * @returns undefined if the object is missing
   * @throws IDENTITY_REQUIRED, REPOSITORY_DAMAGED, and what `place.get` throws
   */
  readManifest(path: string): Promise<Manifest | undefined>;
}

export class KnownManifests {
  readonly #reader: ManifestReader;
  readonly #ignored: ReadonlySet<string>;
  /** The manifests read so far, by their paths. */
  readonly #known = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #named = new Set<string>();
  #signatures: PlacedObject[] = [];
  /** Who has made each snapshot, and when. */
  readonly #made: Based[] = [];

  /** @param ignored paths of manifests that don't count */
  constructor(reader: ManifestReader, ignored: ReadonlySet<string> = new Set()) {
    this.#reader = reader;
    this.#ignored = ignored;
  }

  get count(): number {
    return this.#known.size;
  }

  /**
   * When the snapshot was made that the first of these instants is restored from. Of a host that has none before them, it is the
   * first; undefined where there is no snapshot at all.
   * @param instants milliseconds since 1970
   */
  baseOf(instants: number): number | undefined {
    const bases = basesOf(this.#made, instants);
    const based = new Set(bases.map(({ host }) => host));
    const needed = [...bases, ...this.#made.filter(({ host }) => !based.has(host))];
    if (needed.length === 0) return undefined;
    return needed.reduce(
      (first, { createdAt }) => Math.min(first, Date.parse(createdAt)),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Whether a snapshot of this id was there at a look, so that its note stays. */
  has(setId: string): boolean {
    return this.#ids.has(setId);
  }

  /** Names of the segments that the manifests name. */
  get named(): ReadonlySet<string> {
    return this.#named;
  }

  /** Signatures that had no manifest at the last look. */
  get orphanSignatures(): PlacedObject[] {
    const signed = new Set([...this.#known].map(signaturePathOf));
    return this.#signatures.filter(({ path }) => !signed.has(path));
  }

  /**
   * Reads the manifests that are new.
   * @param onRead called after each
   * @throws what reading one throws: then it is unknown what that one names, and nothing may be removed
   */
  async look(onRead: () => Promise<void>): Promise<void> {
    const listed = await this.#list();
    const gone = new Set<string>();
    const left = listed.filter((path) => !this.#known.has(path));
    await eachAtOnce(left, AT_ONCE, async (path) => {
      if (!(await this.#read(path))) gone.add(path);
      await onRead();
    });
    if (gone.size === 0) return;
    // forgotten meanwhile, or the list is stale
    const still = (await this.#list()).find((path) => gone.has(path));
    if (still === undefined || (await this.#read(still))) return;
    throw new FlowgError("REPOSITORY_DAMAGED", `${still} is listed, but isn't there`, {
      hint: `its lists may be stale: try again later; ${HINT}`,
    });
  }

  async #list(): Promise<string[]> {
    const { place, named } = this.#reader;
    const { snapshots, signatures, others } = await snapshotObjects(place, named);
    const [unknown] = others;
    if (unknown) throw unknownObject(unknown.path);
    const ignored = new Set([...this.#ignored].map(signaturePathOf));
    this.#signatures = signatures.filter(({ path }) => !ignored.has(path));
    const counted = snapshots.filter(({ path }) => !this.#ignored.has(path));
    for (const { setId } of counted) this.#ids.add(setId);
    return counted.map(({ path }) => path);
  }

  async #read(path: string): Promise<boolean> {
    const manifest = await this.#reader.readManifest(path);
    if (!manifest) return false;
    for (const { segments } of Object.values(manifest.databases))
      for (const { name } of segments) this.#named.add(name);
    const { host, installation, createdAt } = manifest;
    this.#made.push({ host, installation, createdAt });
    this.#known.add(path);
    return true;
  }
}

const unknownObject = (path: string): FlowgError =>
  new FlowgError("REPOSITORY_DAMAGED", `nobody knows what ${path} is`, {
    hint: "a later version may have written it: use that one; if it is none of the repository's, remove it",
  });
