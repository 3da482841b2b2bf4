import { placeName } from '@/store/placeName'
import { t } from '@/ui/text'

/** The name of a household's place: building, unit and room. */
export function doorName({
  buildingName,
  unit,
  room,
}: {
  buildingName: string
  unit: number
  room: string
}): string {
  return `${placeName(buildingName)} ${t('card.door', { unit: String(unit), room })}`
}
