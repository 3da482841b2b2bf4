import { watch } from 'vue'
import type { Wire } from '@/api/client'
import { everything } from './pages'
import { register } from './register'
import { home, type Bounds } from './selection'

/** An area (辖区): district, street or community. */
export type Area = Wire['Area']

/** The district, streets and communities of the territory. */
export const areas = register<Area>(() => everything('/api/areas'))

/** The box around boxes [west, south, east, north]; null around nothing. */
export function around(boxes: readonly (readonly number[])[]): Bounds | null {
  const sound = boxes.filter((box) => box.length === 4)
  if (sound.length === 0) return null
  const side = (i: number, pick: (...n: number[]) => number) => pick(...sound.map((box) => box[i]!))
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)]
}

// The communities are the territory one works in; the district around it would show mostly others' ground.
watch(areas.list, (list) => {
  const communities = list.filter(({ level }) => level === 'community')
  home.value = around((communities.length ? communities : list).map(({ bounds }) => bounds))
})
