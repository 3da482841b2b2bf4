import type { Feature } from 'geojson'
import type { Site, SiteRanking, SitingCoverage } from '@/store/siting'
import { t } from '@/ui/text'

/** Colours of the classes on light ground, as the map draws them. */
export const CLASS_COLOURS = ['#fef0d9', '#fdcc8a', '#fc8d59', '#b30000', '#1c1f23'] as const

/** 0–2: thirds of the limit; 3: over it; 4: nobody gets there. */
export const classOf = (minutes: number, limit: number): number =>
  minutes < 0 ? 4 : minutes > limit ? 3 : Math.min(2, Math.floor((minutes / limit) * 3))

/** What a class means, for the key beside the map. */
export function classWords({ of, minutes }: SitingCoverage): { label: string; colour: string }[] {
  if (of === 'branch')
    return [
      { label: t('siting.legend.has'), colour: CLASS_COLOURS[0] },
      { label: t('siting.legend.none'), colour: CLASS_COLOURS[4] },
    ]
  const third = (n: number) => Math.round((minutes * n) / 3)
  return CLASS_COLOURS.map((colour, i) => ({
    colour,
    label:
      i === 4
        ? t('siting.legend.never')
        : i === 3
          ? t('siting.legend.over', { n: minutes })
          : t('siting.legend.upTo', { from: third(i), to: third(i + 1) }),
  }))
}

const point = (id: number, at: readonly number[], properties: Record<string, unknown>): Feature => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [...at] },
  properties: { ...properties, id },
})

/** A circle for every building with households; those of a spot are marked. */
export function doorFeatures(
  { doors, minutes: limit }: SitingCoverage,
  marked: ReadonlySet<number>,
): Feature[] {
  return (doors.building ?? []).map((id, i) =>
    point(id, doors.location![i] as unknown as number[], {
      class: classOf(doors.minutes![i]!, limit),
      marked: marked.has(id),
    }),
  )
}

/** What people walk to. */
export const placeFeatures = ({ places }: SitingCoverage): Feature[] =>
  (places ?? []).map(({ id, name, location }) => point(id, location as unknown as number[], { name }))

/** The candidates that are listed, numbered from the best, and today's place. */
export function siteFeatures(ranking: SiteRanking | null, chosen: number | null): Feature[] {
  if (!ranking) return []
  const mark = ({ building, location }: Site, number: string, today: boolean) =>
    point(building || -1, location as unknown as number[], { number, today, chosen: building === chosen })
  const listed = (ranking.sites ?? []).slice(0, 9).map((site, i) => mark(site, String(i + 1), false))
  return ranking.today ? [mark(ranking.today, '·', true), ...listed.reverse()] : listed.reverse()
}

/** The box around all buildings, [west, south, east, north]; empty without any. */
export function boundsOf({ doors }: SitingCoverage): number[] {
  const places = (doors.location ?? []) as unknown as [number, number][]
  if (!places.length) return []
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lng, lat] of places) {
    west = Math.min(west, lng)
    south = Math.min(south, lat)
    east = Math.max(east, lng)
    north = Math.max(north, lat)
  }
  return [west, south, east, north]
}
