import { get, type Wire } from '@/api/client'

/** One result of a search over the whole territory, with where it is. */
export type Found = Wire['Found']

/** Searches places and organisations by name, number, address or code; never persons. Throws ApiError. */
export async function findPlaces(words: string, signal: AbortSignal): Promise<Found[]> {
  // The server wants two letters; one Chinese character is enough.
  if (new TextEncoder().encode(words).length < 2) return []
  return get<Found[]>(`/api/search?q=${encodeURIComponent(words)}`, signal)
}
