import { shallowRef } from 'vue'
import { api, ok, type Wire } from '@/api/client'
import { areas } from './areas'
import { grids } from './grids'
import { onTopic, resync } from './live'

/** What one publication changes for one grid, with both outlines. */
export type BorderChange = Wire['BorderChange']

/** What goes to or comes from one neighbour. */
export type BorderFlow = Wire['BorderFlow']

/** A publication that has come into force, as the stream tells of it. */
export interface PublicationNews {
  seq: number
  effective: string
  communities: readonly number[]
  grids: readonly number[]
  cells: number
}

/** The publication that came into force while this page was open; null before. Whoever shows borders watches it. */
export const published = shallowRef<PublicationNews | null>(null)

/** Takes over what a publication changes: grids and areas with their counts, and to which grid open matters belong. Returns the stop. */
export function followPublications(): () => void {
  return onTopic('publication', (event) => {
    if (!('body' in event)) return
    for (const register of [grids, areas]) if (register.state.value !== 'idle') void register.load()
    // What is open now belongs to other grids; the stream itself goes on where it is.
    void resync().catch(() => undefined)
    published.value = event.body as PublicationNews
  })
}

/** One publication for every grid of the territory it touches, without any building. Throws ApiError. */
export const fetchPublicationBorders = (seq: number): Promise<BorderChange[]> =>
  ok(api.GET('/api/publications/{id}/borders', { params: { path: { id: seq } } }))
