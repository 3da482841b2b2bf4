import { api, ok, type Wire } from '@/api/client'

/** The live state of the territory and its place in the stream of changes. */
export type Snapshot = Wire['Snapshot']

let latest: Promise<Snapshot> | undefined

/** Reads the state of now. Throws ApiError. */
export function takeSnapshot(): Promise<Snapshot> {
  latest = ok(api.GET('/api/snapshot'))
  return latest
}

/** The state as last read; reads it when nobody has. */
export function lastSnapshot(): Promise<Snapshot> {
  return latest ?? takeSnapshot()
}
