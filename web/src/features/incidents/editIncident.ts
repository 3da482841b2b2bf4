import type { Row } from '@/store/device/base'
import { keepDraft } from '@/store/drafts'
import { incidentClasses, type IncidentDraft } from '@/store/incidentWork'
import { uuidv7 } from '@/store/uuid'
import { freshReport, type IncidentInput } from './incidentInput'

/** Puts a report that was refused back into its form, as the same incident; where it was, to look there. */
export function editIncident({ body }: Row): number[] | undefined {
  const { id, class: code, urgency, place, description, building, location } = body as IncidentDraft
  const { visit, selfHandled } = body as IncidentDraft
  const group = incidentClasses.list.value.find((one) => one.code === code)?.parent ?? null
  const input: IncidentInput = {
    ...freshReport(uuidv7),
    id,
    group,
    class: code,
    by: building && !location ? 'building' : 'map',
    urgency: urgency ?? 'normal',
    place: place ?? '',
    description: description ?? '',
    ...(visit && { visit }),
    ...(building && { building }),
    ...(selfHandled && { self: true, result: selfHandled.result, photos: selfHandled.photos }),
  }
  keepDraft('incident', 'new', input)
  return location
}
