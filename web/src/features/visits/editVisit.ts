import type { Row } from '@/store/device/base'
import { keepDraft } from '@/store/drafts'
import { uuidv7 } from '@/store/uuid'
import type { VisitDraft } from '@/store/visitWork'
import { freshInput, type VisitInput } from './visitInput'

/** Puts a visit that was refused back into its form, as the same visit; the household whose form it is. */
export function editVisit({ body }: Row): number | null {
  const { id, household, kind, met, mode, outcome, note, mood, satisfied, followUp, startedAt } =
    body as VisitDraft
  const { class: of, asks = [], items = [] } = body as VisitDraft
  if (!household) return null
  const fresh = freshInput(uuidv7, new Date())
  const input: VisitInput = {
    ...fresh,
    id,
    kind,
    met,
    mode: mode ?? fresh.mode,
    outcome: outcome ?? fresh.outcome,
    class: of ?? '',
    note: note ?? '',
    mood: mood ?? null,
    satisfied: satisfied ?? null,
    followUp: followUp ?? '',
    asks,
    given: items.map(({ item, amount }) => ({ item, amount: String(amount) })),
    startedAt: startedAt ?? fresh.startedAt,
  }
  keepDraft('visit', household, input)
  return household
}
