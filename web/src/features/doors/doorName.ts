import { t } from '@/ui/text'

/** The name of a household's place: building, unit and room. A number that the building's name already ends with is not said twice. */
export function doorName({
  buildingName,
  unit,
  room,
}: {
  buildingName: string
  unit: number
  room: string
}): string {
  const [, name = buildingName] = /^(.*?(\S+)) \2$/.exec(buildingName) ?? []
  return `${name} ${t('card.door', { unit: String(unit), room })}`
}
