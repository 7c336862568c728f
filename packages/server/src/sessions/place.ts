// The coarse place of a session, from a lookup that the deployment plugs in: a database of
// addresses, or a service. Nothing is decided by it, so a lookup that fails or is slow is no place.

/** Names the place of an address, such as "Lisbon, Portugal"; null when it is not known. */
export type PlaceOf = (address: string) => string | null | Promise<string | null>;

/** Milliseconds that the places of one list may take together. */
export const PLACE_PATIENCE = 300;

/** Characters of a place. */
export const MAX_PLACE_LENGTH = 100;

/** Looks up each address once; those that are not known in time are left out. */
export async function lookUpPlaces(
  placeOf: PlaceOf | undefined,
  addresses: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  if (placeOf === undefined) return places;
  const wanted = new Set(addresses.filter((address) => address !== null));
  const lookUp = async (address: string): Promise<void> => {
    try {
      // The deployment's own code: it may answer anything.
      const place: unknown = await placeOf(address);
      if (typeof place === "string") places.set(address, place.slice(0, MAX_PLACE_LENGTH));
    } catch {
      // Not known.
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PLACE_PATIENCE);
  });
  await Promise.race([Promise.all([...wanted].map(lookUp)), late]);
  clearTimeout(timer);
  // A copy: what comes later changes no list that was answered.
  return new Map(places);
}
